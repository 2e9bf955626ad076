import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.domain.emotions import EMOTIONS, Emotion, Reading
from appliance.domain.looks import Face
from appliance.vision.people import FORGET, Follower

HERE, THERE = (100.0, 100.0, 60.0, 60.0), (900.0, 200.0, 80.0, 80.0)


def face(box, *emotions):
    return Face(box, 0.9, Reading.of(dict.fromkeys(emotions, 1 / len(emotions))))


def read(people, box, emotion, time, weight=1.0):
    (seen,) = people.average([face(box, emotion)], [weight], time)
    return seen.reading


readings = st.lists(st.floats(0.01, 1), min_size=len(EMOTIONS), max_size=len(EMOTIONS)).map(
    lambda values: Reading(tuple(value / math.fsum(values) for value in values))
)
looks = st.lists(st.tuples(readings, st.floats(0.001, 1000), st.floats(0.05, 2.5)), min_size=1, max_size=12)


def averages(seen, scale=1.0):
    people, time, found = Follower(), 0.0, []
    for reading, weight, passed in seen:
        time += passed
        (averaged,) = people.average([Face(HERE, 0.9, reading)], [weight * scale], time)
        found.append(averaged.reading)
    return found


@given(looks)
def test_an_average_lies_between_what_was_read(seen):
    for number, average in enumerate(averages(seen)):
        for emotion in EMOTIONS:
            values = [reading[emotion] for reading, _, _ in seen[: number + 1]]
            assert min(values) - 1e-9 <= average[emotion] <= max(values) + 1e-9


@given(looks, st.sampled_from([1e-3, 1e3]))
def test_only_the_proportions_of_the_weights_count(seen, scale):
    for one, other in zip(averages(seen), averages(seen, scale), strict=True):
        assert one.probabilities == pytest.approx(other.probabilities, abs=1e-3)


@given(st.lists(st.permutations([0, 1, 2]), min_size=1, max_size=6))
def test_the_order_of_the_faces_in_a_look_makes_no_difference(orders):
    boxes = [HERE, THERE, (500.0, 500.0, 100.0, 100.0)]
    wears = [Emotion.HAPPY, Emotion.SAD, Emotion.ANGRY]
    people = Follower()
    for number, order in enumerate(orders):
        faces = people.average([face(boxes[i], wears[i]) for i in order], [1.0] * 3, number / 2)
        assert [seen.reading.top for seen in faces] == [wears[i] for i in order]
        assert all(seen.reading[wears[i]] == pytest.approx(1) for seen, i in zip(faces, order, strict=True))


def test_the_first_look_at_somebody_is_taken_as_it_is():
    assert read(Follower(), HERE, Emotion.FEAR, 7.0) == face(HERE, Emotion.FEAR).reading


def test_a_clear_look_outweighs_blurred_ones():
    people = Follower()
    read(people, HERE, Emotion.HAPPY, 0.0, weight=100.0)
    blurred = [read(people, HERE, Emotion.SAD, time / 2, weight=4.0) for time in range(1, 7)]
    assert {reading.top for reading in blurred} == {Emotion.HAPPY}


def test_a_new_expression_is_seen_within_three_seconds():
    people = Follower()
    for look in range(20):
        read(people, HERE, Emotion.NEUTRAL, look / 2)
    changed = [read(people, HERE, Emotion.HAPPY, 10 + look / 2).top for look in range(6)]
    assert changed[0] is Emotion.NEUTRAL
    assert changed[-1] is Emotion.HAPPY


def test_every_other_look_at_a_person_is_in_the_mirror():
    people, asked = Follower(), []
    for look in range(4):
        boxes = [HERE, THERE][: 1 + (look > 0)]
        asked.append(people.mirrored(boxes, look / 2))
        people.average([face(box, Emotion.SAD) for box in boxes], [1.0] * len(boxes), look / 2)
    assert asked == [[False], [True, False], [False, True], [True, False]]


def test_somebody_who_walks_is_followed_and_somebody_elsewhere_is_not():
    people = Follower()
    read(people, HERE, Emotion.HAPPY, 0.0)
    walked = (HERE[0] + 2 * HERE[2], *HERE[1:])
    assert read(people, walked, Emotion.SAD, 0.5)[Emotion.HAPPY] > 0.3
    assert read(people, THERE, Emotion.SAD, 1.0)[Emotion.HAPPY] == 0.0


@pytest.mark.parametrize("size", [25.0, 150.0])
def test_a_box_of_quite_another_size_is_somebody_else(size):
    people = Follower()
    read(people, HERE, Emotion.HAPPY, 0.0)
    assert read(people, (HERE[0], HERE[1], size, size), Emotion.SAD, 0.5)[Emotion.HAPPY] == 0.0


def test_two_who_come_close_keep_what_is_theirs():
    people = Follower()
    for step in range(8):
        left, right = (100.0 + 8 * step, 100.0, 60.0, 60.0), (280.0 - 8 * step, 100.0, 60.0, 60.0)
        one, other = people.average([face(left, Emotion.HAPPY), face(right, Emotion.SAD)], [1.0, 1.0], step / 2)
    assert one.reading[Emotion.HAPPY] == pytest.approx(1)
    assert other.reading[Emotion.SAD] == pytest.approx(1)


@pytest.mark.parametrize("away", [FORGET - 1, FORGET + 1])
def test_somebody_is_remembered_for_three_seconds(away):
    people = Follower()
    read(people, HERE, Emotion.HAPPY, 0.0)
    people.average([], [], away / 2)
    assert (read(people, HERE, Emotion.SAD, away)[Emotion.HAPPY] > 0) == (away < FORGET)


def test_after_forgetting_everybody_is_new():
    people = Follower()
    read(people, HERE, Emotion.HAPPY, 0.0)
    people.forget()
    assert read(people, HERE, Emotion.SAD, 0.1)[Emotion.HAPPY] == 0.0
