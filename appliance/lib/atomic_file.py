"""Changes on disk that a power cut leaves either undone or done: temporary name, fsync, rename, fsync of the folder."""

from __future__ import annotations

import contextlib
import errno
import os
from pathlib import Path

_PARTIAL = ".part"
_LINKLESS = {errno.EPERM, errno.EOPNOTSUPP, errno.EMLINK, errno.ENOSYS}
"""What a filesystem without hard links, such as FAT, answers, and Linux for a file that is another's."""


def write(path: Path, data: bytes, mode: int = 0o644, partial: Path | None = None) -> None:
    """Replace a file's content: afterwards `path` is either what it was or the whole of `data`, whatever the umask.

    `partial` is the temporary name, for who must tell apart two writers at once; in the same folder. Raises OSError.
    """
    partial = partial or path.with_name(path.name + _PARTIAL)
    try:
        with partial.open("wb") as file:
            with contextlib.suppress(PermissionError):  # FAT has no permissions to set
                os.fchmod(file.fileno(), mode)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            partial.unlink()
        raise
    sync_folder(path.parent)


def replace(partial: Path, path: Path) -> None:
    """Put a finished file, written by others, in the place of `path`. Raises OSError."""
    with partial.open("rb") as file:
        os.fsync(file.fileno())
    partial.replace(path)
    sync_folder(path.parent)


def place(partial: Path, path: Path) -> None:
    """Put a file that is on disk where nothing is yet. Raises FileExistsError, and then leaves both as they are.

    Both in one filesystem. Raises OSError with EXDEV otherwise.
    """
    try:
        os.link(partial, path, follow_symlinks=False)
    except OSError as error:
        if error.errno not in _LINKLESS:
            raise
        _place_by_rename(partial, path)
    else:
        try:
            partial.unlink()
        except OSError:
            path.unlink()
            raise
    sync_folder(path.parent)
    if partial.parent != path.parent:
        sync_folder(partial.parent)


def _place_by_rename(partial: Path, path: Path) -> None:
    """Take the name by an empty file, which only one can make, and rename over it."""
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
    try:
        partial.rename(path)
    except OSError:
        path.unlink()
        raise


def make_folder(folder: Path, mode: int = 0o755) -> None:
    """Have a folder with just these permissions, whatever the umask; two may want it at once. Raises OSError."""
    if not folder.is_dir():
        folder.mkdir(parents=True, exist_ok=True)
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
    """Have the folder's own entries on disk, where its filesystem can do that."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in {errno.EINVAL, errno.EOPNOTSUPP}:
            raise
    finally:
        os.close(handle)
