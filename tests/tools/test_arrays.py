"""Arrays on disk: whole or not there, and whatever is damaged is named."""

import contextlib
import random
from pathlib import Path

import numpy as np
import pytest

from tools.train_and_quantize import arrays
from tools.train_and_quantize.errors import RunError

WEIGHTS = {"weights": [np.arange(600, dtype=np.float32), np.zeros((2, 3), np.float32)]}


def test_what_is_saved_is_read_back_in_order(tmp_path: Path) -> None:
    arrays.save_arrays(tmp_path / "weights.npz", WEIGHTS)
    found = arrays.load_weights(tmp_path)
    assert [array.shape for array in found] == [(600,), (2, 3)]
    assert (found[0] == WEIGHTS["weights"][0]).all()


def test_a_full_disk_leaves_what_was_there_and_no_rubbish(tmp_path: Path) -> None:
    """A limit on the size of files fails in the midst of writing, as a full disk does, and for root too."""
    import resource
    import signal

    path = tmp_path / "checkpoint.npz"
    arrays.save_arrays(path, {"weights": [np.ones(10, np.float32)]})
    before, limits = path.read_bytes(), resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, limits[1]))
    try:
        with pytest.raises(RunError, match=r"checkpoint\.npz: cannot be written: .* what was there before still is"):
            arrays.save_arrays(path, {"weights": [np.ones(10_000, np.float32)]})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, handler)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_damage_of_any_kind_is_refused_as_such(tmp_path: Path) -> None:
    path, chance = tmp_path / "weights.npz", random.Random(5)
    arrays.save_arrays(path, WEIGHTS)
    whole = path.read_bytes()
    for _ in range(300):
        damaged = bytearray(whole[: chance.choice([len(whole), chance.randrange(len(whole))])])
        for _ in range(chance.randrange(1, 6)):
            if damaged:
                damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        path.write_bytes(damaged)
        with contextlib.suppress(RunError):  # not every damage can be seen; none may end otherwise
            arrays.load_arrays(path)


def test_a_single_array_is_no_list_of_them(tmp_path: Path) -> None:
    with (tmp_path / "weights.npz").open("wb") as file:
        np.save(file, np.zeros(3))
    with pytest.raises(RunError, match=r"weights\.npz: cannot be read: damaged, or not a file of this tool"):
        arrays.load_weights(tmp_path)


def test_another_list_is_not_taken_for_weights(tmp_path: Path) -> None:
    arrays.save_arrays(tmp_path / "weights.npz", {"momentum": [np.zeros(3, np.float32)]})
    with pytest.raises(RunError, match="holds no weights; expected the file that `train` wrote"):
        arrays.load_weights(tmp_path)
