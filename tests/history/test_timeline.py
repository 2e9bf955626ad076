from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.history.timeline import Judgement, MoodSpan, mood_spans

START = datetime(2026, 3, 1, tzinfo=UTC)
END = START + timedelta(days=1)


def minute(number: float) -> datetime:
    return START + timedelta(minutes=number)


def judged(at: float, mood: str, people: int = 1, lasts: float | None = 5, confidence: float = 0.5) -> Judgement:
    held = None if lasts is None else timedelta(minutes=lasts)
    return Judgement(minute(at), mood, confidence, 0.0, 0.0, people, held)


def drawn(*judgements: Judgement, now: datetime = END) -> list[tuple[str, float, float]]:
    return [
        (each.mood, (each.at - START) / timedelta(minutes=1), (each.until - START) / timedelta(minutes=1))
        for each in mood_spans(judgements, START, END, now)
    ]


def test_nothing_judged_is_nothing_known() -> None:
    assert drawn() == []


def test_a_mood_lasts_until_the_next_one() -> None:
    assert drawn(judged(0, "sad"), judged(4, "happy")) == [("sad", 0, 4), ("happy", 4, 9)]


def test_judgements_that_say_the_same_are_one_stretch_with_their_mean() -> None:
    found = mood_spans([judged(0, "sad", confidence=0.4), judged(5, "sad", confidence=0.8)], START, END, minute(15))
    assert found == [MoodSpan(minute(0), minute(10), "sad", 0.6, 0.0, 0.0, 1)]


def test_someone_who_joins_begins_a_new_stretch() -> None:
    assert drawn(judged(0, "sad"), judged(5, "sad", people=2)) == [("sad", 0, 5), ("sad", 5, 10)]


def test_a_judgement_that_comes_a_little_late_leaves_no_gap() -> None:
    assert drawn(judged(0, "sad"), judged(5.5, "sad")) == [("sad", 0, 10.5)]


def test_while_the_box_was_off_nothing_is_claimed() -> None:
    assert drawn(judged(0, "sad"), judged(60, "sad")) == [("sad", 0, 5), ("sad", 60, 65)]


def test_nobody_is_there_until_someone_comes() -> None:
    assert drawn(judged(0, "nobody", lasts=None), judged(600, "sad")) == [("nobody", 0, 600), ("sad", 600, 605)]


def test_what_goes_on_ends_now() -> None:
    assert drawn(judged(0, "nobody", lasts=None), now=minute(30)) == [("nobody", 0, 30)]
    assert drawn(judged(0, "sad"), now=minute(2)) == [("sad", 0, 2)]


def test_what_began_before_the_day_is_drawn_from_midnight_on() -> None:
    assert drawn(judged(-100, "nobody", lasts=None), judged(10, "sad")) == [("nobody", 0, 10), ("sad", 10, 15)]
    assert drawn(judged(-100, "sad")) == []


def test_what_goes_on_after_the_day_is_drawn_until_midnight() -> None:
    assert drawn(judged(1439, "sad"), judged(1441, "happy")) == [("sad", 1439, 1440)]


rows = st.lists(
    st.builds(
        judged,
        st.floats(-3000, 3000),
        st.sampled_from(["sad", "happy", "nobody", "unsure"]),
        st.integers(0, 3),
        st.none() | st.floats(0, 500),
        st.floats(0, 1),
    ),
    max_size=30,
)


@given(rows, st.floats(-100, 2000))
def test_whatever_the_clock_did_stretches_follow_one_another_within_the_day(rows: list[Judgement], now: float) -> None:
    found = mood_spans(rows, START, END, minute(now))
    for each in found:
        assert START <= each.at < each.until <= min(END, max(minute(now), START))
        assert 0 <= each.confidence <= 1
    for one, other in pairwise(found):
        assert one.until <= other.at
        assert one.until < other.at or (one.mood, one.people) != (other.mood, other.people)


def test_a_clock_that_jumped_back_leaves_stretches_in_the_order_of_time() -> None:
    rows = [judged(100, "sad", lasts=30), judged(50, "happy", lasts=30)]
    assert [each.mood for each in mood_spans(rows, START, END, END)] == ["happy", "sad"]
    assert pytest.approx(30) == (mood_spans(rows, START, END, END)[0].until - minute(50)) / timedelta(minutes=1)
