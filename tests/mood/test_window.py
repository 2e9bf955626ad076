from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.domain.emotions import EMOTIONS, Emotion, Reading
from appliance.domain.looks import CameraState, Face, Look
from appliance.mood.window import HORIZON, MOST_LOOKS, STANDS_FOR, Window

HAPPY = Reading.of({Emotion.HAPPY: 0.9, Emotion.NEUTRAL: 0.1})
SAD = Reading.of({Emotion.SAD: 0.8, Emotion.NEUTRAL: 0.2})


def look(time: float, *readings: Reading, camera: CameraState = CameraState.OPEN) -> Look:
    return Look(time, camera, tuple(Face((0, 0, 50, 50), 0.9, reading) for reading in readings))


def window(*looks: Look) -> Window:
    made = Window()
    for each in looks:
        made.add(each)
    return made


def near(reading: Reading | None, other: Reading | None) -> bool:
    assert reading is not None
    assert other is not None
    return reading.probabilities == pytest.approx(other.probabilities, abs=1e-9)


readings = st.lists(st.floats(0.001, 1), min_size=7, max_size=7).map(
    lambda parts: Reading(tuple(part / sum(parts) for part in parts))
)
faces = st.builds(
    Face,
    st.tuples(*[st.floats(-50, 2000)] * 4),
    st.floats(0, 1),
    readings,
    st.none() | st.floats(0.1, 20),
)
gaps = st.floats(0.05, 30)


@st.composite
def films(draw: st.DrawFn) -> list[Look]:
    shown = draw(st.lists(st.tuples(gaps, st.lists(faces, max_size=4)), min_size=1, max_size=20))
    times = accumulate(gap for gap, _ in shown)
    return [Look(time, CameraState.OPEN, tuple(there)) for time, (_, there) in zip(times, shown, strict=True)]


def test_an_empty_window_shows_nothing() -> None:
    evidence = Window().evidence(0)
    assert (evidence.looks, evidence.with_face, evidence.mean, evidence.seen) == (0, 0, None, 0)


def test_a_look_through_a_closed_camera_is_no_evidence() -> None:
    assert window(look(1, camera=CameraState.OFF), look(2, camera=CameraState.FAILED)).evidence(0).looks == 0


def test_people_in_a_look_weigh_alike() -> None:
    evidence = window(look(1, HAPPY, SAD, SAD), look(2, HAPPY, SAD, SAD)).evidence(0)
    assert near(evidence.mean, Reading.mean([HAPPY, SAD, SAD]))
    assert evidence.dominance[EMOTIONS.index(Emotion.SAD)] == pytest.approx(2 / 3)


def test_fast_looks_do_not_outweigh_slow_ones_that_cover_the_same_time() -> None:
    slow = [look(time, SAD) for time in range(0, 60, 2)]
    fast = [look(60 + tenth / 10, HAPPY) for tenth in range(600)]
    evidence = window(*slow, *fast).evidence(0)
    assert evidence.mean is not None
    assert evidence.mean[Emotion.HAPPY] == pytest.approx(0.45, abs=0.01)
    assert evidence.led(Emotion.SAD) == pytest.approx(60, abs=1.5)


def test_a_look_before_a_long_gap_stands_for_a_few_seconds_only() -> None:
    evidence = window(look(0, SAD), look(1, SAD), look(3000, HAPPY), look(3001, HAPPY)).evidence(0)
    assert evidence.seen <= 2 * STANDS_FOR
    assert evidence.mean is not None
    assert evidence.mean[Emotion.HAPPY] == pytest.approx(0.45)


def test_one_look_before_a_long_gap_does_not_outweigh_a_minute_of_looks() -> None:
    evidence = window(look(0, SAD), *(look(600 + half / 2, HAPPY) for half in range(120))).evidence(0)
    assert evidence.mean is not None
    assert evidence.mean[Emotion.HAPPY] > 0.8
    assert evidence.led(Emotion.SAD) == STANDS_FOR


def test_people_are_counted_at_once_and_only_while_someone_is_there() -> None:
    looks = [look(0), look(1), look(2), look(3, SAD), look(4, SAD, HAPPY, SAD), look(5, SAD, HAPPY, SAD)]
    assert window(*looks).evidence(0).people == 3


def test_of_two_counts_equally_often_seen_the_lower_is_believed() -> None:
    assert window(look(0, SAD), look(1, SAD, SAD)).evidence(0).people == 1


def test_empty_looks_count_as_looks_but_not_as_seen() -> None:
    evidence = window(*(look(t) for t in range(10)), *(look(t, SAD) for t in range(10, 20))).evidence(0)
    assert evidence.looks == 20
    assert evidence.seen == pytest.approx(10)


def test_looks_at_one_instant_have_a_mean() -> None:
    assert near(window(look(5, SAD), look(5, HAPPY)).evidence(0).mean, Reading.mean([SAD, HAPPY]))


def test_the_memory_of_a_night_is_bounded() -> None:
    night = Window()
    for second in range(0, 12 * 3600, 2):
        night.add(look(second, SAD))
    assert len(night) <= HORIZON / 2 + 1
    burst = Window()
    for step in range(MOST_LOOKS + 10):
        burst.add(look(step / 1000, SAD))
    assert len(burst) == MOST_LOOKS


@given(films(), st.floats(0, 600))
def test_probabilities_stay_in_range(film: list[Look], since: float) -> None:
    evidence = window(*film).evidence(since)
    assert evidence.with_face <= evidence.looks <= len(film)
    assert 0 <= evidence.seen <= STANDS_FOR * evidence.with_face + 1e-6
    if evidence.mean is None:
        assert evidence.with_face == 0
        assert set(evidence.dominance) == {0.0}
        return
    for vector in (evidence.mean.probabilities, evidence.dominance):
        assert sum(vector) == pytest.approx(1)
        assert all(0 <= value <= 1 + 1e-9 for value in vector)
    assert -1 <= evidence.mean.valence <= 1
    assert -1 <= evidence.mean.arousal <= 1


@given(films(), st.data())
def test_the_order_of_the_faces_makes_no_difference(film: list[Look], data: st.DataObject) -> None:
    shuffled = [Look(each.time, each.camera, tuple(data.draw(st.permutations(each.faces)))) for each in film]
    assert window(*shuffled).evidence(0) == window(*film).evidence(0)


@given(films(), st.floats(0.1, 10), st.floats(0.1, 20), st.floats(0, 1))
def test_how_near_large_or_sure_a_face_is_makes_no_difference(
    film: list[Look], scale: float, distance: float, score: float
) -> None:
    def moved(face: Face) -> Face:
        x, y, width, height = face.box
        return Face((x * scale, y * scale, width * scale, height * scale), score, face.reading, distance)

    other = [Look(each.time, each.camera, tuple(map(moved, each.faces)), (640, 480), 0.5, 9.0) for each in film]
    assert window(*other).evidence(0) == window(*film).evidence(0)


@given(films(), films())
def test_looks_from_before_change_nothing(older: list[Look], film: list[Look]) -> None:
    start = older[-1].time + 1
    later = [Look(start + each.time, each.camera, each.faces) for each in film]
    assert window(*older, *later).evidence(start) == window(*later).evidence(start)


@given(films(), st.floats(0, 600))
def test_forgetting_what_came_before_changes_nothing_after(film: list[Look], since: float) -> None:
    made = window(*film)
    before = made.evidence(since)
    made.forget(since)
    assert made.evidence(since) == made.evidence(0) == before


@given(readings, st.lists(gaps, min_size=1, max_size=40))
def test_one_expression_held_is_the_mean_whatever_the_pace(reading: Reading, pauses: list[float]) -> None:
    evidence = window(*(look(time, reading) for time in accumulate(pauses))).evidence(0)
    assert near(evidence.mean, reading)
    assert max(evidence.dominance) == pytest.approx(1)


def test_the_reading_before_its_calibration_is_averaged_beside_the_one_after() -> None:
    made = Window()
    for time in (1, 2, 3):
        made.add(look(time, HAPPY), look(time, SAD))
    evidence = made.evidence(0)
    assert near(evidence.mean, HAPPY)
    assert near(evidence.raw, SAD)


def test_without_a_calibration_both_readings_are_the_same() -> None:
    evidence = window(look(1, HAPPY), look(2, SAD)).evidence(0)
    assert evidence.raw == evidence.mean
