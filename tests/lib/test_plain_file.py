"""Files that somebody else may have put there."""

import os
from pathlib import Path

import pytest

from appliance.lib.plain_file import read_plain


def test_a_small_file_is_read_whole(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"12345")
    assert read_plain(tmp_path / "file", 5) == b"12345"


def test_a_link_a_pipe_a_folder_and_too_large_a_file_are_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"123456")
    (tmp_path / "link").symlink_to(tmp_path / "file")
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ValueError, match="more than 5 bytes"):
        read_plain(tmp_path / "file", 5)
    with pytest.raises(ValueError, match="it is no file"):
        read_plain(tmp_path / "pipe", 5)
    for name in ("link", "missing"):
        with pytest.raises(OSError, match=name):
            read_plain(tmp_path / name, 5)
    with pytest.raises((ValueError, OSError)):
        read_plain(tmp_path, 5)
