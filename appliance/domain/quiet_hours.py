"""The hours at which the box keeps quiet, as an owner writes them: `22:30-07:00`, `fri-sat 23:30-09:00`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WANTED = "hours such as 22:30-07:00, with days before them where they differ: mon-fri 22:00-06:30, sat,sun 23:30-09:00"
SLEEP_MINUTES = 1440
"""That the sleep timer takes at most."""
_SPAN = re.compile(r"(?:([a-z,-]+) +)?(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})")


@dataclass(frozen=True, slots=True)
class QuietSpan:
    """From one time of day to another, which is on the next day if it is not later; in minutes after midnight."""

    days: frozenset[int]
    """The days on which it begins, 0 (Monday) to 6."""
    begin: int
    end: int

    def until(self, now: datetime) -> datetime | None:
        """When the span that holds `now`, a local time, is over; None if none does."""
        minute = now.hour * 60 + now.minute
        length = (self.end - self.begin) % (24 * 60) or 24 * 60
        for days_ago in (0, 1):
            began = minute - self.begin + days_ago * 24 * 60
            if 0 <= began < length and (now.weekday() - days_ago) % 7 in self.days:
                whole = now.replace(second=0, microsecond=0)
                return whole + timedelta(minutes=length - began)
        return None


def read_quiet_hours(text: str) -> tuple[QuietSpan, ...]:
    """The spans in a text, separated by commas before a day or an hour. Raises ValueError."""
    spans = []
    for part in filter(None, (part.strip() for part in re.split(r",(?=\s)|;", text.lower()))):
        match = _SPAN.fullmatch(part)
        if match is None:
            raise ValueError(f"{part!r} is not understood")
        days, *clock = match.groups()
        hour, minute, end_hour, end_minute = map(int, clock)
        if max(minute, end_minute) > 59 or hour > 23 or end_hour * 60 + end_minute > 24 * 60:
            raise ValueError(f"{part!r} holds a time that is on no clock")
        if (hour, minute) == (end_hour, end_minute):
            raise ValueError(f"{part!r} begins when it ends")
        begin, end = hour * 60 + minute, (end_hour * 60 + end_minute) % (24 * 60)
        spans.append(QuietSpan(_days(days), begin, end))
    return tuple(spans)


def quiet_until(spans: tuple[QuietSpan, ...], now: datetime) -> datetime | None:
    """The end of the quiet hours that hold `now`, a local time, the latest if there are several; None if none do."""
    return max(filter(None, (span.until(now) for span in spans)), default=None)


def _days(text: str | None) -> frozenset[int]:
    if text is None:
        return frozenset(range(7))
    days: set[int] = set()
    for part in text.split(","):
        first, _, last = part.partition("-")
        if first not in DAYS or (last or first) not in DAYS:
            raise ValueError(f"{part!r} is no day; days are {', '.join(DAYS)}, or mon-fri")
        number, end = DAYS.index(first), DAYS.index(last or first)
        days.update((number + step) % 7 for step in range((end - number) % 7 + 1))
    return frozenset(days)
