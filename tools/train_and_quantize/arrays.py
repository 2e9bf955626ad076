"""Lists of arrays on disk: checkpoints, weights, teachers' opinions."""

from __future__ import annotations

import io
import struct
import tokenize
import zipfile
import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from appliance.lib import atomic_file
from tools.train_and_quantize.errors import RunError

_DAMAGE = (ValueError, EOFError, LookupError, TypeError, AttributeError, SyntaxError, NotImplementedError, RuntimeError,
           MemoryError, OverflowError, zipfile.BadZipFile, zlib.error, struct.error, tokenize.TokenError)  # fmt: skip
"""What numpy and zipfile raise on damaged files, and on files of another kind."""


def save_arrays(path: Path, lists: dict[str, list[NDArray[np.float32]]]) -> None:
    """Write lists of arrays so that the file is either the old one or the new one. Raises RunError when it cannot."""
    named = {f"{name}_{i:03d}": array for name, arrays in lists.items() for i, array in enumerate(arrays)}
    content = io.BytesIO()  # numpy leaves a file that it cannot write open behind it
    np.savez(content, **named)
    try:
        atomic_file.write(path, content.getvalue())
    except OSError as error:
        raise RunError(f"{path}: cannot be written: {error.strerror or error}; what was there before still is. Start "
                       "the same command again when it can, and the run goes on from there") from None  # fmt: skip


def load_arrays(path: Path) -> dict[str, list[NDArray[np.float32]]]:
    """Read what `save_arrays` wrote. Raises RunError when the file is missing or damaged."""
    lists: dict[str, list[NDArray[np.float32]]] = {}
    try:
        with np.load(path, allow_pickle=False) as saved:
            for key in sorted(saved.files):
                lists.setdefault(key.rsplit("_", 1)[0], []).append(saved[key])
    except OSError as error:
        raise RunError(f"{path}: cannot be read: {error.strerror or error}") from None
    except _DAMAGE as error:
        raise RunError(f"{path}: cannot be read: damaged, or not a file of this tool: {error}") from None
    return lists


def load_weights(run: Path) -> list[NDArray[np.float32]]:
    """The weights of a finished run. Raises RunError when they are not there."""
    if not (run / "weights.npz").exists():
        raise RunError(f"{run}: holds no weights.npz; expected the folder of a finished run")
    weights = load_arrays(run / "weights.npz").get("weights")
    if not weights:
        raise RunError(f"{run / 'weights.npz'}: holds no weights; expected the file that `train` wrote")
    return weights
