"""The TFLite runtime: ai-edge-litert, or tflite-runtime where that cannot be loaded (docs/maintainer/decisions.md)."""

from __future__ import annotations

import functools
import importlib
import importlib.metadata
import logging
import os
from typing import Any, Protocol

from numpy.typing import NDArray

from appliance.model.errors import ModelError

log = logging.getLogger(__name__)

_RUNTIMES = {"ai-edge-litert": "ai_edge_litert.interpreter", "tflite-runtime": "tflite_runtime.interpreter"}
"""The faster one first."""
CHOICE = "MOODBOX_RUNTIME"
"""The environment's variable that names the one to use, for measurements."""
_IDENTIFIER = b"TFL3"
_SMALLEST = 256
"""Bytes; no model is smaller."""


class Interpreter(Protocol):
    """The part of both runtimes' interface that is used here."""

    def allocate_tensors(self) -> None:
        """Reserve memory; once, before anything else."""

    def get_input_details(self) -> list[dict[str, Any]]:
        """Each input's `index`, `shape`, `dtype` and `quantization` (scale, zero point)."""

    def get_output_details(self) -> list[dict[str, Any]]:
        """The same for the outputs."""

    def set_tensor(self, tensor_index: int, value: NDArray[Any]) -> None:
        """Copy an array into an input."""

    def invoke(self) -> None:
        """Run the model."""

    def get_tensor(self, tensor_index: int) -> NDArray[Any]:
        """A copy of an output."""


def load_interpreter(model: bytes, threads: int = 1) -> Interpreter:
    """An interpreter with its tensors allocated. One thread: two gave delays of seconds on a busy small box.

    The runtimes do not check a model's inner offsets and may crash on a damaged one: pass only bytes whose hash was
    verified. Raises ModelError when no runtime is installed, when these bytes are no TFLite model, or when the runtime
    refuses the model (for example an operation that is too new for it).
    """
    name, module = _installed()
    if model[4:8] != _IDENTIFIER or len(model) < _SMALLEST:
        raise ModelError(f"not a TFLite model: {len(model)} bytes without its identifier {_IDENTIFIER.decode()}")
    try:
        interpreter: Interpreter = module.Interpreter(model_content=model, num_threads=threads)
        interpreter.allocate_tensors()
    except (ValueError, RuntimeError, TypeError) as error:
        raise ModelError(f"{name} refuses the model: {str(error).strip()[:300]}") from None
    return interpreter


def runtime_name() -> str:
    """The runtime and its version, for example `tflite-runtime 2.14.0`."""
    name, _ = _installed()
    return f"{name} {importlib.metadata.version(name)}"


@functools.cache
def _installed() -> tuple[str, Any]:
    chosen = os.environ.get(CHOICE)
    if chosen and chosen not in _RUNTIMES:
        raise ModelError(f"{CHOICE} is {chosen!r}; it should be one of {', '.join(_RUNTIMES)}")
    for name in [chosen] if chosen else _RUNTIMES:
        try:
            return name, importlib.import_module(_RUNTIMES[name])
        except (ImportError, OSError) as error:
            if not _absent(error, name):
                log.warning("%s is installed but cannot be loaded: %s", name, error)
    wanted = chosen or "ai-edge-litert, or tflite-runtime 2.14.0 on Python 3.11"
    raise ModelError(f"no TFLite runtime: install {wanted}")


def _absent(error: Exception, name: str) -> bool:
    return isinstance(error, ModuleNotFoundError) and error.name == _RUNTIMES[name].partition(".")[0]
