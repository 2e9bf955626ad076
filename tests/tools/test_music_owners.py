"""Simulated owners, and journeys over rated music."""

from __future__ import annotations

import numpy as np

from appliance.journey.plane import Plane
from appliance.sound.index import SOUND_SIZE, packed
from tests.journey.libraries import library
from tools.music_model.journeys import measure_journeys
from tools.music_model.owners import measure_owners

SONGS = 160
RNG = np.random.default_rng(5)
SOUNDS = packed(RNG.normal(size=(SONGS, SOUND_SIZE)))
INDEX = library(SONGS, sounds=SOUNDS)


def test_an_owner_with_a_taste_that_can_be_heard_is_learnt_from() -> None:
    feelings = SOUNDS[:, :2].astype(float) + RNG.normal(size=(SONGS, 2))
    measured = measure_owners(INDEX, feelings, SOUNDS.astype(float), corrections=40, taste=0.0, owners=6)
    for axis in ("valence", "arousal"):
        before, after = measured[f"{axis}_unheard"]
        assert after > before + 0.1
        assert measured[axis][1] > measured[axis][0] + 0.2


def test_journeys_over_rated_music_step_less_than_folders_do() -> None:
    plane = Plane.of(library(SONGS))
    measured = measure_journeys(plane, plane.places.astype(float))
    assert measured["journey"]["largest"] < measured["folders"]["largest"]
    assert measured["journey"]["first"] < 0 < measured["journey"]["last"]
