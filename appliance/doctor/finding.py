"""What `moodbox doctor` finds of one part."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found of one part. `well` is None for something worth knowing that is no fault."""

    part: str
    well: bool | None
    text: str
