"""The seven emotions, and the probabilities that a face is read as."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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


def folder_of(file: str) -> Emotion | None:
    """The emotion in whose folder a file lies, None for others."""
    top, slash, _ = file.partition("/")
    return Emotion(top) if slash and top in EMOTIONS else None


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
