"""Which songs are each other's neighbours by sound, and where they lie when a picture of that is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from appliance.sound.index import SoundIndex

Measure = Literal["cosine", "euclid"]
"""`cosine`: alike from -1 to 1. `euclid`: the distance of the unit vectors, 0 to 2; both order neighbours alike."""
NEIGHBOURS = 5
_ROUNDS = 150


class Edge(NamedTuple):
    """Two songs, by their position among those drawn, and how alike or how far apart they are."""

    one: int
    other: int
    value: float


def edges_between(
    index: SoundIndex,
    rows: Sequence[int],
    neighbours: int = NEIGHBOURS,
    measure: Measure = "cosine",
    threshold: float | None = None,
) -> list[Edge]:
    """Each of the rows joined to its nearest `neighbours` among them, each pair once.

    With a `threshold` only pairs at least so alike (`cosine`) or at most so far apart (`euclid`).
    """
    alike = _alike(index, rows)
    np.fill_diagonal(alike, -np.inf)
    values = alike if measure == "cosine" else np.sqrt(np.maximum(2 - 2 * alike, 0))
    found: dict[tuple[int, int], float] = {}
    for one in range(len(rows)):
        for other in np.argsort(-alike[one], kind="stable")[: max(0, neighbours)].tolist():
            value = float(values[one, other])
            near = threshold is None or (value >= threshold if measure == "cosine" else value <= threshold)
            if other != one and near:
                found[min(one, other), max(one, other)] = value
    return [Edge(one, other, value) for (one, other), value in sorted(found.items())]


def positions(index: SoundIndex, rows: Sequence[int], edges: Sequence[Edge]) -> npt.NDArray[np.float64]:
    """(n, 2) places 0..1 for a picture: joined songs draw each other near, all push each other away.

    Fruchterman & Reingold (1991), begun from the songs' valence and arousal. Always the same.
    """
    count = len(rows)
    if count < 2:
        return np.full((count, 2), 0.5)
    random = np.random.default_rng(1)
    place = np.nan_to_num(index.places[list(rows)]).astype(np.float64) + 0.05 * random.standard_normal((count, 2))
    joined = np.zeros((count, count))
    for edge in edges:
        joined[edge.one, edge.other] = joined[edge.other, edge.one] = 1
    ideal = 1.6 / np.sqrt(count)
    for turn in range(_ROUNDS):
        apart = place[:, None] - place
        length = np.maximum(np.linalg.norm(apart, axis=2), 1e-3)
        force = ideal**2 / length**2 - joined * length / ideal
        move = (apart * force[:, :, None]).sum(axis=1) - 0.5 * place
        size = np.maximum(np.linalg.norm(move, axis=1, keepdims=True), 1e-9)
        place += move / size * np.minimum(size, 0.2 * (1 - turn / _ROUNDS) + 0.005)
    low, high = place.min(axis=0), place.max(axis=0)
    return np.asarray((place - low) / np.maximum(high - low, 1e-9))


def some_songs(index: SoundIndex, count: int) -> list[int]:
    """Rows of `count` songs that have been heard, evenly over the library; all if there are no more."""
    heard = np.flatnonzero(index.heard())
    if len(heard) <= count:
        return [int(row) for row in heard]
    return [int(row) for row in heard[np.linspace(0, len(heard) - 1, count).round().astype(int)]]


def _alike(index: SoundIndex, rows: Sequence[int]) -> npt.NDArray[np.float64]:
    sounds = index.sounds[list(rows)].astype(np.float64)
    sounds /= np.maximum(np.linalg.norm(sounds, axis=1, keepdims=True), 1e-9)
    return np.asarray((sounds @ sounds.T).clip(-1, 1))
