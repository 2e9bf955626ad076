"""Looks → evidence: which expressions were seen over a period, with people and seconds weighted equally."""

from __future__ import annotations

import math
from array import array
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice, pairwise
from statistics import median_low

from appliance.domain.emotions import EMOTIONS, Emotion, Reading
from appliance.domain.looks import CameraState, Look

STANDS_FOR = 4.0
"""A look stands for at most so many seconds: of a longer gap nothing is known."""
HORIZON = 3600.0
"""Looks older than this many seconds before the newest are dropped: they say nothing about now."""
MOST_LOOKS = 40_000
"""An hour at ten looks a second, the fastest that the settings allow, and some more."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a stretch of looks shows. Times are seconds."""

    looks: int = 0
    with_face: int = 0
    """Looks that show at least one face."""
    people: int = 0
    """The median number of people at once over the looks with a face, the lower one if it lies between two."""
    mean: Reading | None = None
    """The mean reading: people in a look weigh alike, looks by the time they stand for; None without a face."""
    dominance: tuple[float, ...] = (0.0,) * len(EMOTIONS)
    """In `EMOTIONS` order, the share of the time in which each emotion leads a person's reading; sums to 1 or 0."""
    seen: float = 0.0
    """Seconds for which looks with a face stand."""
    raw: Reading | None = None
    """The mean of the readings as they came, before the household's calibration."""

    def led(self, emotion: Emotion) -> float:
        """Seconds of `seen` in which this emotion led."""
        return self.dominance[EMOTIONS.index(emotion)] * self.seen


@dataclass(frozen=True, slots=True)
class _Sighting:
    """A look, boiled down to what evidence needs. Arrays take half of what tuples would, for an hour of looks."""

    time: float
    people: int
    mean: array[float]
    raw: array[float]
    leads: array[float]


class Window:
    """The looks of the last hour, boiled down. Only looks through an open camera count."""

    def __init__(self) -> None:
        self._looks: deque[_Sighting] = deque(maxlen=MOST_LOOKS)

    def __len__(self) -> int:
        return len(self._looks)

    def add(self, look: Look, raw: Look | None = None) -> None:
        """Take in a look; looks come in the order of their times. `raw` is the same look before its calibration."""
        if look.camera is not CameraState.OPEN:
            return
        readings = [face.reading for face in look.faces]
        leads = [reading.top for reading in readings]
        count = len(readings)
        mean = _mean(readings)
        self._looks.append(
            _Sighting(
                look.time,
                count,
                mean,
                mean if raw is None or raw is look else _mean([face.reading for face in raw.faces]),
                array("d", [leads.count(emotion) / count for emotion in EMOTIONS] if count else []),
            )
        )
        self.forget(look.time - HORIZON)

    def forget(self, before: float) -> None:
        """Drop the looks before this time."""
        while self._looks and self._looks[0].time < before:
            self._looks.popleft()

    def reaching(self, count: int) -> float:
        """The time from which on so many looks show a face; -inf if there are not so many."""
        times = (look.time for look in reversed(self._looks) if look.people)
        return next(islice(times, count - 1, None), -math.inf) if count > 0 else math.inf

    def evidence(self, since: float) -> Evidence:
        """What the looks from this time on show."""
        looks = [look for look in self._looks if look.time >= since]
        weights = _seconds([look.time for look in looks])
        shown = [(look, weight) for look, weight in zip(looks, weights, strict=True) if look.people]
        if not shown:
            return Evidence(looks=len(looks))
        return Evidence(
            looks=len(looks),
            with_face=len(shown),
            people=median_low(look.people for look, _ in shown),
            mean=Reading(_weighted((look.mean, weight) for look, weight in shown)),
            dominance=_weighted((look.leads, weight) for look, weight in shown),
            seen=math.fsum(weight for _, weight in shown),
            raw=Reading(_weighted((look.raw, weight) for look, weight in shown)),
        )


def _mean(readings: list[Reading]) -> array[float]:
    """The mean of a look's readings; empty without any."""
    # fsum rounds once, so the order of the faces makes no difference, not even in the last bit.
    columns = zip(*(r.probabilities for r in readings), strict=True)
    return array("d", [math.fsum(column) / len(readings) for column in columns])


def _seconds(times: list[float]) -> list[float]:
    """The time each look stands for: half the gap to either neighbour; at the ends the one gap there is, whole."""
    if len(times) < 2:
        return [1.0] * len(times)
    # A gap of nothing still leaves a look a little weight, so that looks at one instant have a mean.
    gaps = [min(max(later - earlier, 1e-3), STANDS_FOR) for earlier, later in pairwise(times)]
    return [(before + after) / 2 for before, after in zip([gaps[0], *gaps], [*gaps, gaps[-1]], strict=True)]


def _weighted(vectors: Iterable[tuple[array[float], float]]) -> tuple[float, ...]:
    """The weighted mean of vectors in `EMOTIONS` order, normalized: readings sum to 1 only within a tolerance."""
    pairs = list(vectors)
    sums = [math.fsum(vector[i] * weight for vector, weight in pairs) for i in range(len(EMOTIONS))]
    total = math.fsum(sums)
    return tuple(value / total for value in sums)
