import os
import subprocess
import sys
from pathlib import Path

import pytest

from appliance.model.bundle import Bundle
from appliance.model.errors import ModelError
from appliance.model.runtime import load_interpreter, runtime_name


def test_the_runtime_says_its_name_and_version() -> None:
    name, version = runtime_name().split()
    assert name in {"ai-edge-litert", "tflite-runtime"}
    assert version[0].isdigit()


def test_a_model_is_loaded_from_its_bytes(shipped: Bundle) -> None:
    assert len(load_interpreter(shipped.model).get_input_details()) == 1


@pytest.mark.parametrize("content", [b"", b"TFL3", b"\x1c\0\0\0TFL3", b"PK\x03\x04" * 1000])
def test_bytes_that_are_no_model_are_refused_before_the_runtime_sees_them(content: bytes) -> None:
    with pytest.raises(ModelError, match="not a TFLite model"):
        load_interpreter(content)


def choose(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """A process of its own, which imports packages of `folder` before others, says which runtime it would use."""
    code = "from appliance.model.runtime import runtime_name; print(runtime_name())"
    path = os.pathsep.join([str(folder), *sys.path])
    variables = {**os.environ, "PYTHONPATH": path, **environment}
    return subprocess.run([sys.executable, "-c", code], env=variables, capture_output=True, text=True, check=False)


def test_a_runtime_that_cannot_be_loaded_is_named_and_another_used(tmp_path: Path) -> None:
    pytest.importorskip("tflite_runtime", reason="there is no second runtime on this Python")
    (tmp_path / "ai_edge_litert").mkdir()
    (tmp_path / "ai_edge_litert" / "__init__.py").write_text("raise ImportError('libLiteRt.so: wrong ELF class')")
    told = choose(tmp_path)
    assert told.stdout.startswith("tflite-runtime 2.14")
    assert told.stderr == "ai-edge-litert is installed but cannot be loaded: libLiteRt.so: wrong ELF class\n"


def test_the_environment_may_name_the_runtime(tmp_path: Path) -> None:
    here = runtime_name()
    assert choose(tmp_path, MOODBOX_RUNTIME=here.split()[0]).stdout.strip() == here
    refused = choose(tmp_path, MOODBOX_RUNTIME="onnxruntime")
    assert "MOODBOX_RUNTIME is 'onnxruntime'; it should be one of ai-edge-litert, tflite-runtime" in refused.stderr
