"""Stretches of mood for a drawing."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from appliance.history.spans import SLOTS, drawn_spans
from appliance.history.timeline import MoodSpan

START = datetime(2026, 3, 2, tzinfo=UTC)


def spans(*parts: tuple[float, str], people: int = 1) -> list[MoodSpan]:
    """Stretches one after the other, each so many minutes long; `-` is a time of which nothing is known."""
    done, at = [], START
    for minutes, mood in parts:
        until = at + timedelta(minutes=minutes)
        if mood != "-":
            done.append(MoodSpan(at, until, mood, 0.8, 0.5, 0.1, people))
        at = until
    return done


def shape(found: list[MoodSpan]) -> list[tuple[float, str]]:
    return [((each.until - each.at) / timedelta(minutes=1), each.mood) for each in found]


def test_neighbours_of_one_mood_are_one() -> None:
    assert shape(drawn_spans(spans((5, "happy"), (5, "happy"), (10, "sad")), "day")) == [(10, "happy"), (10, "sad")]


def test_what_is_too_short_to_be_seen_gives_way_to_what_is_longer() -> None:
    found = drawn_spans(spans(*[(18, "happy"), (2, "sad")] * 6), "week")
    assert shape(found) == [(120, "happy")]


def test_a_time_of_which_nothing_is_known_stays_empty() -> None:
    assert shape(drawn_spans(spans((60, "happy"), (120, "-"), (60, "happy")), "week")) == [(60, "happy"), (60, "happy")]


def test_a_month_of_changing_moods_stays_small() -> None:
    month = spans(*[(5, "happy"), (5, "sad"), (5, "angry")] * (31 * 96))
    assert len(drawn_spans(month, "month")) <= 1500


@given(st.lists(st.tuples(st.floats(0.5, 90), st.sampled_from(["happy", "sad", "nobody", "-"])), max_size=60))
def test_drawn_stretches_are_in_order_and_never_overlap(parts: list[tuple[float, str]]) -> None:
    for period in SLOTS:
        found = drawn_spans(spans(*parts), period)
        assert all(each.at < each.until for each in found)
        assert all(one.until <= other.at for one, other in pairwise(found))
        assert {each.mood for each in found} <= {mood for _, mood in parts}
