"""Hearing one file: its numbers, its place on the valence-arousal plane, its sound, tempo and mode."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from appliance.sound.decode import listen_to_file
from appliance.sound.ear import Ear, shares, shipped_ear
from appliance.sound.features import POSITION, VERSION, Unhearable, features_of
from appliance.sound.plan import Array

CLEAR_PULSE = 0.12
"""The autocorrelation of the onsets from which a tempo is named."""
CLEAR_KEY, CLEAR_MODE = 0.5, 0.03
"""How far the best key must stand out of all, and major from minor, for a mode to be named."""


@dataclass(frozen=True, slots=True, eq=False)
class Heard:
    """What was heard in a file."""

    seconds: float
    """How long the file lasts."""
    features: Array
    """(119,) numbers in the order of `features.FEATURES`."""
    version: int
    """Of the ear: songs heard by a lower one must be heard again."""
    valence: float
    """How pleasant, -1..1: the place among the reference music. `library.build_index` ranks it within a library."""
    arousal: float
    """How excited, likewise."""
    tempo: float
    """Beats a minute, NaN where there is no clear pulse."""
    mode: int
    """1 major, 0 minor, -1 where that is not clear."""
    sound: npt.NDArray[np.int8]
    """(32,): what songs are compared by, once `library.build_index` has taken off what is usual in the library."""
    traits: npt.NDArray[np.int8]
    """(3,): loudness, attack and brightness among the reference music, -100..100."""


def analyse_file(path: Path) -> Heard:
    """Listen to a file, in this process.

    Raises Unhearable if it cannot be decoded, is silent or too short; OSError if it cannot be read.
    """
    listened = listen_to_file(path)
    return heard_from(listened.seconds, features_of(listened.frames), shipped_ear())


def heard_from(seconds: float, features: Array, ear: Ear) -> Heard:
    """What the features of a song that lasts so long say."""
    standardised = ear.standardised(features[None])
    valence, arousal = shares(ear.feeling(standardised)[0])
    return Heard(
        seconds=seconds,
        features=features,
        version=VERSION,
        valence=float(valence),
        arousal=float(arousal),
        tempo=tempo_of(features),
        mode=mode_of(features),
        sound=ear.sound(standardised)[0],
        traits=ear.traits(standardised)[0],
    )


def tempo_of(features: Array) -> float:
    """Beats a minute, NaN where there is no clear pulse."""
    return float(2 ** features[POSITION["tempo"]]) if features[POSITION["pulse"]] >= CLEAR_PULSE else float(np.nan)


def mode_of(features: Array) -> int:
    """1 for major, 0 for minor, -1 where that is not clear."""
    margin = (features[POSITION["mode"]] + features[POSITION["mode_local"]]) / 2
    if features[POSITION["key_clear"]] < CLEAR_KEY or abs(margin) < CLEAR_MODE:
        return -1
    return int(margin > 0)


__all__ = ["Heard", "Unhearable", "analyse_file", "heard_from", "mode_of", "tempo_of"]
