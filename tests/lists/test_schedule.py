"""When lists are read again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from appliance.lists.schedule import AGAIN, DAYS, due_lists, last_due
from appliance.lists.store import SongList

MONDAY = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


def a_list(refreshed: datetime | None = None, tried: datetime | None = None, problem: str = "") -> SongList:
    moments = [moment.isoformat() if moment else "" for moment in (refreshed, tried or refreshed)]
    return SongList(key="x", name="x", source="x", refreshed=moments[0], tried=moments[1], problem=problem)


def is_due(kept: SongList, now: datetime, day: str = "monday") -> bool:
    return due_lists([kept], now, day) == [kept]


def test_a_week_has_one_moment_for_reading() -> None:
    assert last_due(MONDAY, "monday") == MONDAY
    assert last_due(MONDAY - timedelta(seconds=1), "monday") == MONDAY - timedelta(days=7)
    assert last_due(MONDAY, "tuesday") == MONDAY - timedelta(days=6)


def test_a_list_is_read_once_a_week_and_made_up_for_when_the_box_was_off() -> None:
    read = MONDAY + timedelta(minutes=3)
    assert not is_due(a_list(read), MONDAY + timedelta(days=6, hours=23))
    assert is_due(a_list(read), MONDAY + timedelta(days=7))
    assert is_due(a_list(read), MONDAY + timedelta(days=9))
    assert is_due(a_list(), MONDAY)


def test_a_list_is_never_read_by_itself_if_the_owner_wishes() -> None:
    assert not is_due(a_list(), MONDAY, "never")


def test_a_list_that_could_not_be_read_is_tried_again_some_hours_later() -> None:
    last_week = MONDAY - timedelta(days=6)
    failed = a_list(last_week, MONDAY, "busy")
    assert not is_due(failed, MONDAY + AGAIN - timedelta(seconds=1))
    assert is_due(failed, MONDAY + AGAIN)


def test_a_moment_in_the_future_or_a_damaged_one_counts_as_none() -> None:
    assert is_due(a_list(MONDAY + timedelta(days=4000)), MONDAY)
    assert is_due(SongList(key="x", name="x", source="x", refreshed="?", tried="2026-11-23"), MONDAY)


@given(st.integers(0, 20 * 365 * 24 * 60), st.sampled_from(DAYS))
def test_the_last_moment_is_on_its_day_and_within_a_week(minutes: int, day: str) -> None:
    now = MONDAY + timedelta(minutes=minutes)
    due = last_due(now, day)
    assert DAYS[due.weekday()] == day
    assert timedelta(0) <= now - due < timedelta(days=7)
