"""What Moodbox hears by: how features are standardised, what they say of feeling, and what makes songs sound alike.

The numbers were fitted to music that Moodbox's composer makes and to free music, by `python -m tools.music_model`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from appliance.sound.features import FEATURES, POSITION
from appliance.sound.index import SOUND_SIZE
from appliance.sound.plan import Array
from appliance.sound.rule import rule

FILE = Path(__file__).with_name("ear.npz")
SOUND_UNIT = 12.0
"""A sound's coordinates are kept as whole numbers of this fraction of one standard deviation, up to ten of them."""

_TRAITS = (("loud", 1.0),), (("onset_strength", 0.5), ("attack", 0.5)), (("centroid_soft", 0.5), ("rolloff", 0.5))


@dataclass(frozen=True, slots=True, eq=False)
class Ear:
    """F features, in the order of `FEATURES`; statistics of the reference music."""

    low: Array
    """(F,): the 2nd percentile; smaller numbers are taken for it."""
    high: Array
    """(F,): the 98th."""
    mean: Array
    deviation: Array
    """(F,): of what is so clipped."""
    house: Array
    """(2, F): weights for valence and arousal, learnt from the composer's pieces."""
    balance: Array
    """(2, 2): for each axis, what the rule and the house weights are multiplied by before they are added."""
    projection: Array
    """(F, 32): from standardised features to the coordinates of the sound."""

    def standardised(self, features: Array) -> Array:
        """(n, F): how many standard deviations each feature lies from the reference's mean, about -3..3."""
        return np.asarray((features.clip(self.low, self.high) - self.mean) / self.deviation, dtype=np.float32)

    def feeling(self, standardised: Array) -> Array:
        """(n, 2): valence and arousal, standard deviation 1 over the reference music."""
        weights = self.balance[:, :1] * rule() + self.balance[:, 1:] * self.house
        return np.asarray(standardised @ weights.T, dtype=np.float32)

    def sound(self, standardised: Array) -> npt.NDArray[np.int8]:
        """(n, 32): the coordinates of the sound in units of 1/12; `library.build_index` compares them."""
        return np.asarray(np.rint(standardised @ self.projection * SOUND_UNIT).clip(-127, 127), dtype=np.int8)

    def traits(self, standardised: Array) -> npt.NDArray[np.int8]:
        """(n, 3): loudness, attack and brightness among the reference music, -100..100."""
        columns = [sum(weight * standardised[:, POSITION[name]] for name, weight in parts) for parts in _TRAITS]
        return np.asarray(np.rint(100 * shares(np.stack(columns, axis=1))), dtype=np.int8)


@cache
def shipped_ear() -> Ear:
    """The one that comes with Moodbox."""
    return load_ear(FILE)


def load_ear(file: Path) -> Ear:
    """The ear in a file. Raises ValueError if it was made for other features."""
    with np.load(file, allow_pickle=False) as kept:
        parts = {name: kept[name] for name in Ear.__dataclass_fields__}
    if parts["projection"].shape != (len(FEATURES), SOUND_SIZE):
        raise ValueError(f"{file} was made for {parts['projection'].shape} numbers, not for {len(FEATURES)}")
    return Ear(**parts)


def shares(deviations: npt.NDArray[np.floating]) -> Array:  # type: ignore[type-arg]
    """-1..1: the place among normally distributed numbers of so many standard deviations."""
    return np.asarray(_erf(deviations / math.sqrt(2)), dtype=np.float32)


_erf = np.vectorize(math.erf, otypes=[np.float64])

__all__ = ["FILE", "SOUND_UNIT", "Ear", "load_ear", "shares", "shipped_ear"]
