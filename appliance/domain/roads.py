"""A road over the plane of valence and arousal, which music takes song by song."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

Place = tuple[float, float]
"""Valence and arousal, -1..1 each."""

STRIDE = 0.3
"""How far a road goes on from song to song at most, on average: from sad to happy it takes six songs."""


@dataclass(frozen=True, slots=True)
class Road:
    """From where the mood is to where it shall go."""

    points: tuple[Place, ...]
    """Where it begins, where it turns, where it ends; at least one."""
    stay: int = 1
    """So many songs play at its beginning before it goes on."""
    taken: int = 0
    """Songs that have begun on it, 0 or more."""
    first: str = ""
    """The file of the song that begins it at once; empty for any."""
    number: int = 0
    """A road with another number is to be planned anew, whatever had been queued for the one before."""

    @property
    def songs(self) -> int:
        """The number of the first song at its end, counted from 1; all later ones stay there."""
        return self.stay + math.ceil(self._length / STRIDE - 1e-9)

    @property
    def _length(self) -> float:
        return math.fsum(math.dist(one, other) for one, other in pairwise(self.points))

    def target(self, song: int) -> Place:
        """Where song number `song` (from 0) should lie. The road is left slowly and reached slowly."""
        length = self._length
        steps = self.songs - self.stay
        share = min(max(0.0, (song - self.stay + 1) / steps), 1.0) if steps else 1.0
        left = share * share * (3 - 2 * share) * length
        for here, there in pairwise(self.points):
            span = math.dist(here, there)
            if left < span:
                way = left / span
                return here[0] + way * (there[0] - here[0]), here[1] + way * (there[1] - here[1])
            left -= span
        return self.points[-1]
