"""What a file is known by."""

import os
from pathlib import Path

import pytest

from appliance.analyser.content import PIECE, NoFile, content_of


def test_the_same_bytes_in_another_place_are_the_same_content(tmp_path: Path) -> None:
    data = os.urandom(5 * PIECE)
    (tmp_path / "a").write_bytes(data)
    (tmp_path / "b").write_bytes(data)
    assert content_of(tmp_path / "a") == content_of(tmp_path / "b")


@pytest.mark.parametrize("at", [0, PIECE - 1, 5 * PIECE // 2])
def test_another_beginning_or_middle_is_another_content(tmp_path: Path, at: int) -> None:
    data = bytearray(os.urandom(5 * PIECE))
    (tmp_path / "a").write_bytes(data)
    data[at] ^= 1
    (tmp_path / "b").write_bytes(data)
    assert content_of(tmp_path / "a") != content_of(tmp_path / "b")


def test_silences_of_different_lengths_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(bytes(3 * PIECE))
    (tmp_path / "b").write_bytes(bytes(3 * PIECE + 1))
    assert content_of(tmp_path / "a") != content_of(tmp_path / "b")


def test_what_is_no_file_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    with pytest.raises(NoFile):
        content_of(tmp_path / "fifo")
    with pytest.raises(OSError, match="directory"):
        content_of(tmp_path)
    with pytest.raises(FileNotFoundError):
        content_of(tmp_path / "nothing")
