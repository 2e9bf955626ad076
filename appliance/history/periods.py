"""Days, weeks and months as people mean them: from midnight to midnight where the box stands."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Literal, get_args

from appliance.history.errors import HistoryError

Period = Literal["day", "week", "month"]
PERIODS: tuple[Period, ...] = get_args(Period)
FIRST, LAST = date(1970, 1, 1), date(9998, 12, 31)
"""The days that can be asked for."""


def period_bounds(period: Period, day: date, zone: tzinfo | None = None) -> tuple[datetime, datetime]:
    """When the day, the week (from Monday) or the month with `day` in it begins, and when it is over, in UTC.

    The time zone is the machine's unless one is given. A day may have 23 or 25 hours, and need not begin at 0:00 by the
    clock. Raises HistoryError for a day outside FIRST to LAST.
    """
    if not FIRST <= day <= LAST:
        raise HistoryError(f"{day} is out of range; name a day from {FIRST} to {LAST}")
    match period:
        case "day":
            first, after = day, day + timedelta(days=1)
        case "week":
            first = day - timedelta(days=day.weekday())
            after = first + timedelta(days=7)
        case "month":
            first = day.replace(day=1)
            after = (first + timedelta(days=31)).replace(day=1)
    return midnight(first, zone), midnight(after, zone)


def midnight(day: date, zone: tzinfo | None = None) -> datetime:
    """The instant, in UTC, at which a day begins."""
    # Where clocks are put forward at midnight, 0:00 does not exist; read by the offset before, it is that very instant.
    # Where they are put back to 23:00 or to 0:00, it is the first of the two.
    return datetime.combine(day, time(), zone).astimezone(UTC)


def today(now: datetime, zone: tzinfo | None = None) -> date:
    """The day that it is where the box stands."""
    return now.astimezone(zone).date()
