"""Which song comes next: near the target, near the song before it, none that may not play."""

from __future__ import annotations

import random
import time
from collections import Counter
from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from appliance.domain.emotions import EMOTIONS, Emotion, circumplex
from appliance.domain.roads import Road
from appliance.journey.choosing import ALBUM_RUN, ARTIST_RUN, next_song
from appliance.journey.plane import Plane
from appliance.sound.index import SOUND_SIZE, SoundIndex, packed
from tests.journey.libraries import everything, library

SAD, HAPPY = circumplex(Emotion.SAD), circumplex(Emotion.HAPPY)
ROAD = Road((SAD, (0.0, 0.0), HAPPY), stay=2)


def travel(plane: Plane, songs: int, seed: int = 0, road: Road = ROAD) -> list[int]:
    """The rows of a journey on which nothing plays twice."""
    rng, allowed, played = random.Random(seed), everything(plane.index), list[int]()
    for song in range(songs):
        row = next_song(plane, road.target(song), played[::-1], allowed, rng)
        assert row is not None
        allowed[row] = False
        played.append(row)
    return played


def steps_in_sound(index: SoundIndex, rows: list[int]) -> list[float]:
    unit = index.sounds[rows].astype(float) / 127
    return [float(step) for step in np.linalg.norm(np.diff(unit, axis=0), axis=1)]


def test_a_journey_goes_from_the_mood_to_happy() -> None:
    plane = Plane.of(library(600))
    rows = travel(plane, 10)
    assert np.hypot(*(plane.places[rows[0]] - SAD)) < 0.6
    assert np.hypot(*(plane.places[rows[-1]] - HAPPY)) < 0.6
    assert all(plane.places[late][0] > plane.places[early][0] for early, late in zip(rows, rows[6:], strict=False))


def test_the_joins_are_smoother_than_between_songs_taken_by_place_alone() -> None:
    index = library(600)
    plane, deaf = Plane.of(index), Plane.of(library(600, sounds=np.zeros((600, SOUND_SIZE), np.int8)))
    by_ear = [max(steps_in_sound(index, travel(plane, 8, seed))) for seed in range(20)]
    by_place = [max(steps_in_sound(index, travel(deaf, 8, seed))) for seed in range(20)]
    assert sum(by_ear) / 20 < 0.75 * sum(by_place) / 20


@given(st.integers(1, 60), st.integers(0, 2**32 - 1), st.data())
def test_what_may_not_play_is_never_chosen(count: int, seed: int, data: st.DataObject) -> None:
    plane = Plane.of(library(count, seed))
    allowed = np.array(data.draw(st.lists(st.booleans(), min_size=count, max_size=count)))
    before = data.draw(st.lists(st.integers(0, count - 1), max_size=5))
    row = next_song(plane, (0.3, -0.2), before, allowed, random.Random(seed))
    assert (row is None) == (not allowed.any())
    assert row is None or allowed[row]


def longest_run(numbers: list[int]) -> int:
    longest = run = 1
    for one, other in pairwise(numbers):
        run = run + 1 if one == other else 1
        longest = max(longest, run)
    return longest


@given(st.integers(0, 2**32 - 1), st.integers(2, 6))
def test_no_artist_or_album_plays_on_and_on_where_there_are_others(seed: int, artists: int) -> None:
    rng = np.random.default_rng(seed)
    made_by = np.repeat(np.arange(artists, dtype=np.int32), 20)
    one_sound = packed(rng.normal(size=SOUND_SIZE) + 0.3 * rng.normal(size=(20 * artists, SOUND_SIZE)))
    albums = (made_by * 2 + rng.integers(2, size=len(made_by))).astype(np.int32)
    plane = Plane.of(library(len(made_by), seed % 1000, artists=made_by, albums=albums, sounds=one_sound))
    rows = travel(plane, 12, seed)
    assert longest_run([int(made_by[row]) for row in rows]) <= ARTIST_RUN
    assert longest_run([int(albums[row]) for row in rows]) <= ALBUM_RUN


def test_one_album_alone_plays_all_the_same() -> None:
    one = np.zeros(9, np.int32)
    assert len(set(travel(Plane.of(library(9, artists=one, albums=one)), 9))) == 9


def test_a_second_recording_of_what_has_just_played_is_passed_over() -> None:
    index = library(40)
    sounds = index.sounds.copy()
    sounds[1:4] = sounds[0]
    plane = Plane.of(library(40, sounds=sounds))
    target = (float(plane.places[1][0]), float(plane.places[1][1]))
    chosen = {next_song(plane, target, [0], everything(plane.index), random.Random(n)) for n in range(40)}
    assert not chosen & {0, 1, 2, 3}


def test_silence_that_sounds_all_the_same_plays_all_the_same() -> None:
    same = np.tile(packed(np.ones((1, SOUND_SIZE))), (30, 1))
    assert len(set(travel(Plane.of(library(30, sounds=same)), 30))) == 30


def test_after_a_skip_the_next_song_sounds_unlike_the_one_that_was_skipped() -> None:
    index = library(500)
    plane = Plane.of(index)
    target, rng = (0.0, 0.0), random.Random(1)
    likeness, near = index.similarities(7), index.nearest(7, 1)[0][0]

    def mean(skipped: int | None) -> float:
        rows = [next_song(plane, target, [near], everything(index), rng, skipped=skipped) for _ in range(60)]
        return float(np.mean([likeness[row] for row in rows if row is not None]))

    assert mean(7) < 0.4 < mean(None)


def test_chance_decides_among_five_and_takes_a_disliked_song_rarely() -> None:
    plane = Plane.of(library(50))
    rng = random.Random(3)
    found = Counter(next_song(plane, SAD, [], everything(plane.index), rng) for _ in range(500))
    assert len(found) == 5
    hated = next(iter(found))
    again = Counter(
        next_song(plane, SAD, [], everything(plane.index), rng, lambda row: float(row == hated)) for _ in range(500)
    )
    assert again[hated] < 40


def test_songs_of_which_nothing_is_known_are_not_chosen_unless_the_owner_placed_them() -> None:
    index = SoundIndex.unheard(["happy/one.ogg", "library/two.ogg"])
    given_ = np.array([EMOTIONS.index(Emotion.HAPPY), -1], np.int8)
    placed = SoundIndex(index.files, index.places, index.sounds, index.artists, index.albums, given_,
                        index.suggested, index.tempo, index.mode, index.traits)  # fmt: skip
    both = everything(index)
    assert next_song(Plane.of(index), HAPPY, [], both, random.Random(0)) is None
    assert {next_song(Plane.of(placed), HAPPY, [], both, random.Random(n)) for n in range(20)} == {0}


def test_choosing_among_fifty_thousand_takes_milliseconds() -> None:
    plane = Plane.of(library(50_000))
    allowed, rng = everything(plane.index), random.Random(0)
    took = []
    for song in range(15):
        began = time.thread_time()
        next_song(plane, ROAD.target(song), list(range(song, song + 12)), allowed, rng, skipped=3)
        took.append(time.thread_time() - began)
    assert min(took) < 0.06, "a budget of 20 ms on a quiet machine (moodbox bench)"
