"""A song that comes in piece by piece: nothing of it is seen before all of it is on disk and known to be music."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import io
import os
import tempfile
import unicodedata
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import BinaryIO, Self

from appliance.lib import atomic_file
from appliance.songs import formats
from appliance.songs.errors import BadName, NoRoom, NotAllowed, NotMusic, SongError, SongExists, TooLarge
from appliance.songs.playlists import LISTS, parse_list

SMALL_LIST = 64 * 1024
"""Bytes in a list of streams that is taken in."""

_BEFORE, _AFTER = ".moodbox-", ".part"
"""Prefix and suffix of unfinished files; MPD ignores that suffix."""
_STEP = 4 * 1024 * 1024


class Upload:
    """A new song for `folder`, on its way. Use as a context: what is not finished by then leaves nothing behind.

    `name` may lie in folders of its own, parted by `/`, which are made once the song is whole.
    `announced` is the size in bytes if it is known before; `limit` the largest; `reserve` what must stay free on the
    disk. Not for two threads at once.
    """

    def __init__(self, folder: Path, name: str, announced: int | None, limit: int, reserve: int) -> None:
        """Raises SongError for a name that is taken or no song's, and for a size that cannot be taken."""
        self._folder = folder
        self._target = folder / name
        self._suffix = PurePosixPath(name).suffix.lower()
        self._announced = announced
        self._limit = SMALL_LIST if self._suffix in LISTS else limit
        self._reserve = reserve
        if self._suffix not in formats.SONG:
            raise NotMusic(f"{name!r} does not end like a song; {', '.join(sorted(formats.SONG))} are taken")
        self._check_size(announced or 0)
        self._check_name_free()
        self._check_room(announced or 0)
        self._size = self._synced = 0
        self._head = bytearray()
        self._checked = False
        try:
            handle, partial = tempfile.mkstemp(_AFTER, _BEFORE, folder)
            self._file = os.fdopen(handle, "w+b", buffering=0)
            self._partial = Path(partial)
        except OSError as error:
            raise self._explain(error) from error
        with contextlib.suppress(OSError):  # some network filesystems know no locks; and then `sweep` gets none either
            fcntl.flock(handle, fcntl.LOCK_EX)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Remove what is not finished."""
        with contextlib.suppress(OSError):
            self._partial.unlink(missing_ok=True)
        self._file.close()

    def write(self, data: bytes) -> None:
        """Take in the next piece. Raises TooLarge, NoRoom, or NotMusic as soon as the content shows it."""
        self._check_size(self._size + len(data))
        if len(self._head) < formats.HEAD:
            self._head += data[: formats.HEAD - len(self._head)]
        elif not self._checked:
            self._check_head()
        try:
            view = memoryview(data)
            while view:
                view = view[self._file.write(view) :]
            self._size += len(data)
            if self._size - self._synced >= _STEP:
                self._check_room(0)
                # A little at a time: a whole song at once would hold up everyone else who writes to a slow card.
                os.fdatasync(self._file)
                os.posix_fadvise(self._file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
                self._synced = self._size
        except OSError as error:
            raise self._explain(error) from error

    def finish(self) -> None:
        """The upload is complete: check it and put it in place. Raises SongError and then leaves nothing behind."""
        if self._announced not in (None, self._size):
            raise SongError(
                f"{self._target.name!r} came incomplete: {self._size} of {self._announced} bytes; send it again"
            )
        if self._size == 0:
            raise NotMusic(f"{self._target.name!r} is empty (0 bytes); send the song itself")
        try:
            self._check_whole()
            self._make_folders()
            self._give_rights()
            os.fsync(self._file)
            atomic_file.place(self._partial, self._target)
        except FileExistsError:
            raise self._exists() from None
        except OSError as error:
            raise self._explain(error) from error

    def take(self, file: BinaryIO) -> None:
        """Take in a whole file, and finish. Raises SongError, or OSError if the file cannot be read."""
        while data := file.read(formats.HEAD):
            self.write(data)
        self.finish()

    def _check_size(self, size: int) -> None:
        if size > self._limit:
            limit = f"{self._limit / 1_000_000:g} MB" if self._limit >= 1_000_000 else f"{self._limit} bytes"
            raise TooLarge(f"{self._target.name!r} is larger than {limit}, the most that is taken (music.upload_limit)")

    def _check_name_free(self) -> None:
        """Also finds a name that looks the same but is encoded differently, as from a Mac."""
        for form in ("NFC", "NFD"):
            if os.path.lexists(self._target.with_name(unicodedata.normalize(form, self._target.name))):
                raise self._exists()

    def _check_room(self, more: int) -> None:
        try:
            free = free_bytes(self._folder)
        except OSError as error:
            raise self._explain(error) from error
        if free - more < self._reserve:
            raise NoRoom(
                f"{self._target.name!r} does not fit: {free // 1_000_000} MB are free, of which "
                f"{self._reserve // 1_000_000} MB stay so (music.keep_free); delete something first"
            )

    def _check_head(self) -> None:
        self._checked = True
        if self._suffix not in LISTS and not formats.tag_length(self._head):  # behind a tag anything may follow
            self._must_be(formats.recognise_format(io.BytesIO(self._head)))

    def _check_whole(self) -> None:
        if self._suffix not in LISTS:
            self._must_be(formats.recognise_format(self._file))
            return
        self._file.seek(0)
        _, problems = parse_list(self._file.read())
        if problems:
            raise NotMusic(f"{self._target.name!r}: {problems[0]}")

    def _must_be(self, found: str) -> None:
        """Raises NotMusic unless the content found is what the name's ending says."""
        name, wanted = self._target.name, formats.KINDS[self._suffix].content
        if not found:
            raise NotMusic(f"{name!r} holds no {wanted}, nor other music that is known here; send the song itself")
        if found != wanted:
            right = next(ending for ending, kind in formats.KINDS.items() if kind.content == found)
            raise NotMusic(f"{name!r} holds {found} and not {wanted}; rename it so that it ends in {right}")

    def _make_folders(self) -> None:
        """Those of the name, each with the rights of the one around it."""
        within = self._target.parent.relative_to(self._folder).parts
        for depth in range(1, len(within) + 1):
            folder = self._folder.joinpath(*within[:depth])
            if not folder.is_dir():
                folder.mkdir(exist_ok=True)
                with contextlib.suppress(PermissionError):  # FAT has no rights to give
                    folder.chmod(folder.parent.stat().st_mode & 0o7777)

    def _give_rights(self) -> None:
        """Everyone may hear it, and who may change the folder may change the song."""
        folder = self._target.parent.stat()
        handle = self._file.fileno()
        with contextlib.suppress(PermissionError):  # of another's group; folders of an installed box pass theirs on
            if os.fstat(handle).st_gid != folder.st_gid:
                os.fchown(handle, -1, folder.st_gid)
        with contextlib.suppress(PermissionError):  # FAT has no rights to give
            os.fchmod(handle, 0o644 | folder.st_mode & 0o020)

    def _exists(self) -> SongExists:
        return SongExists(
            f"{self._target.parent.name}/{self._target.name} is there already; delete it first, or rename the new one"
        )

    def _explain(self, error: OSError) -> SongError:
        return explain(error, self._target)


def sweep(folder: Path) -> None:
    """Remove what interrupted uploads have left in a folder; those under way, in whatever process, stay."""
    with contextlib.suppress(OSError):
        for partial in folder.glob(f"{_BEFORE}*{_AFTER}"):
            with contextlib.suppress(OSError), partial.open("rb") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                partial.unlink()


def free_bytes(folder: Path) -> int:
    """Free bytes for this process on the disk of a folder. Raises OSError."""
    disk = os.statvfs(folder)
    return disk.f_bavail * disk.f_frsize


def explain(error: OSError, file: Path) -> SongError:
    """The error in words, for a file that is to be put, moved or removed."""
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT | errno.EFBIG:
            return NoRoom(f"{file}: the disk is full; delete something first")
        case errno.EROFS:
            return NoRoom(f"{file}: the disk is mounted read-only; mount it for writing")
        case errno.ENAMETOOLONG | errno.EINVAL:
            return BadName(f"{file.name!r}: this disk takes no such name; shorten it, without signs such as ? and :")
        case errno.EACCES | errno.EPERM:
            return NotAllowed(
                f"{file}: may not be changed; give {file.parent} to the group moodbox (chgrp moodbox, chmod g+ws)"
            )
        case errno.ENOENT | errno.ENOTDIR:
            return SongError(f"{file.parent}: is no folder; make it, or start Moodbox anew, which makes it")
        case _:
            return NoRoom(f"{file}: cannot be written ({error.strerror or error}); it needs a folder on a working disk")
