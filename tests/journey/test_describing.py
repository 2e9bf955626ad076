"""What is said of a song on a journey."""

from __future__ import annotations

import numpy as np

from appliance.domain.emotions import Emotion
from appliance.domain.moods import Policy
from appliance.domain.reasons import MoodTold, OnJourney
from appliance.journey.describing import song_reason
from appliance.journey.plane import Plane
from appliance.sound.index import SOUND_SIZE, packed
from tests.journey.libraries import library

BECAUSE = MoodTold(emotion=Emotion.SAD, policy=Policy.JOURNEY)


def test_a_song_is_told_with_what_stands_out_and_how_it_follows() -> None:
    plane = Plane.of(
        library(
            2,
            places=np.array([(-0.5, -0.5), (-0.4, -0.5)], np.float32),
            sounds=packed(np.ones((2, SOUND_SIZE))),
            tempo=np.array([100, 71.6], np.float32),
            mode=np.array([1, 0], np.int8),
            traits=np.array([(0, 0, 0), (-70, -90, 30)], np.int8),
        )
    )
    assert song_reason(plane, 1, 0, BECAUSE) == OnJourney(
        because=BECAUSE,
        bpm=72,
        mode="minor",
        traits=("quiet", "soft-attacks"),
        after="library/song 00000.ogg",
        alike=True,
        valence=0.1,
        arousal=0.0,
    )


def test_what_is_not_known_is_left_out() -> None:
    plane = Plane.of(
        library(1, tempo=np.array([np.nan], np.float32), mode=np.array([-1], np.int8), traits=np.zeros((1, 3), np.int8))
    )
    assert song_reason(plane, 0, None, BECAUSE) == OnJourney(because=BECAUSE)
