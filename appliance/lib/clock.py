"""Time, injected: the parts ask a clock, so a test can play a whole evening in milliseconds."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Two clocks: one that only ever goes forward, and one for showing to people."""

    def monotonic(self) -> float:
        """Seconds that never jump (CLOCK_MONOTONIC); all decisions rest on it."""

    def now(self) -> datetime:
        """The time of day, with its zone; it may jump, and decides nothing but whether these are quiet hours."""


def utc(at: datetime) -> str:
    """A time as it is stored: ISO 8601 to the second, in UTC."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class SystemClock:
    """The machine's own clocks."""

    def monotonic(self) -> float:
        """Seconds of CLOCK_MONOTONIC."""
        return time.monotonic()

    def now(self) -> datetime:
        """The present moment in UTC."""
        return datetime.now(UTC)


class ManualClock:
    """A clock that moves when told to. The wall clock can be set apart from the monotonic one."""

    def __init__(self, monotonic: float = 1000.0, now: datetime | None = None) -> None:
        self._monotonic = monotonic
        self._now = now or datetime(2026, 1, 1, 18, 0, tzinfo=UTC)

    def monotonic(self) -> float:
        """Seconds as last moved to."""
        return self._monotonic

    def now(self) -> datetime:
        """The time of day as last set or moved to."""
        return self._now

    def advance(self, seconds: float) -> None:
        """Let both clocks run for so many seconds (>= 0)."""
        self._monotonic += seconds
        self._now = datetime.fromtimestamp(self._now.timestamp() + seconds, UTC)

    def set_wall(self, now: datetime) -> None:
        """Jump the time of day, as a first NTP answer does; the monotonic clock does not notice."""
        self._now = now
