"""Songs ranked, compared and suggested within their library."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from hypothesis import given
from hypothesis import strategies as st

from appliance.domain.emotions import EMOTIONS, Emotion, circumplex
from appliance.sound.index import SOUND_SIZE, TRAITS, SoundIndex
from appliance.sound.library import build_index, compared, ranked, suggestions

Feelings = npt.NDArray[np.float32]


def index_of(feelings: Feelings, sounds: npt.NDArray[np.int8] | None = None) -> SoundIndex:
    count = len(feelings)
    none = np.full(count, -1, np.int8)
    heard = np.isfinite(feelings).all(axis=1)
    if sounds is None:
        sounds = np.random.default_rng(1).integers(-50, 50, (count, SOUND_SIZE)).astype(np.int8) * heard[:, None]
    traits = (np.linspace(-90, 90, count)[:, None] * np.ones(TRAITS)).astype(np.int8) * heard[:, None]
    artists = np.full(count, -1, np.int32)
    tempo = np.full(count, np.nan, np.float32)
    files = [f"{number:05}" for number in range(count)]
    return build_index(files, feelings, sounds, artists, artists, none, tempo, none, traits)


def drawn(count: int, seed: int = 1) -> Feelings:
    return np.random.default_rng(seed).uniform(-1, 1, (count, 2)).astype(np.float32)


@given(st.integers(1, 60), st.integers(0, 5))
def test_places_keep_the_order_of_the_feelings_within_minus_one_to_one(count: int, seed: int) -> None:
    feelings = drawn(count, seed)
    places = ranked(feelings, np.ones(count, np.bool_))
    for axis in (0, 1):
        assert list(np.argsort(places[:, axis])) == list(np.argsort(feelings[:, axis]))
        assert np.abs(places).max() <= 1


def test_many_songs_fill_the_plane_even_if_all_are_much_alike() -> None:
    feelings = (0.8 + 0.01 * drawn(1000)).astype(np.float32)
    places = ranked(feelings, np.ones(1000, np.bool_))
    assert places.min() < -0.9
    assert places.max() > 0.9
    assert abs(float(np.median(places))) < 0.1


def test_a_single_song_stays_where_the_reference_music_places_it() -> None:
    assert np.abs(ranked(np.array([[0.6, -0.6]], np.float32), np.ones(1, np.bool_)) - [[0.6, -0.6]]).max() < 0.03


def test_songs_not_heard_have_no_place_no_sound_and_no_suggestion() -> None:
    feelings = drawn(40)
    feelings[[3, 17]] = np.nan
    index = index_of(feelings)
    assert np.isnan(index.places[[3, 17]]).all()
    assert np.isfinite(index.places[[0, 1, 2]]).all()
    assert not index.heard()[[3, 17]].any()
    assert list(index.suggested[[3, 17]]) == [-1, -1]
    assert not index.traits[[3, 17]].any()


def test_equal_songs_share_a_place() -> None:
    feelings = np.repeat(drawn(1), 50, axis=0)
    assert len(np.unique(index_of(feelings).places, axis=0)) == 1


def test_what_all_songs_of_a_library_share_makes_no_two_alike() -> None:
    random = np.random.default_rng(4)
    shared = random.integers(-60, 60, SOUND_SIZE)
    sounds = (shared + random.integers(-15, 15, (400, SOUND_SIZE))).astype(np.int8)
    unit = compared(sounds).astype(np.float32) / 127
    alike = unit @ unit.T
    assert abs(float(alike[~np.eye(400, dtype=bool)].mean())) < 0.15
    assert np.abs(np.linalg.norm(unit, axis=1) - 1).max() < 0.03


def test_only_what_music_can_show_is_suggested_and_only_where_clear() -> None:
    grid = np.linspace(-1, 1, 41, dtype=np.float32)
    places = np.stack(np.meshgrid(grid, grid), axis=-1).reshape(-1, 2)
    found = suggestions(places)
    named = {EMOTIONS[number] for number in found if number >= 0}
    assert named == {Emotion.HAPPY, Emotion.SAD, Emotion.ANGRY, Emotion.NEUTRAL}
    assert 0.3 < float((found >= 0).mean()) < 0.7
    for emotion in (Emotion.HAPPY, Emotion.SAD, Emotion.ANGRY, Emotion.NEUTRAL):
        place = np.array([circumplex(emotion)], np.float32)
        assert EMOTIONS[int(suggestions(place)[0])] is emotion


def test_an_empty_library_has_an_empty_index() -> None:
    assert len(index_of(np.zeros((0, 2), np.float32))) == 0
