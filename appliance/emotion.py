"""The vocabulary of Moodbox: emotions, faces, looks and moods. Imports nothing else of ours."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Emotion(StrEnum):
    """The seven expressions. The values are folder names, model labels and MQTT values."""

    ANGRY = "angry"
    DISGUST = "disgust"
    FEAR = "fear"
    HAPPY = "happy"
    NEUTRAL = "neutral"
    SAD = "sad"
    SURPRISE = "surprise"


EMOTIONS: tuple[Emotion, ...] = tuple(Emotion)
"""All emotions in the canonical (alphabetical) order; vectors of seven numbers follow it."""


class Verdict(StrEnum):
    """What the judge says when it names no emotion."""

    UNSURE = "unsure"
    NOBODY = "nobody"


class Policy(StrEnum):
    """How a mood chooses folders."""

    MATCH = "match"
    CHEER = "cheer"
    LIFT = "lift"


# Russell (1980), "A circumplex model of affect": angle of each emotion in degrees; neutral lies at the origin.
ANGLES: Mapping[Emotion, float] = {
    Emotion.HAPPY: 30.0,
    Emotion.SURPRISE: 90.0,
    Emotion.FEAR: 120.0,
    Emotion.ANGRY: 130.0,
    Emotion.DISGUST: 165.0,
    Emotion.SAD: 215.0,
}


def circumplex(emotion: Emotion) -> tuple[float, float]:
    """(valence, arousal) of an emotion: a point on the unit circle, or the origin for neutral."""
    angle = ANGLES.get(emotion)
    if angle is None:
        return 0.0, 0.0
    return math.cos(math.radians(angle)), math.sin(math.radians(angle))


_POINTS = tuple(circumplex(emotion) for emotion in EMOTIONS)


def by_distance(emotion: Emotion) -> list[Emotion]:
    """The other six emotions, the nearest on the circumplex first, of equally near ones the more pleasant first."""
    here = circumplex(emotion)

    def nearness(other: Emotion) -> tuple[float, float]:
        return round(math.dist(here, circumplex(other)), 6), -circumplex(other)[0]

    return sorted((other for other in EMOTIONS if other is not emotion), key=nearness)


@dataclass(frozen=True, slots=True)
class Reading:
    """Probabilities of the seven emotions in `EMOTIONS` order.

    Raises ValueError unless there are seven finite numbers in 0..1 that sum to 1 (±0.01).
    """

    probabilities: tuple[float, ...]

    def __post_init__(self) -> None:
        values = self.probabilities
        if len(values) != len(EMOTIONS):
            raise ValueError(f"a reading has {len(EMOTIONS)} probabilities, not {len(values)}")
        if not all(math.isfinite(p) and -1e-6 <= p <= 1 + 1e-6 for p in values) or abs(sum(values) - 1) > 0.01:
            raise ValueError(f"probabilities must lie in 0..1 and sum to 1, not {values}")

    @classmethod
    def of(cls, by_name: Mapping[Emotion, float]) -> Reading:
        """A reading from some emotions' probabilities; those left out are 0."""
        return cls(tuple(by_name.get(emotion, 0.0) for emotion in EMOTIONS))

    @classmethod
    def mean(cls, readings: Sequence[Reading]) -> Reading:
        """The average of one or more readings, each weighed alike."""
        return cls(
            tuple(sum(column) / len(readings) for column in zip(*(r.probabilities for r in readings), strict=True))
        )

    def __getitem__(self, emotion: Emotion) -> float:
        return self.probabilities[EMOTIONS.index(emotion)]

    @property
    def top(self) -> Emotion:
        """The most probable emotion; of equals the first in canonical order."""
        return max(EMOTIONS, key=self.__getitem__)

    @property
    def valence(self) -> float:
        """How pleasant, -1..1: the probability-weighted mean over the circumplex."""
        return sum(p * x for p, (x, _) in zip(self.probabilities, _POINTS, strict=True))

    @property
    def arousal(self) -> float:
        """How excited, -1..1: the probability-weighted mean over the circumplex."""
        return sum(p * y for p, (_, y) in zip(self.probabilities, _POINTS, strict=True))

    def by_name(self) -> dict[str, float]:
        """The probabilities keyed by emotion name, in canonical order."""
        return {emotion.value: p for emotion, p in zip(EMOTIONS, self.probabilities, strict=True)}


class CameraState(StrEnum):
    """The state of the camera as one word, the same everywhere it is shown."""

    OPEN = "open"
    OFF = "off"
    """Closed because the owner wants it closed."""
    FAILED = "failed"
    """Wanted, but it cannot be opened or gives no frames; it is tried again."""


@dataclass(frozen=True, slots=True)
class Face:
    """One face in a look. `box` is (x, y, width, height) in pixels of the frame; it may reach beyond its edges."""

    box: tuple[float, float, float, float]
    score: float
    """The detector's confidence, 0..1."""
    reading: Reading
    distance: float | None = None
    """Estimated distance from the camera in metres."""


@dataclass(frozen=True, slots=True)
class Look:
    """One frame analysed, or the news that there was none to analyse."""

    time: float
    """CLOCK_MONOTONIC seconds when the frame was taken."""
    camera: CameraState
    faces: tuple[Face, ...] = ()
    size: tuple[int, int] = (0, 0)
    """Width and height of the frame in pixels; (0, 0) without a frame."""
    light: float | None = None
    """Mean brightness of the frame, 0..1."""
    milliseconds: float = 0.0
    """Time taken to find and classify the faces."""
    problem: str | None = None
    """What is wrong with the camera, in words for the owner."""


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
    """The owner's word on a mood: seven numbers and a label, never a picture."""

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
