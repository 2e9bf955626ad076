"""When the lists are read again: once a week, at night on the owner's day, and later if the box was off then."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from appliance.lists.store import SongList

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
"""The days in Python's order."""
HOUR = 4
"""The local hour from which on the lists are read on their day. ListenBrainz makes its weekly ones on Monday nights."""
AGAIN = timedelta(hours=6)
"""A list that could not be read is tried again after so long."""


def last_due(now: datetime, day: str) -> datetime:
    """The last moment, at or before `now` (with its zone), at which the lists were to be read."""
    at = now.replace(hour=HOUR, minute=0, second=0, microsecond=0)
    at -= timedelta(days=(now.weekday() - DAYS.index(day)) % 7)
    return at if at <= now else at - timedelta(days=7)


def due_lists(lists: Iterable[SongList], now: datetime, day: str) -> list[SongList]:
    """The lists that are to be read now: not read since their last day, nor tried within the last hours.

    A moment that lies in the future, as after a clock that was wrong, counts as none. On `never` there is none.
    """
    if day not in DAYS:
        return []
    due = last_due(now, day)

    def wanted(kept: SongList) -> bool:
        refreshed, tried = _moment(kept.refreshed, now), _moment(kept.tried, now)
        return (refreshed is None or refreshed < due) and (tried is None or tried + AGAIN <= now or not kept.problem)

    return [kept for kept in lists if wanted(kept)]


def _moment(text: str, now: datetime) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo and moment <= now else None
