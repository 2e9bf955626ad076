"""What the household teaches of where songs lie: by word, and by what is skipped and what is heard out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from appliance.domain.emotions import Emotion


class LessonKind(StrEnum):
    """How a lesson was given."""

    PLACED = "placed"
    """The owner placed the song on the plane, or said which emotion it is of."""
    MOVED = "moved"
    """The owner moved the song from one emotion's folder to another's."""
    MISFIT = "misfit"
    """The owner said that the song does not fit the emotion it played for."""
    SKIPPED = "skipped"
    """The song was left early."""
    HEARD = "heard"
    """The song was heard out."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """A song lies elsewhere on the plane than it was heard to."""

    file: str
    """MPD's name of the song."""
    kind: LessonKind
    valence: float
    """By how much more pleasant, -2..2, than its place as ranked within the library."""
    arousal: float
    """By how much livelier, likewise."""
    at: datetime
    """The time of day, with its zone."""
    emotion: Emotion | None = None
    """The emotion that it is about; None for a place."""
    id: int = 0
    """Above 0 once it is kept; a later lesson of the same kind about the same song takes its place."""
