"""What there is to say of a song on a journey, and of the step to it, as data."""

from __future__ import annotations

import math
from typing import Literal

from appliance.domain.emotions import EMOTIONS, Emotion, folder_of
from appliance.domain.reasons import JourneyCause, OnJourney
from appliance.journey.plane import Plane
from appliance.sound.traits import outstanding

ALIKE = 0.4
"""Cosine from which one song is said to sound like another."""


Because = Literal["folder", "your word", "its sound, clearly", "its place", "nothing"]


def because(plane: Plane, row: int) -> Because:
    """What says for which emotion a song plays."""
    index = plane.index
    if plane.emotions[row] < 0:
        return "nothing"
    if index.given[row] >= 0:
        return "folder" if folder_of(index.files[row]) else "your word"
    return "its sound, clearly" if index.suggested[row] == plane.emotions[row] else "its place"


def emotion_of(plane: Plane, row: int) -> Emotion | None:
    """For which emotion a song plays; None if nothing is known of it."""
    number = int(plane.emotions[row])
    return EMOTIONS[number] if number >= 0 else None


def song_reason(plane: Plane, row: int, before: int | None, because: JourneyCause) -> OnJourney:
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
