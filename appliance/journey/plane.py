"""The plane of valence and arousal with every song of a library on it, as this household hears them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from appliance.domain.emotions import EMOTIONS, circumplex
from appliance.sound.index import SoundIndex

POINTS: npt.NDArray[np.float32] = np.array([circumplex(emotion) for emotion in EMOTIONS], np.float32)
"""(emotions, 2): where each emotion lies, in `EMOTIONS` order."""
SHIFTED = 0.15
"""A song that was taught to lie so much elsewhere is no longer what it was suggested as."""

_BLOCK = 8192
"""Rows whose sounds are compared at a time: a megabyte."""


@dataclass(frozen=True, slots=True, eq=False)
class Plane:
    """A library's index, and where its songs count as lying. Rows are those of the index."""

    index: SoundIndex
    places: npt.NDArray[np.float32]
    """(n, 2): the emotion's point for songs with one of the owner's, else as heard and taught; NaN if not heard yet."""
    emotions: npt.NDArray[np.int8]
    """(n,): for which emotion each song plays, as a position in `EMOTIONS`; -1 if nothing is known of it."""
    house: npt.NDArray[np.bool_]
    """(n,): whether a song is a piece that Moodbox composed."""
    scales: npt.NDArray[np.float32]
    """(n,): by what each sound is multiplied to be one long; 0 for a song not heard yet."""

    @classmethod
    def of(cls, index: SoundIndex, shifts: npt.NDArray[np.float32] | None = None) -> Plane:
        """The plane of a library; `shifts` (n, 2) is what was taught (`learning.shifts`).

        The owner's word is the last: a song in an emotion's folder lies where the emotion does, whatever it sounds
        like. Others play for the emotion suggested where one is, else for the nearest.
        """
        places = np.array(index.places, np.float32)
        suggested = index.suggested
        if shifts is not None:
            places = np.clip(places + shifts, -1, 1)
            suggested = np.where(np.hypot(*shifts.T) > SHIFTED, -1, suggested).astype(np.int8)
        given = index.given >= 0
        places[given] = POINTS[index.given[given]]
        emotions = np.where(given, index.given, suggested).astype(np.int8)
        placed = np.isfinite(places).all(axis=1)
        emotions[~placed] = -1
        open_ = placed & (emotions < 0)
        emotions[open_] = nearest_emotions(places[open_])
        house = np.fromiter(("/house/" in file for file in index.files), np.bool_, len(index))
        squares = np.einsum("ij,ij->i", index.sounds, index.sounds, dtype=np.float32)
        scales = np.where(squares > 0, 1 / np.sqrt(np.maximum(squares, 1)), 0).astype(np.float32)
        return cls(index, places, emotions, house & given, scales)

    def alike(self, rows: Sequence[int]) -> npt.NDArray[np.float32]:
        """(n, len(rows)): the cosine of every sound with those of the rows; 0 where one has not been heard."""
        sounds = self.index.sounds
        wanted = (sounds[list(rows)].astype(np.float32) * self.scales[list(rows), None]).T
        found = np.empty((len(sounds), len(rows)), np.float32)
        for begin in range(0, len(sounds), _BLOCK):
            block = slice(begin, begin + _BLOCK)
            found[block] = sounds[block].astype(np.float32) @ wanted * self.scales[block, None]
        return found

    @property
    def known(self) -> int:
        """How many songs, without the house pieces, have been heard and may be chosen."""
        return int(np.count_nonzero((self.emotions >= 0) & ~self.house & (self.scales > 0)))


def nearest_emotions(places: npt.NDArray[np.float32]) -> npt.NDArray[np.int8]:
    """(n,): the emotion that lies nearest to each of (n, 2) places, as a position in `EMOTIONS`."""
    apart = ((places[:, None] - POINTS[None]) ** 2).sum(axis=2)
    return np.asarray(apart.argmin(axis=1), dtype=np.int8)
