"""Files that somebody else may have put there: read without following a link, and never more than is wanted."""

from __future__ import annotations

import os
import stat
from pathlib import Path


def read_plain(file: Path, most: int) -> bytes:
    """The content of a regular file of at most `most` bytes. A link is not followed, and a pipe not waited for.

    Raises OSError, or ValueError for anything but such a file.
    """
    handle = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(handle, "rb") as opened:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise ValueError("it is no file")
        content = opened.read(most + 1)
    if len(content) > most:
        raise ValueError(f"it has more than {most} bytes")
    return content
