"""What is wrong with a file or folder, told in words that can be shown."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple


class SongProblem(NamedTuple):
    """Something that is wrong with a file or folder."""

    place: Path
    text: str
    """What was found and what would be right, to stand after the place's name."""

    def __str__(self) -> str:
        return f"{printable(str(self.place))}: {self.text}"


def printable(text: str) -> str:
    """A name as it may be shown: on one line, in UTF-8."""
    return os.fsencode(text).decode(errors="backslashreplace").replace("\n", "\\n").replace("\r", "\\r")
