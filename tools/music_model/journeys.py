"""How smooth journeys are over rated music, beside songs drawn by chance from the emotions' folders as `lift` does."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from statistics import fmean

import numpy as np
import numpy.typing as npt

from appliance.domain.emotions import EMOTIONS, Emotion, circumplex
from appliance.domain.roads import Road
from appliance.journey.choosing import next_song
from appliance.journey.plane import Plane
from appliance.mood.policy import LIFT

SONGS, JOURNEYS = 8, 200

Numbers = npt.NDArray[np.float64]


def measure_journeys(plane: Plane, said: Numbers) -> dict[str, dict[str, float]]:
    """Of eight songs from sad to happy: the `largest` step in sound, and the listeners' valence `first` and `last`.

    `said` (n, 2) are the listeners' ranks, -1..1. For comparison the mean step between two songs drawn by chance.
    """
    ways: dict[str, Callable[[random.Random], list[int]]] = {
        "journey": lambda rng: _journey(plane, rng),
        "folders": lambda rng: _from_folders(plane, rng),
        "chance": lambda rng: rng.sample(range(len(plane.index)), 2),
    }
    return {name: _measured(plane, said, way) for name, way in ways.items()}


def _measured(plane: Plane, said: Numbers, way: Callable[[random.Random], list[int]]) -> dict[str, float]:
    found = [way(random.Random(number)) for number in range(JOURNEYS)]
    return {
        "largest": round(fmean(max(_steps(plane, rows)) for rows in found), 2),
        "first": round(fmean(float(said[rows[0], 0]) for rows in found), 2),
        "last": round(fmean(float(said[rows[-1], 0]) for rows in found), 2),
    }


def _journey(plane: Plane, rng: random.Random) -> list[int]:
    road = Road((circumplex(Emotion.SAD), (0.0, 0.0), circumplex(Emotion.HAPPY)), stay=2)
    allowed, rows = np.ones(len(plane.index), np.bool_), list[int]()
    while len(rows) < SONGS and (row := next_song(plane, road.target(len(rows)), rows[::-1], allowed, rng)) is not None:
        allowed[row] = False
        rows.append(row)
    return rows


def _from_folders(plane: Plane, rng: random.Random) -> list[int]:
    path = [*LIFT[Emotion.SAD], *[Emotion.HAPPY] * SONGS][:SONGS]
    rows: list[int] = []
    for emotion in path:
        songs = np.flatnonzero(plane.emotions == EMOTIONS.index(emotion))
        rows.append(rng.choice([int(row) for row in songs if row not in rows]))
    return rows


def _steps(plane: Plane, rows: Sequence[int]) -> list[float]:
    unit = plane.index.sounds[list(rows)] * plane.scales[list(rows), None]
    return [float(step) for step in np.linalg.norm(np.diff(unit, axis=0), axis=1)]
