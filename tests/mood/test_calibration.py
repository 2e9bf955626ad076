from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.domain.emotions import EMOTIONS, Emotion, Reading
from appliance.domain.moods import Correction, Verdict
from appliance.mood.calibration import LIMIT, MOST, OTHER_MODEL, PRIOR, Calibration, learn

NOW = datetime(2026, 3, 1, 20, tzinfo=UTC)
NEUTRAL, SAD, HAPPY = Emotion.NEUTRAL, Emotion.SAD, Emotion.HAPPY
RESTING = Reading.of({SAD: 0.55, NEUTRAL: 0.35, Emotion.FEAR: 0.1})
"""A resting face that the model calls sad."""


def correction(reading: Reading, mood: Emotion, number: int = 1, model: str = "edge 1") -> Correction:
    return Correction(number, NOW + timedelta(minutes=number), Verdict.UNSURE, mood, reading, model)


def corrections(reading: Reading, mood: Emotion, times: int, model: str = "edge 1") -> list[Correction]:
    return [correction(reading, mood, number, model) for number in range(1, times + 1)]


def teach(*lessons: Correction) -> Calibration:
    return learn(lessons, "edge 1")


def odds(calibration: Calibration, one: Emotion, other: Emotion) -> float:
    return calibration.shift[EMOTIONS.index(one)] - calibration.shift[EMOTIONS.index(other)]


def swapped(reading: Reading, one: Emotion, other: Emotion) -> Reading:
    names = {one: other, other: one}
    return Reading(tuple(reading[names.get(emotion, emotion)] for emotion in EMOTIONS))


readings = (
    st.lists(st.just(0.0) | st.floats(1e-9, 1), min_size=7, max_size=7)
    .filter(lambda p: sum(p) > 1e-3)
    .map(lambda parts: Reading(tuple(part / sum(parts) for part in parts)))
)
emotions = st.sampled_from(EMOTIONS)
lessons = st.lists(
    st.builds(correction, readings, emotions, st.integers(1, 50), st.sampled_from(["edge 1", "edge 2"])), max_size=25
)
shifts = st.lists(st.floats(-LIMIT / 2, LIMIT / 2), min_size=7, max_size=7).map(tuple)


def like(shift: tuple[float, ...], reading: Reading) -> Calibration:
    """A calibration with this shift, for faces like this one."""
    return Calibration(shift, teach(correction(reading, NEUTRAL)).faces)


def test_a_household_that_taught_nothing_has_its_faces_read_as_they_are() -> None:
    assert learn([], "edge 1") == Calibration()
    assert Calibration().apply(RESTING) is RESTING
    assert Calibration().strength == 0


def test_ten_corrections_of_a_resting_face_turn_it_over() -> None:
    taught = teach(*corrections(RESTING, NEUTRAL, 10))
    assert RESTING.top is SAD
    assert taught.apply(RESTING).top is NEUTRAL
    assert 0.5 < taught.strength <= 1


def test_a_clear_face_keeps_its_name_whatever_was_taught() -> None:
    clear, unclear = Reading.of({SAD: 0.95, NEUTRAL: 0.05}), Reading.of({SAD: 0.93, NEUTRAL: 0.07})
    taught = teach(*corrections(clear, NEUTRAL, 50), *corrections(unclear, NEUTRAL, 50))
    assert taught.strength == pytest.approx(1)
    assert taught.apply(clear).top is SAD
    assert taught.apply(unclear).top is NEUTRAL


def test_a_face_unlike_any_that_was_corrected_is_read_almost_as_it_is() -> None:
    taught = teach(*corrections(RESTING, NEUTRAL, 10))
    crying = Reading.of({SAD: 0.6, Emotion.ANGRY: 0.2, Emotion.FEAR: 0.05, NEUTRAL: 0.15})
    assert taught.likeness(RESTING) == 1
    assert taught.likeness(crying) < 0.2
    assert taught.apply(crying)[SAD] == pytest.approx(0.6, abs=0.05)


def test_one_slip_of_the_thumb_does_little() -> None:
    assert odds(teach(correction(RESTING, HAPPY)), HAPPY, SAD) <= 2 / PRIOR


def test_a_word_that_a_clear_face_was_judged_rightly_changes_almost_nothing() -> None:
    assert teach(*corrections(Reading.of({SAD: 0.9, NEUTRAL: 0.1}), SAD, 10)).strength < 0.05


def test_the_same_once_more_teaches_more() -> None:
    strengths = [teach(*corrections(RESTING, NEUTRAL, times)).strength for times in range(8)]
    assert strengths == sorted(strengths)
    assert strengths[0] == 0


def test_corrections_made_with_another_model_weigh_less_but_count() -> None:
    here = teach(*corrections(RESTING, NEUTRAL, 4))
    elsewhere = teach(*corrections(RESTING, NEUTRAL, 4, model="edge 0"))
    assert 0 < odds(elsewhere, NEUTRAL, SAD) < odds(here, NEUTRAL, SAD)
    assert odds(elsewhere, NEUTRAL, SAD) == pytest.approx(odds(teach(correction(RESTING, NEUTRAL)), NEUTRAL, SAD))
    assert OTHER_MODEL * 4 == 1


def test_only_the_newest_corrections_count() -> None:
    old = corrections(RESTING, HAPPY, 50)
    new = [correction(RESTING, NEUTRAL, 50 + number) for number in range(1, MOST + 1)]
    assert teach(*old, *new) == teach(*new)


@given(lessons)
def test_the_limits_hold_for_anything_that_is_taught(taught: list[Correction]) -> None:
    calibration = teach(*taught)
    assert max(calibration.shift) - min(calibration.shift) <= LIMIT + 1e-9
    assert sum(calibration.shift) == pytest.approx(0, abs=1e-6)
    assert 0 <= calibration.strength <= 1


@given(lessons, st.randoms(use_true_random=False))
def test_the_order_of_the_corrections_does_not_matter(taught: list[Correction], chance: object) -> None:
    mixed = list(taught)
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    assert teach(*mixed) == teach(*taught)


@given(shifts, readings)
def test_what_is_read_stays_a_distribution(shift: tuple[float, ...], reading: Reading) -> None:
    read = like(shift, reading).apply(reading)
    assert sum(read.probabilities) == pytest.approx(1)
    assert all(0 <= p <= 1 for p in read.probabilities)
    assert [p == 0 for p in read.probabilities] == [p == 0 for p in reading.probabilities]


@given(shifts, readings)
def test_the_odds_between_two_emotions_change_sixteenfold_at_most(shift: tuple[float, ...], reading: Reading) -> None:
    read = like(shift, reading).apply(reading)
    for one in EMOTIONS:
        for other in EMOTIONS:
            if reading[one] > 1e-12 and reading[other] > 1e-12:
                changed = (read[one] / read[other]) / (reading[one] / reading[other])
                assert 1 / 16.0001 <= changed <= 16.0001


@given(readings, emotions, emotions)
def test_contradictory_corrections_cancel(reading: Reading, one: Emotion, other: Emotion) -> None:
    mirrored = swapped(reading, one, other)
    taught = teach(correction(reading, one, 1), correction(mirrored, other, 2))
    assert odds(taught, one, other) == pytest.approx(0, abs=1e-5)


@given(readings, emotions, st.integers(1, 12))
def test_an_emotion_that_is_asked_for_never_becomes_less_likely(reading: Reading, mood: Emotion, times: int) -> None:
    taught = teach(*corrections(reading, mood, times))
    assert taught.shift[EMOTIONS.index(mood)] >= max(taught.shift) - 1e-9
    assert taught.apply(reading)[mood] >= reading[mood] - 1e-9


@settings(max_examples=50)
@given(lessons.filter(bool))
def test_what_is_found_is_the_minimum(taught: list[Correction]) -> None:
    from appliance.mood import calibration

    logs = [(calibration._logs(each.reading), EMOTIONS.index(each.mood), 1.0) for each in taught]
    best = calibration._minimum(logs)
    value, gradient, _ = calibration._loss(logs, best)
    assert max(map(abs, gradient)) < 1e-3
    for index in range(len(EMOTIONS)):
        aside = [b + (0.05 if at == index else 0.0) for at, b in enumerate(best)]
        assert calibration._loss(logs, aside)[0] >= value - 1e-9
