"""What may be chosen of the songs that the catalogue knows."""

from __future__ import annotations

import random

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.domain.emotions import EMOTIONS, Emotion
from appliance.domain.moods import Policy
from appliance.domain.reasons import MoodTold
from appliance.journey.plane import Plane
from appliance.music.known_songs import LEAST, KnownSongs
from appliance.music.library import Track
from appliance.music.play_memory import Forgetful
from tests.journey.libraries import library

HAPPY, SAD = Emotion.HAPPY, Emotion.SAD
BECAUSE = MoodTold(emotion=SAD, policy=Policy.JOURNEY)


def knowing(plane: Plane, memory: Forgetful | None = None, seed: int = 0, house: bool = True) -> KnownSongs:
    known = KnownSongs(memory or Forgetful(), house, random.Random(seed))
    known.know(plane)
    return known


def fine(_: Track) -> bool:
    return True


def all_of(emotion: Emotion, count: int, seed: int = 0) -> Plane:
    return Plane.of(library(count, seed, suggested=np.full(count, EMOTIONS.index(emotion), np.int8)))


@settings(max_examples=30)
@given(st.integers(1, 40), st.integers(0, 2**32 - 1))
def test_half_of_an_emotions_songs_play_between_two_plays_of_one(count: int, seed: int) -> None:
    known, played = knowing(all_of(SAD, count), seed=seed), list[str]()
    for _ in range(3 * count):
        track = known.of_emotion(SAD, [], fine)
        assert track
        assert track.file not in played[: count // 2]
        known.played(track.file)
        played.insert(0, track.file)


def test_what_played_before_the_start_is_remembered() -> None:
    memory, plane = Forgetful(), all_of(SAD, 20)
    for file in plane.index.files[:10]:
        memory.played(SAD, file)
    chosen = [knowing(plane, memory, seed).of_emotion(SAD, [], fine) for seed in range(30)]
    assert {track.file for track in chosen if track} <= set(plane.index.files[10:])


def test_what_played_is_remembered_when_the_catalogue_has_changed() -> None:
    known = knowing(all_of(SAD, 4))
    known.played("library/song 00001.ogg")
    known.played("library/song 00002.ogg")
    known.know(all_of(SAD, 5, seed=9))
    found = [known.of_emotion(SAD, [], fine) for _ in range(30)]
    assert not {track.file for track in found if track} & {"library/song 00001.ogg", "library/song 00002.ogg"}


def test_songs_that_cannot_be_played_and_queued_ones_are_passed_over() -> None:
    plane = all_of(SAD, 6)
    files = plane.index.files
    known = knowing(plane)
    track = known.of_emotion(SAD, files[:3], lambda track: track.file != files[3])
    assert track
    assert track.file in files[4:]
    assert known.of_emotion(SAD, files, fine) is None
    assert known.of_emotion(SAD, [], lambda _: False) is None


def test_a_song_plays_for_the_emotion_that_it_was_chosen_for() -> None:
    known = knowing(all_of(SAD, 9))
    assert known.of_emotion(HAPPY, [], fine) is None
    found = known.on_road((-0.5, -0.5), BECAUSE, [], fine)
    assert found
    assert found[0].emotion is SAD


def with_house(songs: int) -> Plane:
    """Three house pieces, and some songs of the owner's."""
    files = (*(f"happy/house/{number}.flac" for number in range(3)), *(f"library/{n:02}.ogg" for n in range(songs)))
    given_ = np.full(songs + 3, -1, np.int8)
    given_[:3] = EMOTIONS.index(HAPPY)
    return Plane.of(library(songs + 3, files=files, given=given_))


def chosen(known: KnownSongs) -> set[str]:
    found = [known.on_road((0.87, 0.5), BECAUSE, [], fine) for _ in range(60)]
    return {each[0].file for each in found if each}


def test_house_pieces_make_way_once_there_are_songs_enough() -> None:
    assert any("house" in file for file in chosen(knowing(with_house(LEAST - 1))))
    assert not any("house" in file for file in chosen(knowing(with_house(LEAST))))
    assert not any("house" in file for file in chosen(knowing(with_house(LEAST - 1), house=False)))


def test_without_a_catalogue_nothing_is_known() -> None:
    known = KnownSongs(Forgetful())
    assert not known.many
    assert known.on_road((0.0, 0.0), BECAUSE, [], fine) is None
    assert known.of_emotion(SAD, [], fine) is None
    known.played("a")
    known.skipped("a")
