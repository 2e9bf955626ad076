"""What can be wrong with a backup, or with putting one back."""

from __future__ import annotations

import errno
import os
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


class NoRoom(BackupError, OSError):
    """The disk has not enough room."""


def of_disk(error: OSError, place: Path) -> BackupError:
    """What went wrong with a file of ours, in words."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return NoRoom(f"{place}: the disk is full; make room and try again")
    name = error.filename or place
    return BackupError(f"{os.fsdecode(name)}: {error.strerror or error}; nothing has been changed")
