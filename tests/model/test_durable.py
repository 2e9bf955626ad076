import os
from pathlib import Path

import pytest

from appliance.model import durable


def test_a_file_is_replaced_as_a_whole_and_nothing_else_is_left(tmp_path: Path) -> None:
    file = tmp_path / "file"
    durable.write(file, b"old")
    durable.write(file, b"new")
    assert file.read_bytes() == b"new"
    assert [entry.name for entry in tmp_path.iterdir()] == ["file"]


def test_what_cannot_be_written_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "file"
    durable.write(file, b"old")

    def fail(_handle: int) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="Input/output"):
        durable.write(file, b"new")
    assert file.read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["file"]


def test_a_link_is_made_turned_and_removed_also_over_a_half_made_one(tmp_path: Path) -> None:
    link = tmp_path / "current"
    durable.point(link, "one")
    (tmp_path / "current.part").symlink_to("rubbish")
    durable.point(link, "two")
    assert str(link.readlink()) == "two"
    durable.remove(link)
    durable.remove(link)
    assert list(tmp_path.iterdir()) == []
