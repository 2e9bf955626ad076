"""What is wrong with a single file, if anything: its size, its rights, and whether it is what its name says."""

from __future__ import annotations

import os
import stat
from datetime import UTC, datetime
from pathlib import Path

from appliance.lib.clock import utc
from appliance.songs.formats import KINDS, recognise_format
from appliance.songs.playlists import LIST_BYTES, LISTS, NO_STREAM, parse_list

_REMEMBERED = 100_000
"""Files whose content is not read again while they stay the same; 10 MB of memory at most."""


class SongValidator:
    """Looks into files, and into each only once while it stays as it is. Threads may share one."""

    def __init__(self) -> None:
        self._good: set[int] = set()

    def examine(self, file: Path) -> tuple[int, str]:
        """The file's size in bytes (0 if it cannot be had), and why it cannot be played in words; empty if it may be.

        The words stand after the file's name. Files by whose names they are no songs are not for here.
        """
        try:
            status = file.stat()
        except FileNotFoundError:
            return 0, "is a link to nothing; remove it, or put the file there"
        except OSError as error:
            return 0, f"cannot be read ({error.strerror}); make it readable for MPD"
        known = hash((status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_mode, file.suffix))
        if known in self._good:
            return status.st_size, ""
        if not stat.S_ISREG(status.st_mode):
            return 0, "is no file; remove it"
        if status.st_size == 0:
            return 0, "is empty (0 bytes); copy it again"
        problem = _look_into(file)
        if not problem:
            if len(self._good) >= _REMEMBERED:
                self._good.clear()
            self._good.add(known)
        return status.st_size, problem


def _look_into(file: Path) -> str:
    suffix = file.suffix.lower()
    try:
        # Opened without waiting: what has become a fifo meanwhile has no content until someone writes.
        with os.fdopen(os.open(file, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK), "rb") as opened:
            if suffix in LISTS:
                return NO_STREAM if NO_STREAM in parse_list(opened.read(LIST_BYTES), file.parent)[1] else ""
            if recognise_format(opened):
                return ""
    except FileNotFoundError:
        return "has gone in this moment; load the list again"
    except PermissionError:
        return "cannot be read; make it readable, such as by `chmod a+r`"
    except OSError as error:
        return f"cannot be read ({error.strerror}); copy it again"
    return f"holds no {KINDS[suffix].content} nor other music; copy it again, or replace it"


def last_modified(file: Path) -> str:
    """When a file was last changed, as MPD puts it; empty if it is not there."""
    try:
        return utc(datetime.fromtimestamp(int(file.stat().st_mtime), UTC))
    except OSError:
        return ""
