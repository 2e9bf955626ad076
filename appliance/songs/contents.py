"""What is wrong with a single file, if anything: its size, its rights, and whether it is what its name says."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import BinaryIO

from appliance.songs.kinds import KINDS, recognise
from appliance.songs.lists import LISTS, NO_STREAM, read_list

_REMEMBERED = 100_000
"""Files whose content is not read again while they stay the same; 10 MB of memory at most."""


class Contents:
    """Looks into files, and into each only once while it stays as it is. Threads may share one."""

    def __init__(self) -> None:
        self._good: set[int] = set()

    def examine(self, file: Path) -> tuple[int, str]:
        """The file's size in bytes (0 if it cannot be had), and why it cannot be played in words; empty if it may be.

        The words stand after the file's name. Files by whose names they are no songs are not for here.
        """
        try:
            # Opened without waiting: a fifo has no content until someone writes.
            handle = os.open(file, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        except FileNotFoundError:
            return 0, "is a link to nothing; remove it, or put the file there"
        except PermissionError:
            return _size(file), "cannot be read; make it readable, such as by `chmod a+r`"
        except OSError as error:
            return 0, f"cannot be read ({error.strerror}); make it readable for MPD"
        with os.fdopen(handle, "rb") as opened:
            status = os.fstat(handle)
            return status.st_size, self._look(opened, status, file)

    def _look(self, opened: BinaryIO, status: os.stat_result, file: Path) -> str:
        if not stat.S_ISREG(status.st_mode):
            return "is no file; remove it"
        if status.st_size == 0:
            return "is empty (0 bytes); copy it again"
        known = hash((status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns))
        if known in self._good:
            return ""
        suffix = file.suffix.lower()
        if suffix in LISTS:
            return "" if read_list(file)[0] else NO_STREAM
        try:
            found = recognise(opened)
        except OSError as error:
            return f"cannot be read ({error.strerror}); copy it again"
        if not found:
            return f"holds no {KINDS[suffix].content} nor other music; copy it again, or replace it"
        if len(self._good) >= _REMEMBERED:
            self._good.clear()
        self._good.add(known)
        return ""


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        return 0
