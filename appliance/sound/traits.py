"""What stands out about how a song sounds."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from appliance.domain.reasons import Trait
from appliance.domain.sounding import Sounding
from appliance.sound.index import ATTACK, BRIGHTNESS, LOUDNESS

STANDS_OUT = 60
"""Rank, of 100 each way, from which a trait is told: a fifth of the songs each way."""
_TRAITS: tuple[tuple[int, Trait, Trait], ...] = (
    (LOUDNESS, "quiet", "loud"),
    (ATTACK, "soft-attacks", "sharp-attacks"),
    (BRIGHTNESS, "dark", "bright"),
)


def outstanding(traits: npt.NDArray[np.int8]) -> tuple[Trait, ...]:
    """What is told of a song with these (3,) ranks, a row of `SoundIndex.traits`."""
    return tuple(
        more if traits[column] > 0 else less for column, less, more in _TRAITS if abs(int(traits[column])) >= STANDS_OUT
    )


def sounding(tempo: float, mode: int, traits: npt.NDArray[np.int8]) -> Sounding:
    """What is told of a song with this tempo, mode and traits (as in `Heard` or a row of `SoundIndex`)."""
    return Sounding(
        bpm=round(tempo) if np.isfinite(tempo) else None,
        mode=("minor", "major", None)[mode],
        traits=outstanding(traits),
    )
