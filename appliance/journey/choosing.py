"""The next song: near its target on the plane, near the song before it in sound, by chance among the best."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from appliance.domain.roads import Place
from appliance.journey.plane import Plane
from appliance.sound.index import SoundIndex

ON_PLANE, IN_SOUND = 0.35, 0.65
"""Weights of the distance from the target and of the step in sound (docs/maintainer/journeys.md measures them)."""
SPREAD = 1 / 3
"""The variance of ranks that are spread evenly over -1..1, by which squared distances on the plane are divided.

Two sounds that have nothing in common are sqrt(2) apart, and so are two places, on average, by this measure.
"""
UNLIKE = 2.0
"""Cost of sounding just like the song that was skipped."""
BEST = 5
"""Chance decides among so many."""
DISLIKED = 0.9
"""A song that is disliked as much as can be still has a tenth of the chance of another."""
SAME_SOUND = 0.995
"""Songs whose sounds have at least this cosine are taken for the same recording."""
ARTIST_RUN, ALBUM_RUN = 2, 1
"""At most so many songs of an artist, and of an album, in a row."""
_LATELY = 12
"""The last songs of which no second recording is played."""


def next_song(
    plane: Plane,
    target: Place,
    before: Sequence[int],
    allowed: npt.NDArray[np.bool_],
    rng: random.Random,
    dislike: Callable[[int], float] = lambda _: 0.0,
    skipped: int | None = None,
) -> int | None:
    """The row of the song to play next, None if none is allowed.

    `before` are the rows of the songs before it, the last one first; `allowed` (n,) says which songs may play at all;
    `skipped` is a row that it should not sound like. Where the caps for artists, albums and second recordings leave
    nothing, they do not hold.
    """
    index = plane.index
    heard = [row for row in before if plane.scales[row]][:_LATELY]
    alike = plane.alike([*heard, *([] if skipped is None else [skipped])])
    rows = np.flatnonzero(_within_caps(index, before, allowed & (plane.emotions >= 0), alike[:, : len(heard)]))
    if not len(rows):
        return None
    apart = plane.places[rows] - np.asarray(target, np.float32)
    cost = ON_PLANE / SPREAD * np.einsum("ij,ij->i", apart, apart)
    if heard:
        cost += IN_SOUND * (2 - 2 * alike[rows, 0])
    if skipped is not None:
        cost += UNLIKE * np.maximum(alike[rows, -1], 0) ** 2
    count = min(BEST, len(rows))
    best = rows[np.argpartition(cost, count - 1)[:count]]
    chances = [1 - DISLIKED * dislike(int(row)) for row in best]
    return int(rng.choices([int(row) for row in best], chances)[0])


def _within_caps(
    index: SoundIndex, before: Sequence[int], allowed: npt.NDArray[np.bool_], lately: npt.NDArray[np.float32]
) -> npt.NDArray[np.bool_]:
    """`allowed` without what the caps forbid, where that leaves anything; `lately` are the cosines to recent songs."""
    capped = allowed.copy()
    for numbers, run in ((index.artists, ARTIST_RUN), (index.albums, ALBUM_RUN)):
        last = {int(numbers[row]) for row in before[:run]}
        if len(before) >= run and len(last) == 1 and (number := last.pop()) >= 0:
            capped &= numbers != number
    fresh = capped & (lately < SAME_SOUND).all(axis=1)
    return next((mask for mask in (fresh, capped) if mask.any()), allowed)
