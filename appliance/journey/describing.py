"""What there is to say of a song on a journey, and of the step to it, as data."""

from __future__ import annotations

import math
from typing import Literal

from appliance.domain.reasons import MoodSeen, MoodTold, OnJourney
from appliance.journey.plane import Plane
from appliance.sound.traits import outstanding

ALIKE = 0.4
"""Cosine from which one song is said to sound like another."""


def song_reason(plane: Plane, row: int, before: int | None, because: MoodSeen | MoodTold) -> OnJourney:
    """Why this song comes after `before` (a row; None for none), on a journey that was begun for a reason.

    `after` is the file of the song before.
    """
    index = plane.index
    tempo = float(index.tempo[row])
    modes: dict[int, Literal["major", "minor"]] = {1: "major", 0: "minor"}
    after, alike, valence, arousal = "", False, 0.0, 0.0
    if before is not None and before != row and math.isfinite(float(plane.places[before, 0])):
        after = index.files[before]
        alike = _cosine(plane, row, before) >= ALIKE
        valence, arousal = (round(float(step), 2) for step in plane.places[row] - plane.places[before])
    return OnJourney(
        because=because,
        bpm=round(tempo) if math.isfinite(tempo) else None,
        mode=modes.get(int(index.mode[row])),
        traits=outstanding(index.traits[row]),
        after=after,
        alike=alike,
        valence=valence,
        arousal=arousal,
    )


def _cosine(plane: Plane, one: int, other: int) -> float:
    here, there = (plane.index.sounds[row].astype(float) * plane.scales[row] for row in (one, other))
    return float(here @ there)
