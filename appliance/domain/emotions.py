"""The emotions, all that differs between them, and the probabilities that a face is read as."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Emotion(StrEnum):
    """The expressions. The values are folder names, model labels and MQTT values."""

    ANGRY = "angry"
    DISGUST = "disgust"
    FEAR = "fear"
    HAPPY = "happy"
    NEUTRAL = "neutral"
    SAD = "sad"
    SURPRISE = "surprise"


EMOTIONS: tuple[Emotion, ...] = tuple(Emotion)
"""All emotions in the canonical (alphabetical) order; vectors of probabilities follow it."""


@dataclass(frozen=True, slots=True)
class Profile:
    """What an emotion is called, looks like, and where it lies on the circumplex."""

    name: str
    """Its name as it is shown."""
    looked: str
    """How somebody looked, as in "you looked afraid"."""
    emoji: str
    light: str
    """Its colour on the light page, as #rrggbb."""
    dark: str
    """Its colour on the dark page, as #rrggbb."""
    lamp: tuple[float, float, float]
    """The lamp's red, green and blue, 0..1. LEDs are weak in red, so yellow has little green."""
    angle: float | None
    """Degrees on the circumplex of Russell (1980), "A circumplex model of affect"; None: at its origin."""


PROFILES: Mapping[Emotion, Profile] = {
    Emotion.HAPPY: Profile("happy", "happy", "😊", "#b47a00", "#f5bf45", (1.0, 0.6, 0.0), 30.0),
    Emotion.SURPRISE: Profile("surprise", "surprised", "😮", "#c74a83", "#f08fb9", (1.0, 0.0, 0.5), 90.0),
    Emotion.NEUTRAL: Profile("neutral", "neutral", "😐", "#857a6a", "#b8ad9d", (1.0, 0.75, 0.45), None),
    Emotion.SAD: Profile("sad", "sad", "😢", "#3b74b4", "#77aeea", (0.0, 0.15, 1.0), 215.0),
    Emotion.FEAR: Profile("fear", "afraid", "😨", "#7a55b8", "#b193ec", (0.5, 0.0, 1.0), 120.0),
    Emotion.ANGRY: Profile("angry", "angry", "😠", "#c8432f", "#f07c66", (1.0, 0.0, 0.0), 130.0),
    Emotion.DISGUST: Profile("disgust", "disgusted", "🤢", "#5f8526", "#a3c765", (0.1, 1.0, 0.0), 165.0),
}
"""Each emotion once, in the order in which people are offered them: the pleasant ones first.

Page, lamp, terminal, policies and installer take what they show or make from here. With a new row go a member of
`Emotion` and a column of the history's `corrections`; models name it once they were trained for it.
"""


def circumplex(emotion: Emotion) -> tuple[float, float]:
    """(valence, arousal) of an emotion: a point on the unit circle, or the origin."""
    angle = PROFILES[emotion].angle
    if angle is None:
        return 0.0, 0.0
    return math.cos(math.radians(angle)), math.sin(math.radians(angle))


UNPLEASANT: tuple[Emotion, ...] = tuple(emotion for emotion in EMOTIONS if circumplex(emotion)[0] < -1e-9)
"""The emotions on the circumplex's left half, in canonical order."""

_POINTS = tuple(circumplex(emotion) for emotion in EMOTIONS)


def by_distance(emotion: Emotion) -> list[Emotion]:
    """The other emotions, the nearest on the circumplex first, of equally near ones the more pleasant first."""
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
    """Probabilities of all emotions in `EMOTIONS` order.

    Raises ValueError unless there are as many finite numbers in 0..1 that sum to 1 (±0.01).
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
