"""What is wrong with a file or folder, in words for the owner."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from appliance.lib.text import printable_name


class SongProblem(NamedTuple):
    """Something that is wrong with a file or folder."""

    place: Path
    text: str
    """What was found and what would be right, to be shown after the place's name."""

    def __str__(self) -> str:
        return f"{printable_name(str(self.place))}: {self.text}"
