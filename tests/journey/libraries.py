"""Made-up libraries: songs in families that sound alike, somewhere on the plane."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from appliance.sound.index import SOUND_SIZE, TRAITS, SoundIndex, packed


def library(count: int, seed: int = 0, families: int = 12, **columns: Any) -> SoundIndex:
    """`count` heard songs of `library/`, none given or suggested; `columns` stand in for what is drawn."""
    rng = np.random.default_rng(seed)
    middles = rng.normal(size=(families, SOUND_SIZE))
    family = rng.integers(families, size=count)
    drawn: dict[str, Any] = {
        "files": tuple(f"library/song {number:05}.ogg" for number in range(count)),
        "places": rng.uniform(-1, 1, (count, 2)).astype(np.float32),
        "sounds": packed(middles[family] + rng.normal(size=(count, SOUND_SIZE)) * 0.8),
        "artists": np.full(count, -1, np.int32),
        "albums": np.full(count, -1, np.int32),
        "given": np.full(count, -1, np.int8),
        "suggested": np.full(count, -1, np.int8),
        "tempo": rng.uniform(60, 180, count).astype(np.float32),
        "mode": rng.integers(-1, 2, count).astype(np.int8),
        "traits": rng.integers(-100, 101, (count, TRAITS)).astype(np.int8),
    }
    return SoundIndex(**(drawn | columns))


def everything(index: SoundIndex) -> npt.NDArray[np.bool_]:
    """A mask that allows every song."""
    return np.ones(len(index), np.bool_)
