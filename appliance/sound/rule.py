"""What the literature says of how music is made to feel: ten features for each axis, and how much each counts.

The weights were written down from the sources and are not fitted to anybody's data. Sources:

- Hevner (1935, 1936, 1937): major, fast, high and consonant music is called happy, minor, slow and dissonant music sad.
- Gabrielsson & Lindström (2010), "The role of structure in the musical expression of emotions": the same for many
  studies; even loudness pleases, noise, accents and many notes a second excite.
- Juslin & Laukka (2003), Psychological Bulletin 129(5): excited music is loud, bright, and has fast attacks.
- Ilie & Thompson (2006), Music Perception 23(4): loud and fast music excites.
- Eerola, Lartillot & Toiviainen (2009), ISMIR: key clarity and mode for valence; pulse clarity, timbre for arousal.
- Coutinho & Cangelosi (2011), Emotion 11(4): spectral flux, loudness, tempo for arousal.
- Plomp & Levelt (1965), JASA 38: beating of close partials is heard as rough and unpleasant.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from appliance.sound.features import FEATURES, POSITION

VALENCE: Mapping[str, float] = {
    "mode": 0.6,
    "mode_local": 0.6,
    "triad_mode": 0.6,
    "key_clear": 0.3,
    "rough": -0.5,
    "entropy_local": -0.3,
    "onset_rate": 0.4,
    "pulse": 0.3,
    "height": 0.3,
    "loud_slow_sd": -0.3,
}
"""Pleasant: major as a whole, in each stretch and chord; a clear key; smooth and simple chords; lively; even; high."""

AROUSAL: Mapping[str, float] = {
    "flux": 1.0,
    "onset_rate": 0.8,
    "onset_strength": 0.5,
    "pulse": 0.4,
    "flatness": 0.5,
    "cepstrum_change_high": 0.5,
    "rolloff": 0.3,
    "rough": 0.4,
    "tonal": -0.5,
    "loud": 0.4,
}
"""Excited: changing, many notes, hard attacks, a clear beat; noisy, bright and rough timbre; loud."""


def rule() -> npt.NDArray[np.float64]:
    """(2, len(FEATURES)): the weights of standardised features for valence and arousal."""
    weights = np.zeros((2, len(FEATURES)))
    for row, axis in enumerate((VALENCE, AROUSAL)):
        for name, weight in axis.items():
            weights[row, POSITION[name]] = weight
    return weights
