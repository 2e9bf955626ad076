"""What can be wrong with a backup, or with putting one back."""

from __future__ import annotations

import errno
import os
import sqlite3
from pathlib import Path

from appliance.errors import MoodboxError


class BackupError(MoodboxError):
    """A backup cannot be made or put back; nothing has changed. The text says why and what would help."""


class PassphraseError(BackupError, ValueError):
    """The passphrase is another one, or none that can be used."""


class DamagedBackup(BackupError, ValueError):
    """The file is no backup, or not the whole and unchanged one that was made."""


class UnknownFormat(BackupError, ValueError):
    """A newer Moodbox made the file."""


class UnfitBackup(BackupError, ValueError):
    """The file is whole, but this box cannot run with what it holds."""


class NoRoomForBackup(BackupError, OSError):
    """The disk has not enough room."""


def is_full(error: Exception) -> bool:
    """Whether a disk has no room, as the system or SQLite says it."""
    code = getattr(error, "sqlite_errorcode", None)
    if code is not None:
        return code & 0xFF in {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR}
    return isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def no_room(place: Path) -> NoRoomForBackup:
    """In words."""
    return NoRoomForBackup(f"{place}: the disk is full; make room and try again")


def of_disk(error: OSError, place: Path) -> BackupError:
    """What went wrong with a file of ours, in words."""
    if is_full(error):
        return no_room(place)
    name = error.filename or place
    return BackupError(f"{os.fsdecode(name)}: {error.strerror or error}; nothing has been changed")
