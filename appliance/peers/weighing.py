"""The mood of a house: those of its rooms, weighed by the people in them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from appliance.domain.emotions import EMOTIONS, Emotion
from appliance.domain.moods import Mood

LINGER = 60.0
"""Seconds for which a room that was left still counts; then those who are seen lead."""
_LEAST = 0.05  # of an emotion that is named with hardly any confidence


@dataclass(frozen=True, slots=True)
class RoomMood:
    """What one room feels."""

    mood: Mood
    people: int
    """How many are there, or were when the room was left."""
    left: float | None = None
    """Since when nobody is there, in CLOCK_MONOTONIC seconds; None while somebody is."""

    def weight(self, now: float) -> float:
        """How much it counts."""
        if self.mood.emotion is None or (self.left is not None and now - self.left >= LINGER):
            return 0.0
        return float(max(self.people, 0))


def house_mood(rooms: Iterable[RoomMood], now: float, before: Mood) -> Mood | None:
    """What most people feel, None where no room says so. Of two that are equal the one before stays.

    Its confidence is the share of all people's confidence; valence and arousal are the people's mean.
    """
    counted = [(room.mood, weight) for room in rooms if (weight := room.weight(now))]
    total = sum(weight for _, weight in counted)
    if not total:
        return None
    shares: dict[Emotion, float] = defaultdict(float)
    for mood, weight in counted:
        assert mood.emotion
        shares[mood.emotion] += weight * max(_LEAST, mood.confidence)
    top = max(shares.values())
    leading = [emotion for emotion in EMOTIONS if shares.get(emotion, 0.0) >= top * (1 - 1e-9)]
    emotion = before.emotion if before.emotion in leading else leading[0]
    assert emotion
    return Mood(
        emotion,
        confidence=min(1.0, shares[emotion] / total),
        valence=_bounded(sum(weight * mood.valence for mood, weight in counted) / total),
        arousal=_bounded(sum(weight * mood.arousal for mood, weight in counted) / total),
        people=round(total),
        since=before.since if before.emotion is emotion else now,
        told=any(mood.told for mood, _ in counted if mood.emotion is emotion),
    )


def _bounded(value: float) -> float:
    return min(1.0, max(-1.0, value))
