"""Changes on disk that a power cut leaves either undone or done: temporary name, fsync, rename, fsync of the folder."""

from __future__ import annotations

import os
from pathlib import Path

_PARTIAL = ".part"


def write(path: Path, data: bytes, mode: int = 0o644) -> None:
    """Replace a file's content: afterwards `path` is either what it was or the whole of `data`, whatever the umask."""
    partial = path.with_name(path.name + _PARTIAL)
    try:
        with partial.open("wb") as file:
            os.fchmod(file.fileno(), mode)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except OSError:
        partial.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def make_folder(folder: Path, mode: int = 0o755) -> None:
    """Have a folder with just these permissions, whatever the umask."""
    if not folder.is_dir():
        folder.mkdir(parents=True)
        folder.chmod(mode)


def point(link: Path, target: str) -> None:
    """Let the symbolic link `link` point to `target`, replacing what it was in one step."""
    partial = link.with_name(link.name + _PARTIAL)
    partial.unlink(missing_ok=True)
    partial.symlink_to(target)
    partial.replace(link)
    sync_folder(link.parent)


def remove(path: Path) -> None:
    """Remove a file or link; nothing happens if it is not there."""
    path.unlink(missing_ok=True)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Have the folder's own entries on disk."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
