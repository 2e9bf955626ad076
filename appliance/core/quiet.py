"""Quiet hours and the sleep timer: when the music falls silent and the camera closes. Pure; clocks are the caller's."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from appliance.domain.quiet_hours import QuietSpan, quiet_until

NIGHT = 8 * 3600.0
"""After the sleep timer, or told to by someone, the box keeps quiet for so many seconds, or to the end of its hours."""
_CLOCK_SET = 2025
"""A machine without a clock of its own begins in the past: before this year nothing is known of the time of day."""


class Change(StrEnum):
    """What has come to pass."""

    BEGAN = "began"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class QuietRules:
    """The hours, the seconds of growing softer, and for how long someone who wants music interrupts the hours."""

    spans: tuple[QuietSpan, ...] = ()
    fade: float = 0.0
    wake: float = 3600.0


class Quiet:
    """Fed with the time; `now` is in CLOCK_MONOTONIC seconds, `wall` a local time."""

    def __init__(self, rules: QuietRules) -> None:
        self._rules = rules
        self.active = False
        self.sleep_at: float | None = None
        """When the sleep timer ends, in CLOCK_MONOTONIC seconds; None while it does not run."""
        self._asleep_until: float | None = None
        self._awake_until = 0.0
        self._in_hours = False

    def change_hours(self, spans: tuple[QuietSpan, ...]) -> None:
        """These are the hours from now on."""
        self._rules = replace(self._rules, spans=spans)

    def sleep_after(self, seconds: float | None, now: float) -> None:
        """Set the sleep timer, or with None stop it."""
        self.sleep_at = None if seconds is None else now + seconds

    def begin(self, now: float, seconds: float = NIGHT) -> None:
        """Keep quiet from now on, for so many seconds at most."""
        self.sleep_at, self._asleep_until, self._awake_until = None, now + min(seconds, NIGHT), 0.0

    def wake(self, now: float) -> None:
        """Someone wants music: what was begun is over, and the hours are interrupted."""
        self._asleep_until = None
        self._awake_until = now + self._rules.wake

    def tick(self, now: float, wall: datetime) -> Change | None:
        """Time has passed; what that changed."""
        if self.sleep_at is not None and now >= self.sleep_at:
            self.begin(now)
        in_hours = self._hours_until(wall) is not None
        over = self._asleep_until is not None and now >= self._asleep_until
        if over or (self._in_hours and not in_hours):  # the morning wakes also those who fell asleep by the timer
            self._asleep_until = None
        self._in_hours = in_hours
        before, self.active = self.active, self._asleep_until is not None or (in_hours and now >= self._awake_until)
        if self.active is before:
            return None
        return Change.BEGAN if self.active else Change.ENDED

    def asleep(self, now: float) -> float | None:
        """Seconds for which it still keeps quiet whatever the hours say; None if it does not."""
        return None if self._asleep_until is None else max(0.0, self._asleep_until - now)

    def until(self, now: float, wall: datetime) -> datetime | None:
        """The local time at which the quiet that reigns ends by itself; None if none reigns."""
        if not self.active:
            return None
        asleep = self.asleep(now)
        return self._hours_until(wall) or (None if asleep is None else wall + timedelta(seconds=asleep))

    def softness(self, now: float, wall: datetime) -> float:
        """The share of its volume that the music keeps, 0..1: below 1 shortly before it falls silent."""
        fade = self._rules.fade
        if fade <= 0 or self.active:
            return 1.0
        left = fade if self.sleep_at is None else self.sleep_at - now
        if now + fade >= self._awake_until:
            left = min(left, max(self._seconds_to_hours(wall), self._awake_until - now))
        return min(1.0, max(0.0, left / fade))

    def _seconds_to_hours(self, wall: datetime) -> float:
        """Seconds until the quiet hours, infinite if they are farther off than the fade; 0 within them."""
        whole = wall.replace(second=0, microsecond=0)
        for minute in range(int(self._rules.fade // 60) + 2):
            at = whole + timedelta(minutes=minute)
            if self._hours_until(at) is not None:
                return max(0.0, (at - wall).total_seconds())
        return float("inf")

    def _hours_until(self, wall: datetime) -> datetime | None:
        return quiet_until(self._rules.spans, wall) if wall.year >= _CLOCK_SET else None
