"""What the judge says of the room, and what the owner says of the judge."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from appliance.domain.emotions import Emotion, Reading


class Verdict(StrEnum):
    """What the judge says when it names no emotion."""

    UNSURE = "unsure"
    NOBODY = "nobody"


class Policy(StrEnum):
    """How a mood chooses its music."""

    MATCH = "match"
    CHEER = "cheer"
    LIFT = "lift"
    JOURNEY = "journey"


@dataclass(frozen=True, slots=True)
class Mood:
    """What the judge says of the room."""

    mood: Emotion | Verdict
    confidence: float = 0.0
    """Mean probability of `mood` over the looks it was judged on, 0..1; 0 for a verdict."""
    valence: float = 0.0
    arousal: float = 0.0
    people: int = 0
    """How many people were seen at once, as the median over the looks with someone in them."""
    since: float = 0.0
    """CLOCK_MONOTONIC seconds since when the mood has been this one."""
    reading: Reading | None = None
    """The averaged reading it was judged on; None if nobody was seen."""
    seen: float = 0.0
    """Seconds in which a face was seen, of those it was judged on."""
    led: float = 0.0
    """Seconds of `seen` in which `mood` led; 0 for a verdict."""
    raw: Reading | None = None
    """The same as `reading`, but before the household's calibration: what a correction teaches from."""
    told: bool = False
    """The owner has said that this is the mood."""

    @property
    def emotion(self) -> Emotion | None:
        """The emotion named, or None for `unsure` and `nobody`."""
        return self.mood if isinstance(self.mood, Emotion) else None


@dataclass(frozen=True, slots=True)
class Correction:
    """The owner's word on a mood: the probabilities and a label, never a picture."""

    id: int
    """Above 0; a second word on the same judgement has the same one, and takes the place of the first."""
    at: datetime
    """The time of day, with its zone."""
    was: Emotion | Verdict
    """What the judge had said."""
    mood: Emotion
    """What it really was."""
    reading: Reading
    """The averaged reading that was judged, before the household's calibration."""
    model: str = ""
    """Name and version of the model that read the faces."""
