"""When to judge: soon after someone arrives, then at a steady pace, and once when everybody has gone."""

from __future__ import annotations

import math

from appliance.domain.looks import CameraState, Look

RECENT = 5.0
"""A judgement that is asked for goes by so many seconds, where they hold looks enough."""
BLIND_AFTER = 90.0
"""Without a look for so many seconds the box is blind: who was there is forgotten, and nothing is judged."""


class Schedule:
    """A state machine fed with looks; times are CLOCK_MONOTONIC seconds and may leap forward by hours.

    While the box is blind no judgement falls due. The first face after that is an arrival; an empty room is judged
    `nobody` only after it has been seen empty for `gone_after`, and only once.
    """

    def __init__(self, first_after: float, evaluate_every: float, gone_after: float) -> None:
        self._first_after = first_after
        self._evaluate_every = evaluate_every
        self.gone_after = gone_after
        self._last_look = -math.inf
        self._someone = False
        self._arrived = -math.inf
        self._empty_from: float | None = None
        self._judged_empty = False
        self._due: float | None = None
        self._since = -math.inf

    def observe(self, look: Look) -> bool:
        """Take in a look; True if someone arrives with it. Looks through a camera that is not open do not count."""
        if look.camera is not CameraState.OPEN:
            return False
        if self._blind(look.time):
            self._forget(look.time)
        self._last_look = look.time
        if not look.faces:
            if self._empty_from is None:
                self._empty_from = look.time
            return False
        # Whoever is seen only after the room was empty long enough has arrived, even if no judgement came between.
        arrives = not self._someone or self._gone(look.time)
        if arrives:
            self._someone = True
            self._judged_empty = False
            self._arrived = self._since = look.time
            self._due = look.time + self._first_after
        self._empty_from = None
        return arrives

    @property
    def interval(self) -> float:
        """Seconds from judgement to judgement."""
        return self._evaluate_every

    def change_interval(self, seconds: float, now: float) -> None:
        """From now on judge every so many seconds; a judgement that is further off is brought forward."""
        self._evaluate_every = seconds
        if self._due is not None:
            self._due = min(self._due, now + seconds)

    def lost(self, now: float) -> None:
        """The vision process has gone: what it said of who is there holds no longer."""
        self._last_look = -math.inf
        self._since = min(self._since, now)
        self._someone = False
        self._empty_from = self._due = None

    def due(self, now: float) -> bool:
        """Whether a judgement falls due; once it has been made, call `judged`."""
        if self._blind(now):
            self._forget(now)
        at = self.next_due()
        return at is not None and now >= at

    def judged(self, now: float) -> None:
        """A judgement has been made, because it was due or because someone asked for it."""
        if self._gone(now):
            self._someone = False
            self._judged_empty = True
        self._due = now + self._evaluate_every if self._someone else None
        self._since = math.nextafter(now, math.inf)

    def next_due(self) -> float | None:
        """When the next judgement falls due if nobody comes or goes; None while there is none to wait for."""
        if self._empty_from is None or self._judged_empty:
            return self._due
        gone = self._empty_from + self.gone_after
        return gone if self._due is None else min(gone, self._due)

    def since(self, now: float, enough: float | None = None) -> float:
        """From which time on looks count in a judgement made now: from the last one, or from the arrival after it.

        When everybody has gone only the empty room counts. A judgement that someone asks for goes by the last few
        seconds, or from `enough` on, the time from which there are looks enough to judge by, but not past the arrival.
        """
        if self._gone(now) and self._empty_from is not None:
            return self._empty_from
        if enough is not None:
            return max(self._arrived, min(now - RECENT, enough))
        return self._since

    def _gone(self, now: float) -> bool:
        return self._empty_from is not None and now >= self._empty_from + self.gone_after

    def _blind(self, now: float) -> bool:
        return now - self._last_look > max(BLIND_AFTER, self.gone_after)

    def _forget(self, now: float) -> None:
        """Start again, but remember that the empty room has been judged, because that was reported."""
        self._arrived = self._since = now
        self._someone = False
        self._empty_from = None
        self._due = None
