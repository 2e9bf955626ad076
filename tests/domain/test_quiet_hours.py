"""Quiet hours as an owner writes them, and whether a moment lies in them."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.domain.quiet_hours import DAYS, quiet_until, read_quiet_hours

MONDAY = datetime(2026, 1, 5)  # noqa: DTZ001 - a time of day is a local one


def until(hours: str, day: int, clock: str) -> str | None:
    hour, minute = map(int, clock.split(":"))
    end = quiet_until(read_quiet_hours(hours), MONDAY + timedelta(days=day, hours=hour, minutes=minute))
    return end.strftime("%a %H:%M").lower() if end else None


@pytest.mark.parametrize(
    ("hours", "day", "clock", "end"),
    [
        ("22:30-07:00", 0, "22:29", None),
        ("22:30-07:00", 0, "22:30", "tue 07:00"),
        ("22:30-07:00", 1, "06:59", "tue 07:00"),
        ("22:30-07:00", 1, "07:00", None),
        ("13:00-14:30", 3, "13:10", "thu 14:30"),
        ("fri-sat 23:30-09:00", 5, "02:00", "sat 09:00"),
        ("fri-sat 23:30-09:00", 4, "02:00", None),
        ("sat-mon 1:00-2:00", 6, "01:30", "sun 02:00"),
        ("sat-mon 1:00-2:00", 1, "01:30", None),
        ("mon-fri 22:00-06:30, sat,sun 23:30-09:00", 6, "08:00", "sun 09:00"),
        ("22:00-24:00, 00:00-06:00", 2, "23:00", "thu 00:00"),
        ("22:00-02:00; 23:00-06:00", 2, "23:30", "thu 06:00"),
        ("  ", 2, "23:30", None),
    ],
)
def test_a_moment_is_quiet_until_the_hours_are_over(hours: str, day: int, clock: str, end: str | None) -> None:
    assert until(hours, day, clock) == end


@pytest.mark.parametrize(
    ("hours", "told"),
    [
        ("at night", "'at night' is not understood"),
        ("22:30", "'22:30' is not understood"),
        ("25:00-07:00", "on no clock"),
        ("22:61-07:00", "on no clock"),
        ("22:00-24:30", "on no clock"),
        ("07:00-07:00", "begins when it ends"),
        ("someday 22:00-07:00", "'someday' is no day"),
        ("mon- 22:00-07:00, x", "'x' is not understood"),
    ],
)
def test_what_cannot_be_understood_is_named(hours: str, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        read_quiet_hours(hours)


@given(
    st.integers(0, 1439), st.integers(0, 1439), st.sets(st.sampled_from(DAYS), min_size=1), st.integers(0, 14 * 1440)
)
def test_the_hours_hold_a_moment_if_it_is_reached_from_one_of_their_beginnings(
    begin: int, end: int, days: set[str], minute: int
) -> None:
    if begin == end:
        return
    text = f"{','.join(days)} {begin // 60}:{begin % 60:02}-{end // 60}:{end % 60:02}"
    now = MONDAY + timedelta(minutes=minute)
    midnight = now.replace(hour=0, minute=0)
    ends = []
    for start in (midnight - timedelta(days=1), midnight):
        over = start + timedelta(minutes=end, days=end <= begin)
        if DAYS[start.weekday()] in days and start + timedelta(minutes=begin) <= now < over:
            ends.append(over)
    assert quiet_until(read_quiet_hours(text), now) == max(ends, default=None)
