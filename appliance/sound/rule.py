"""What the literature says of how music is made to feel: ten features for each axis, and how much each counts.

The features and their signs are the sources'; the weights are round numbers, chosen by hand and compared on music rated
by listeners (`python -m tools.music_model evaluate`), of which nothing is shipped. Sources:

- Hevner (1935, 1936, 1937): major, fast, high and consonant music is called happy, minor, slow and dissonant music sad.
- Gabrielsson & Lindström (2010), "The role of structure in the musical expression of emotions": the same over many
  studies; staccato and a high register please, a low one is sad or threatens; many notes, a full texture and large
  changes of loudness excite.
- Juslin & Laukka (2003), Psychological Bulletin 129(5): excited music is loud, bright, and has fast attacks.
- Ilie & Thompson (2006), Music Perception 23(4): loud and fast music excites.
- Eerola, Lartillot & Toiviainen (2009), ISMIR: key clarity and mode for valence; pulse clarity, timbre for arousal.
- Coutinho & Cangelosi (2011), Emotion 11(4): spectral flux, loudness, tempo, roughness for arousal.
- Plomp & Levelt (1965), JASA 38: beating of close partials is heard as rough and unpleasant.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from appliance.sound.features import FEATURES, POSITION

VALENCE: Mapping[str, float] = {
    "major": 0.8,
    "mode": 0.6,
    "mode_local": 0.6,
    "interval5": 0.5,
    "attack": 0.4,
    "register2": 0.4,
    "bass": -0.4,
    "rough": -0.3,
    "loud_slow_sd": -0.3,
    "onset_rate": 0.2,
}
"""Pleasant: clearly major, as a whole and in each stretch; fifths and fourths; short, distinct notes, more of them; the
energy in the range of melodies and not in the bass; smooth; evenly loud."""

AROUSAL: Mapping[str, float] = {
    "fall": 0.8,
    "flux": 0.6,
    "onset_rate": 0.6,
    "pulse_mean": 0.5,
    "tonal": -0.8,
    "width_power": 0.6,
    "cepstrum5_sd": -0.6,
    "rough": 0.4,
    "loud": 0.4,
    "loud_slow_sd": 0.3,
}
"""Excited: many notes that come and go quickly, in a pulse; noisy, wide and rough spectra; a texture so full that its
timbre hardly changes from note to note; loud, with large changes of loudness."""


def rule() -> npt.NDArray[np.float64]:
    """(2, len(FEATURES)): the weights of standardised features for valence and arousal."""
    weights = np.zeros((2, len(FEATURES)))
    for row, axis in enumerate((VALENCE, AROUSAL)):
        for name, weight in axis.items():
            weights[row, POSITION[name]] = weight
    return weights
