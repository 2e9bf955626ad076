"""What choosing needs to know of a whole library: where each song lies, what it sounds like, and who made it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

SOUND_SIZE = 32
"""Numbers in a song's sound vector."""
SOUND_SCALE = 127
"""The length of a sound vector: unit vectors are kept as whole numbers."""
LOUDNESS, ATTACK, BRIGHTNESS = range(3)
"""The columns of `SoundIndex.traits`."""
TRAITS = 3

_BLOCK = 8192
"""Rows whose similarities are computed at a time: a megabyte."""


@dataclass(frozen=True, slots=True, eq=False)
class SoundIndex:
    """Every song of a library, one row each, about 65 bytes a row beside the file names.

    Raises ValueError if an array has another shape than stated, or the files are not sorted.
    """

    files: tuple[str, ...]
    """MPD's names of the songs, sorted, each once."""
    places: npt.NDArray[np.float32]
    """(n, 2): valence and arousal, -1..1, as ranked within the library; NaN for a song not heard yet."""
    sounds: npt.NDArray[np.int8]
    """(n, 32): unit vectors times 127; zeros for a song not heard yet."""
    artists: npt.NDArray[np.int32]
    """(n,): the same number for the same artist, -1 if unknown."""
    albums: npt.NDArray[np.int32]
    """(n,): the same number for the same album, -1 if unknown."""
    given: npt.NDArray[np.int8]
    """(n,): the position in `EMOTIONS` of the emotion that the owner gave by folder or word, -1 for none."""
    suggested: npt.NDArray[np.int8]
    """(n,): likewise what Moodbox suggests, where that is clear; -1 for none."""
    tempo: npt.NDArray[np.float32]
    """(n,): beats a minute, NaN if unknown."""
    mode: npt.NDArray[np.int8]
    """(n,): 1 major, 0 minor, -1 unknown."""
    traits: npt.NDArray[np.int8]
    """(n, 3): loudness, attack and brightness as ranks within the library, -100..100; 0 for a song not heard yet."""

    def __post_init__(self) -> None:
        count = len(self.files)
        shapes = {
            "places": (count, 2), "sounds": (count, SOUND_SIZE), "artists": (count,), "albums": (count,),
            "given": (count,), "suggested": (count,), "tempo": (count,), "mode": (count,), "traits": (count, TRAITS),
        }  # fmt: skip
        for name, shape in shapes.items():
            found = getattr(self, name).shape
            if found != shape:
                raise ValueError(f"{name} of {count} songs must have the shape {shape}, not {found}")
        if any(one >= other for one, other in zip(self.files, self.files[1:], strict=False)):
            raise ValueError("the files of an index must be sorted, each once")

    def __len__(self) -> int:
        return len(self.files)

    @classmethod
    def unheard(cls, files: Sequence[str]) -> SoundIndex:
        """An index of songs of which nothing is known yet."""
        count = len(files)
        return cls(
            files=tuple(sorted(files)),
            places=np.full((count, 2), np.nan, np.float32),
            sounds=np.zeros((count, SOUND_SIZE), np.int8),
            artists=np.full(count, -1, np.int32),
            albums=np.full(count, -1, np.int32),
            given=np.full(count, -1, np.int8),
            suggested=np.full(count, -1, np.int8),
            tempo=np.full(count, np.nan, np.float32),
            mode=np.full(count, -1, np.int8),
            traits=np.zeros((count, TRAITS), np.int8),
        )

    def row_of(self, file: str) -> int | None:
        """The row of a file, None if the library has no such file."""
        row = bisect_left(self.files, file)
        return row if row < len(self.files) and self.files[row] == file else None

    def heard(self) -> npt.NDArray[np.bool_]:
        """(n,): whether a song has a sound to compare."""
        return np.asarray(self.sounds.any(axis=1), dtype=np.bool_)

    def similarities(self, row: int) -> npt.NDArray[np.float32]:
        """(n,): the cosine between a song's sound and every song's, -1..1; 0 where one of the two is not heard yet."""
        return cosines(self.sounds, self.sounds[row])

    def nearest(self, row: int, count: int) -> list[tuple[int, float]]:
        """The `count` other songs that sound most like this one: (row, cosine), the most alike first.

        Fewer if fewer have been heard; none for a song that has not been heard itself.
        """
        if not self.sounds[row].any():
            return []
        alike = self.similarities(row)
        alike[~self.heard()] = -np.inf
        alike[row] = -np.inf
        count = max(0, min(count, len(alike)))
        best = np.argpartition(-alike, count - 1)[:count] if count else np.empty(0, np.intp)
        best = best[np.lexsort((best, -alike[best]))]
        return [(int(other), float(alike[other])) for other in best if np.isfinite(alike[other])]


def cosines(sounds: npt.NDArray[np.int8], sound: npt.NDArray[np.int8]) -> npt.NDArray[np.float32]:
    """(n,): the cosine between each row of (n, 32) `sounds` and one (32,) `sound`, -1..1; 0 where one is all zeros."""
    own = _unit(sound.astype(np.float32)[None])[0]
    result = np.zeros(len(sounds), np.float32)
    for begin in range(0, len(sounds), _BLOCK):
        block = sounds[begin : begin + _BLOCK].astype(np.float32)
        result[begin : begin + _BLOCK] = _unit(block) @ own
    return np.clip(result, -1, 1, out=result)


def packed(vectors: npt.NDArray[Any]) -> npt.NDArray[np.int8]:
    """(n, 32) whole numbers for as many vectors of any length: their directions, times 127. Zeros stay zeros."""
    return np.asarray(np.rint(_unit(vectors.astype(np.float32)) * SOUND_SCALE), dtype=np.int8)


def _unit(vectors: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    lengths = np.sqrt(np.einsum("ij,ij->i", vectors, vectors))
    return np.asarray(vectors / np.maximum(lengths, 1e-9)[:, None], dtype=np.float32)
