"""Where songs count as lying, and for which emotion they play."""

from __future__ import annotations

import numpy as np

from appliance.domain.emotions import EMOTIONS, Emotion, circumplex
from appliance.journey.plane import Plane
from tests.journey.libraries import library

HAPPY, SAD, ANGRY = (EMOTIONS.index(each) for each in (Emotion.HAPPY, Emotion.SAD, Emotion.ANGRY))


def test_the_owners_word_is_the_last_whatever_a_song_sounds_like() -> None:
    given = np.array([HAPPY, -1], np.int8)
    places = np.array([circumplex(Emotion.SAD), circumplex(Emotion.SAD)], np.float32)
    plane = Plane.of(library(2, given=given, suggested=np.array([SAD, -1], np.int8), places=places))
    assert [EMOTIONS[e] for e in plane.emotions] == [Emotion.HAPPY, Emotion.SAD]
    assert np.allclose(plane.places[0], circumplex(Emotion.HAPPY))


def test_a_clear_suggestion_goes_before_the_nearest_emotion() -> None:
    places = np.array([(0.8, 0.4)] * 2, np.float32)
    plane = Plane.of(library(2, suggested=np.array([ANGRY, -1], np.int8), places=places))
    assert plane.emotions.tolist() == [ANGRY, HAPPY]


def test_a_song_that_was_taught_to_lie_elsewhere_plays_for_the_emotion_there() -> None:
    places = np.array([(-0.8, -0.5)] * 2, np.float32)
    index = library(2, suggested=np.array([SAD, SAD], np.int8), places=places)
    plane = Plane.of(index, np.array([(1.5, 1.0), (0.05, 0.0)], np.float32))
    assert plane.emotions.tolist() == [HAPPY, SAD]
    assert plane.places.max() <= 1


def test_house_pieces_and_songs_not_heard_yet_do_not_count_as_known() -> None:
    index = library(5)
    sounds = index.sounds.copy()
    sounds[4] = 0
    files = ("happy/house/a.ogg", *index.files[1:])
    given = np.array([HAPPY, -1, -1, -1, -1], np.int8)
    assert Plane.of(library(5, files=files, given=given, sounds=sounds)).known == 3
