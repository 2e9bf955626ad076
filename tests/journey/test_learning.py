"""What the household teaches of where songs lie."""

from __future__ import annotations

import random
import time
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.domain.emotions import Emotion, circumplex
from appliance.domain.lessons import Lesson, LessonKind
from appliance.journey.learning import lesson_about, shifts
from appliance.journey.plane import Plane
from appliance.sound.index import SoundIndex
from tests.journey.libraries import library

HAPPY, SAD = Emotion.HAPPY, Emotion.SAD
AT = datetime(2026, 3, 1, tzinfo=UTC)
INDEX = library(60)
lessons = st.lists(
    st.builds(
        Lesson,
        st.sampled_from(INDEX.files),
        st.sampled_from(LessonKind),
        st.floats(-1, 1),
        st.floats(-1, 1),
        st.integers(0, 10**6).map(lambda seconds: AT + timedelta(seconds=seconds)),
    ),
    max_size=12,
)


def placed(row: int, emotion: Emotion = HAPPY, index: SoundIndex = INDEX) -> Lesson:
    return lesson_about(index, index.files[row], LessonKind.PLACED, AT, emotion)


def test_no_lesson_shifts_nothing() -> None:
    assert not shifts(INDEX, []).any()


def test_a_song_lies_where_the_owner_placed_it() -> None:
    by_word, by_place = placed(3), lesson_about(INDEX, INDEX.files[4], LessonKind.PLACED, AT, None, (-0.5, 0.25))
    plane = Plane.of(INDEX, shifts(INDEX, [by_word, by_place]))
    assert plane.places[3] == pytest.approx(circumplex(HAPPY), abs=1e-5)
    assert plane.places[4] == pytest.approx((-0.5, 0.25), abs=1e-3)


def test_a_lesson_shifts_songs_the_more_the_more_they_sound_like_it() -> None:
    taught = placed(3)
    lengths = np.hypot(*shifts(INDEX, [taught]).T)
    order = np.argsort(-INDEX.similarities(3))[1:]
    assert (np.diff(lengths[order]) <= 1e-6).all()
    assert lengths[order[0]] > 3 * lengths[order[-1]]


@settings(max_examples=50)
@given(lessons, st.randoms())
def test_the_order_of_lessons_does_not_matter(taught: list[Lesson], rng: random.Random) -> None:
    unique = list({(each.file, each.kind): each for each in taught}.values())
    shuffled = rng.sample(unique, len(unique))
    assert np.allclose(shifts(INDEX, unique), shifts(INDEX, shuffled), atol=1e-5)


@settings(max_examples=50)
@given(lessons)
def test_opposite_lessons_shift_the_other_way(taught: list[Lesson]) -> None:
    against = [Lesson(each.file, each.kind, -each.valence, -each.arousal, each.at) for each in taught]
    assert np.allclose(shifts(INDEX, taught), -shifts(INDEX, against), atol=1e-4)


@settings(max_examples=50)
@given(lessons)
def test_no_song_is_shifted_out_of_all_proportion(taught: list[Lesson]) -> None:
    assert np.abs(shifts(INDEX, taught)).max() <= 2.5


def test_many_that_agree_weigh_more_than_one() -> None:
    near = [row for row, _ in INDEX.nearest(3, 4)]
    many = [Lesson(INDEX.files[row], LessonKind.PLACED, 0.5, 0, AT) for row in (3, *near)]
    other = next(row for row, _ in INDEX.nearest(3, 6) if row not in near)
    assert shifts(INDEX, many)[other, 0] > 1.5 * shifts(INDEX, many[:1])[other, 0]


def test_songs_heard_out_hold_their_places_against_a_lesson_about_another() -> None:
    near = INDEX.nearest(3, 1)[0][0]
    held = Lesson(INDEX.files[near], LessonKind.HEARD, 0.0, 0.0, AT)
    taught = Lesson(INDEX.files[3], LessonKind.PLACED, 0.8, 0.0, AT)
    assert shifts(INDEX, [taught, held])[near, 0] < 0.8 * shifts(INDEX, [taught])[near, 0]


@pytest.mark.parametrize("kind", [LessonKind.MISFIT, LessonKind.SKIPPED])
@pytest.mark.parametrize("emotion", Emotion)
def test_what_does_not_fit_an_emotion_moves_away_from_it(kind: LessonKind, emotion: Emotion) -> None:
    taught = lesson_about(INDEX, INDEX.files[5], kind, AT, emotion)
    here, there = INDEX.places[5], np.array(circumplex(emotion))
    moved = here + np.array((taught.valence, taught.arousal))
    assert np.hypot(*(moved - there)) > np.hypot(*(here - there))


def test_what_was_heard_out_moves_a_little_towards_its_emotion() -> None:
    taught = lesson_about(INDEX, INDEX.files[5], LessonKind.HEARD, AT, HAPPY)
    away = np.array(circumplex(HAPPY)) - INDEX.places[5]
    assert (taught.valence, taught.arousal) == pytest.approx(0.1 * away, abs=1e-3)


def test_a_song_that_lies_on_the_emotion_itself_moves_away_through_the_middle() -> None:
    index = library(2, places=np.array([circumplex(SAD), circumplex(Emotion.NEUTRAL)], np.float32))
    taught = [lesson_about(index, file, LessonKind.MISFIT, AT, emotion)
              for file, emotion in zip(index.files, (SAD, Emotion.NEUTRAL), strict=True)]  # fmt: skip
    assert taught[0].valence > 0
    assert taught[0].arousal > 0
    assert (taught[1].valence, taught[1].arousal) == (0.0, 0.0)


def test_a_word_about_a_song_not_heard_yet_is_kept_and_counts_once_it_is_heard() -> None:
    silent = SoundIndex.unheard(INDEX.files)
    word = placed(3, index=silent)
    assert (word.valence, word.arousal, word.emotion) == (0.0, 0.0, HAPPY)
    assert not shifts(silent, [word]).any()
    assert Plane.of(INDEX, shifts(INDEX, [word])).places[3] == pytest.approx(circumplex(HAPPY), abs=1e-5)


def test_lessons_about_songs_that_are_gone_teach_nothing() -> None:
    assert not shifts(INDEX, [Lesson("gone.ogg", LessonKind.PLACED, 1.0, 1.0, AT)]).any()


def test_hundreds_of_lessons_over_fifty_thousand_songs_take_a_moment() -> None:
    index = library(50_000)
    many = [Lesson(index.files[row], LessonKind.HEARD, 0.1, 0.1, AT) for row in range(0, 50_000, 50)]
    began = time.process_time()
    shifts(index, many)
    assert time.process_time() - began < 3
