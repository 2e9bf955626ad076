import math
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from appliance.domain.emotions import Emotion, Reading
from appliance.domain.looks import CameraState, Face, Look
from appliance.mood.schedule import BLIND_AFTER, Schedule

FACE = Face((0, 0, 50, 50), 0.9, Reading.of({Emotion.HAPPY: 1.0}))


def look(time: float, people: int = 1, camera: CameraState = CameraState.OPEN) -> Look:
    return Look(time, camera, (FACE,) * people)


def schedule() -> Schedule:
    return Schedule(first_after=20, evaluate_every=300, gone_after=30)


def watch(by: Schedule, begin: int, end: int, people: int = 1) -> list[int]:
    """Look and ask every second from `begin` up to `end`; the seconds at which a judgement fell due and was made."""
    judged = []
    for second in range(begin, end):
        by.observe(look(second, people))
        if by.due(second):
            by.judged(second)
            judged.append(second)
    return judged


def test_the_first_judgement_falls_soon_after_someone_arrives_then_at_a_steady_pace() -> None:
    assert watch(schedule(), 1000, 2000) == [1020, 1320, 1620, 1920]


def test_an_arrival_is_told_once() -> None:
    by = schedule()
    assert by.observe(look(0))
    assert not by.observe(look(1))


def test_a_short_absence_is_no_new_arrival() -> None:
    by = schedule()
    watch(by, 0, 100)
    watch(by, 100, 125, people=0)
    assert not by.observe(look(125))
    assert watch(by, 126, 330) == [320]


def test_when_everybody_has_gone_that_is_judged_once() -> None:
    by = schedule()
    watch(by, 0, 100)
    assert watch(by, 100, 5000, people=0) == [130]
    assert by.next_due() is None


def test_a_room_that_is_empty_from_the_start_is_judged_once() -> None:
    assert watch(schedule(), 0, 4000, people=0) == [30]


def test_who_comes_into_an_empty_room_is_judged_soon() -> None:
    by = schedule()
    watch(by, 0, 500, people=0)
    assert by.observe(look(500))
    assert by.next_due() == 520


def test_who_comes_back_after_a_long_absence_has_arrived_even_if_no_judgement_came_between() -> None:
    by = schedule()
    by.observe(look(0))
    by.observe(look(1, people=0))
    assert by.observe(look(60))
    assert by.next_due() == 80
    assert by.since(80) == 60


def test_when_those_who_came_later_have_gone_too_that_is_judged_as_soon() -> None:
    by = schedule()
    assert watch(by, 0, 100, people=0) == [30]
    assert watch(by, 100, 150) == [120]
    assert watch(by, 150, 1000, people=0) == [180]


def test_looks_through_a_closed_camera_count_for_nothing() -> None:
    by = schedule()
    assert not by.observe(look(0, camera=CameraState.OFF))
    assert not by.observe(look(40, people=0, camera=CameraState.FAILED))
    assert by.next_due() is None


def test_it_is_known_when_the_next_judgement_falls_due() -> None:
    by = schedule()
    assert by.next_due() is None
    by.observe(look(0))
    assert by.next_due() == 20
    by.judged(20)
    assert by.next_due() == 320
    by.observe(look(100, people=0))
    assert by.next_due() == 130


def test_a_judgement_is_about_the_looks_since_the_last_one() -> None:
    by = schedule()
    by.observe(look(50))
    assert by.since(60) == 50
    by.judged(70)
    assert 70 < by.since(80) < 70.001


def test_when_everybody_has_gone_only_the_empty_room_counts() -> None:
    by = schedule()
    watch(by, 0, 100)
    watch(by, 100, 129, people=0)
    assert by.since(129) < 100
    assert by.since(130) == 100


def test_asking_for_a_judgement_postpones_the_next_one() -> None:
    by = schedule()
    watch(by, 0, 100)
    by.judged(100)
    assert watch(by, 100, 500) == [400]


def test_asking_twice_leaves_the_second_judgement_some_looks() -> None:
    by = schedule()
    watch(by, 0, 100)
    by.judged(100)
    assert by.since(101, 99) == 96
    assert by.since(101) > 100


def test_asking_reaches_further_back_where_looks_are_rare() -> None:
    by = schedule()
    watch(by, 0, 100)
    assert by.since(101, 85) == 85
    assert by.since(101, -math.inf) == 0


def test_asking_does_not_reach_back_past_the_arrival() -> None:
    by = schedule()
    watch(by, 0, 500, people=0)
    by.observe(look(500))
    by.judged(505)
    assert by.since(506, -math.inf) == 500


def test_nothing_is_judged_while_the_box_is_blind() -> None:
    by = schedule()
    watch(by, 0, 100)
    assert not any(by.due(second) for second in range(200, 9000))
    assert by.next_due() is None


def test_who_is_there_after_the_box_was_blind_has_arrived() -> None:
    by = schedule()
    watch(by, 0, 100)
    assert by.observe(look(3700))
    assert watch(by, 3701, 4100) == [3720, 4020]


def test_looks_from_before_the_box_was_blind_do_not_count() -> None:
    by = schedule()
    watch(by, 0, 100)
    by.observe(look(3700))
    assert by.since(3720) == 3700
    assert by.since(3720, -math.inf) == 3700


def test_asking_right_after_the_box_was_blind_is_not_answered_from_before() -> None:
    by = schedule()
    watch(by, 0, 100)
    by.observe(look(3700, people=0))
    assert by.since(3701, -math.inf) == 3700
    assert not by.due(9000)
    assert by.since(9000, -math.inf) == 9000


def test_a_pause_in_the_looks_shorter_than_an_absence_has_to_be_is_not_blindness() -> None:
    by = Schedule(first_after=20, evaluate_every=300, gone_after=600)
    watch(by, 0, 100)
    assert not by.observe(look(600))
    assert by.due(601)


def test_a_room_found_empty_after_the_box_was_blind_is_judged_once_it_has_been_seen_empty_long_enough() -> None:
    by = schedule()
    watch(by, 0, 100)
    assert watch(by, 3700, 4400, people=0) == [3730]


def test_an_empty_room_is_not_judged_again_after_the_box_was_blind() -> None:
    by = schedule()
    watch(by, 0, 100, people=0)
    assert watch(by, 3700, 4400, people=0) == []


def test_a_clock_that_leaps_ahead_by_hours_makes_no_burst() -> None:
    by = schedule()
    watch(by, 0, 100)
    assert watch(by, 36_100, 36_500) == [36_120, 36_420]


moments = st.lists(
    st.tuples(st.floats(0, 400) | st.floats(0, 3), st.integers(0, 2), st.sampled_from(CameraState)),
    max_size=200,
)


@given(moments, st.floats(0, 100), st.floats(5, 400), st.floats(0, 200))
def test_it_never_judges_twice_within_the_pace_unless_someone_comes_or_all_have_gone(
    film: list[tuple[float, int, CameraState]], first_after: float, every: float, gone_after: float
) -> None:
    by = Schedule(first_after, every, gone_after)
    time = 0.0
    arrived = gone = -1.0
    judged: list[float] = []
    for pause, people, camera in film:
        time += pause
        if by.observe(look(time, people, camera)):
            arrived = time
        if people and camera is CameraState.OPEN:
            gone = time
        if by.due(time):
            came_or_went = arrived > max(judged, default=-1) or time >= gone + gone_after
            assert not judged or came_or_went or time >= judged[-1] + every
            judged.append(time)
            by.judged(time)
            if every > 0 and gone_after > 0 and people:
                assert not by.due(time)


@given(moments)
def test_the_empty_room_is_judged_at_most_once_between_two_arrivals(
    film: list[tuple[float, int, CameraState]],
) -> None:
    by = schedule()
    time = 0.0
    told: list[str] = []
    for pause, people, camera in film:
        time += pause
        if by.observe(look(time, people, camera)):
            told.append("arrival")
        before = by.next_due()
        if by.due(time):
            by.judged(time)
            told.append("empty" if by.next_due() is None else "someone")
            assert before is not None
    assert ("empty", "empty") not in set(pairwise(told))


@given(st.floats(0, 1e6), st.floats(BLIND_AFTER + 1, 1e6))
def test_after_any_leap_one_quiet_moment_is_enough_to_be_in_step_again(start: float, leap: float) -> None:
    by = schedule()
    by.observe(look(start))
    assert not by.due(start + leap)
    assert by.observe(look(start + leap + 1))
    assert by.next_due() == start + leap + 1 + 20  # in the order in which the schedule adds
