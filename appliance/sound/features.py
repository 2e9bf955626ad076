"""The numbers that describe a song, in a fixed order."""

from __future__ import annotations

import numpy as np

from appliance.errors import MoodboxError
from appliance.sound.frames import Frames
from appliance.sound.harmony import harmony
from appliance.sound.plan import Array
from appliance.sound.rhythm import rhythm
from appliance.sound.timbre import active, relative_bands, timbre

VERSION = 1
"""Raise it whenever a number changes its meaning: songs heard by another version must be heard again."""
SHORTEST = 2.5
"""Seconds that are needed…"""
LEAST_SOUND = 1.0
"""…and how many of them must not be silent."""

FEATURES: tuple[str, ...] = (
    "loud", "loud_sd", "loud_low", "loud_high", "loud_slow_sd", "silence", "centroid_power", "centroid_power_sd",
    "width_power", "centroid_soft", "centroid_soft_sd", "width_soft", "rolloff", "rolloff_sd", "flatness",
    "flatness_sd", "crossings", "crossings_sd", "register0", "register1", "register2", "register3", "register4",
    "register5", "register6", "register7", "contrast0", "contrast1", "contrast2", "contrast3", "cepstrum1",
    "cepstrum2", "cepstrum3", "cepstrum4", "cepstrum5", "cepstrum6", "cepstrum7", "cepstrum8", "cepstrum9",
    "cepstrum10", "cepstrum11", "cepstrum12", "cepstrum13", "cepstrum1_sd", "cepstrum2_sd", "cepstrum3_sd",
    "cepstrum4_sd", "cepstrum5_sd", "cepstrum6_sd", "cepstrum7_sd", "cepstrum8_sd", "cepstrum9_sd", "cepstrum10_sd",
    "cepstrum11_sd", "cepstrum12_sd", "cepstrum13_sd", "cepstrum_change_low", "cepstrum_change_high", "flux",
    "flux_sd", "flux_strong", "flux_low", "flux_high", "flux_peaky", "fall", "attack", "onset_rate",
    "onset_strength", "onset_strength_sd", "gap", "gap_spread", "pulse0", "pulse1", "pulse2", "pulse3", "pulse4",
    "tempo", "pulse", "pulse_mean", "major", "minor", "mode", "key_clear", "degree_1", "degree_b2", "degree_2",
    "degree_b3", "degree_3", "degree_4", "degree_b5", "degree_5", "degree_b6", "degree_6", "degree_b7", "degree_7",
    "mode_local", "key_local", "triad", "triad_mode", "chord_change", "chord_range", "entropy_local", "entropy",
    "interval1", "interval2", "interval3", "interval4", "interval5", "interval6", "rough", "rough_sd", "height",
    "height_sd", "bass", "bass_sd", "spread", "spread_sd", "tonal", "tonal_sd",
)  # fmt: skip
"""The names of the numbers, in order."""
POSITION = {name: number for number, name in enumerate(FEATURES)}
"""Where each number stands."""


class Unhearable(MoodboxError, ValueError):
    """Nothing can be said of how a file sounds: the text says what was found."""


def features_of(frames: Frames) -> Array:
    """(len(FEATURES),) finite numbers. Raises Unhearable for silence or too little sound."""
    heard = active(frames) if len(frames.power) else np.zeros(0, np.bool_)
    lasts, sounds = len(frames.power) * frames.step, float(heard.sum()) * frames.step
    if lasts < SHORTEST:
        raise Unhearable(f"lasts {lasts:.1f} s; {SHORTEST:g} s are needed")
    if not heard.any():
        raise Unhearable("is silent")
    if sounds < LEAST_SOUND:
        raise Unhearable(f"holds {sounds:.1f} s of sound in {lasts:.0f} s; {LEAST_SOUND:g} s are needed")
    bands = relative_bands(frames, heard)
    numbers = timbre(frames, heard, bands) | rhythm(frames, bands) | harmony(frames)
    return np.nan_to_num(np.array([numbers[name] for name in FEATURES], np.float32))
