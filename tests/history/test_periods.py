from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.history.errors import HistoryError
from appliance.history.periods import FIRST, LAST, PERIODS, period_bounds, today

BERLIN = ZoneInfo("Europe/Berlin")


def hours(start: datetime, end: datetime) -> float:
    return (end - start) / timedelta(hours=1)


def test_a_day_is_from_midnight_to_midnight_where_the_box_stands() -> None:
    assert period_bounds("day", date(2026, 3, 1), BERLIN) == (
        datetime(2026, 2, 28, 23, tzinfo=UTC),
        datetime(2026, 3, 1, 23, tzinfo=UTC),
    )


def test_the_day_on_which_clocks_go_forward_has_23_hours_and_the_one_on_which_they_go_back_25() -> None:
    assert hours(*period_bounds("day", date(2026, 3, 29), BERLIN)) == 23
    assert hours(*period_bounds("day", date(2026, 10, 25), BERLIN)) == 25


def test_a_day_that_has_no_midnight_begins_at_one_o_clock() -> None:
    start, end = period_bounds("day", date(2018, 11, 4), ZoneInfo("America/Sao_Paulo"))
    assert start == datetime(2018, 11, 4, 3, tzinfo=UTC)
    assert start.astimezone(ZoneInfo("America/Sao_Paulo")).hour == 1
    assert hours(start, end) == 23


def test_a_day_whose_midnight_comes_twice_begins_with_the_first() -> None:
    start, end = period_bounds("day", date(2025, 11, 2), ZoneInfo("America/Havana"))
    assert hours(start, end) == 25


def test_a_day_that_a_place_left_out_is_empty() -> None:
    start, end = period_bounds("day", date(2011, 12, 30), ZoneInfo("Pacific/Apia"))
    assert hours(start, end) == 0


def test_a_week_begins_on_monday() -> None:
    start, end = period_bounds("week", date(2026, 3, 1), UTC)
    assert (start.date(), end.date()) == (date(2026, 2, 23), date(2026, 3, 2))


def test_a_month_is_as_long_as_it_is() -> None:
    for month, days in ((2, 28), (4, 30), (12, 31)):
        start, end = period_bounds("month", date(2026, month, 28), UTC)
        assert (start.day, end.day, (end - start).days) == (1, 1, days)


def test_the_day_that_it_is_depends_on_where_the_box_stands() -> None:
    now = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)
    assert today(now, UTC) == date(2026, 3, 1)
    assert today(now, BERLIN) == date(2026, 3, 2)


@pytest.mark.parametrize("day", [date.min, date.max, FIRST - timedelta(days=1)])
def test_a_day_out_of_range_is_refused(day: date) -> None:
    with pytest.raises(HistoryError, match="name a day from 1970-01-01 to 9998-12-31"):
        period_bounds("day", day, UTC)


PLACES = ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Pacific/Auckland")
zones = st.sampled_from(PLACES).map(ZoneInfo)


@given(st.dates(FIRST, LAST), st.sampled_from(PERIODS), zones)
def test_periods_follow_one_another_without_a_gap(day: date, period: str, zone: ZoneInfo) -> None:
    start, end = period_bounds(period, day, zone)  # type: ignore[arg-type]
    assert start <= datetime(day.year, day.month, day.day, 12, tzinfo=zone) <= end
    after = end.astimezone(zone).date()
    if after <= LAST:
        assert period_bounds(period, after, zone)[0] == end  # type: ignore[arg-type]
