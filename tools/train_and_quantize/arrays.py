"""Lists of arrays on disk: checkpoints, weights, teachers' opinions."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from appliance import durable
from tools.train_and_quantize.errors import RunError


def save_arrays(path: Path, lists: dict[str, list[NDArray[np.float32]]]) -> None:
    """Write lists of arrays so that the file is either the old one or the new one."""
    partial = path.with_name(path.name + ".part")
    with partial.open("wb") as file:
        np.savez(file, **{f"{name}_{i:03d}": array for name, arrays in lists.items() for i, array in enumerate(arrays)})
    durable.replace(partial, path)


def load_arrays(path: Path) -> dict[str, list[NDArray[np.float32]]]:
    """Read what `save_arrays` wrote. Raises RunError when the file is missing or damaged."""
    lists: dict[str, list[NDArray[np.float32]]] = {}
    try:
        with np.load(path, allow_pickle=False) as saved:
            for key in sorted(saved.files):
                lists.setdefault(key.rsplit("_", 1)[0], []).append(saved[key])
    except (OSError, ValueError, EOFError, zipfile.BadZipFile, KeyError) as error:
        raise RunError(f"{path}: cannot be read: {error}") from None
    return lists
