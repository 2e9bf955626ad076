import errno
import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from appliance.lib import atomic_file


def test_a_file_is_replaced_as_a_whole_and_nothing_else_is_left(tmp_path: Path) -> None:
    file = tmp_path / "file"
    atomic_file.write(file, b"old")
    atomic_file.write(file, b"new")
    assert file.read_bytes() == b"new"
    assert [entry.name for entry in tmp_path.iterdir()] == ["file"]


def test_what_cannot_be_written_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "file"
    atomic_file.write(file, b"old")

    def fail(_handle: int) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="Input/output"):
        atomic_file.write(file, b"new")
    assert file.read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["file"]


def test_a_link_is_made_turned_and_removed_also_over_a_half_made_one(tmp_path: Path) -> None:
    link = tmp_path / "current"
    atomic_file.point(link, "one")
    (tmp_path / "current.part").symlink_to("rubbish")
    atomic_file.point(link, "two")
    assert str(link.readlink()) == "two"
    atomic_file.remove(link)
    atomic_file.remove(link)
    assert list(tmp_path.iterdir()) == []


def test_a_file_is_placed_where_nothing_is_and_never_over_another(tmp_path: Path) -> None:
    partial, file = tmp_path / "a.part", tmp_path / "file"
    partial.write_bytes(b"first")
    atomic_file.place(partial, file)
    assert (file.read_bytes(), partial.exists()) == (b"first", False)
    partial.write_bytes(b"second")
    with pytest.raises(FileExistsError):
        atomic_file.place(partial, file)
    assert (file.read_bytes(), partial.read_bytes()) == (b"first", b"second")


def test_without_hard_links_a_file_is_placed_just_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    test_a_file_is_placed_where_nothing_is_and_never_over_another(tmp_path)


@pytest.mark.parametrize("links", [True, False])
def test_a_placing_that_fails_half_way_leaves_the_file_where_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, links: bool
) -> None:
    partial, file = tmp_path / "a.part", tmp_path / "file"
    partial.write_bytes(b"first")

    def refuse(where: Path, *_: object, **__: object) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted", str(where))

    if not links:
        monkeypatch.setattr(os, "link", refuse)
        monkeypatch.setattr(Path, "rename", refuse)
    else:
        unlink = Path.unlink
        monkeypatch.setattr(Path, "unlink", lambda path: refuse(path) if path == partial else unlink(path))
    with pytest.raises(PermissionError):
        atomic_file.place(partial, file)
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.part"]


def test_a_folder_that_several_want_at_once_is_there_for_all(tmp_path: Path) -> None:
    wanting = 4
    together = Barrier(wanting)

    def want(number: int) -> None:
        together.wait(10)
        atomic_file.make_folder(tmp_path / str(number) / "deep", 0o750)

    for number in range(200):
        with ThreadPoolExecutor(wanting) as threads:
            list(threads.map(want, [number] * wanting))
        assert stat.S_IMODE((tmp_path / str(number) / "deep").stat().st_mode) == 0o750


def test_a_file_where_a_folder_should_be_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(FileExistsError):
        atomic_file.make_folder(tmp_path / "file")
