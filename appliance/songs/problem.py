"""What is wrong with a file or folder, told in words that can be shown."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from appliance.lib.text import printable_name


class SongProblem(NamedTuple):
    """Something that is wrong with a file or folder."""

    place: Path
    text: str
    """What was found and what would be right, to stand after the place's name."""

    def __str__(self) -> str:
        return f"{printable_name(str(self.place))}: {self.text}"
