"""When the access point is open: while the box has not been set up yet, and is in no network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Step = Literal["wait", "open", "close", "over"]

PATIENCE = 45.0
"""Seconds without a network until the access point opens: a router's answer takes a few, an older Pi's radio twenty."""
PATIENCE_KNOWING = 180.0
"""The same where a Wi-Fi network is known already: after a power cut a router may need minutes to be there again."""
RETRY = 300.0
"""Seconds that it stays open, with nobody at the page, before a known network is tried once more."""
AT_THE_PAGE = 180.0
"""Seconds that somebody counts as being at the page after having asked for it."""
SETTLED = 600.0
"""Seconds in a network without a break after which the box is set up, and opens no access point any more."""


@dataclass(frozen=True, slots=True)
class Situation:
    """What there is: a network, a radio that an access point can be opened with, a known Wi-Fi network."""

    online: bool
    radio: bool
    knows: bool


class SetupPlan:
    """Asked every few seconds what to do next. All times are seconds that never jump."""

    def __init__(self, now: float) -> None:
        self.is_open = False
        self._since = now
        """Since when it is open, or it is closed and there is no network."""
        self._online_since: float | None = None

    def next(self, now: float, there: Situation, looked: float | None) -> Step:
        """What to do; `looked`: when somebody had the page last, None for never."""
        if there.online:
            if self._online_since is None:
                self._online_since = now
            self._since = now
            if self.is_open:
                return "close"
            return "over" if now - self._online_since >= SETTLED else "wait"
        self._online_since = None
        if self.is_open:
            unseen = looked is None or now - looked >= AT_THE_PAGE
            return "close" if there.knows and unseen and now - self._since >= RETRY else "wait"
        patience = PATIENCE_KNOWING if there.knows else PATIENCE
        return "open" if there.radio and now - self._since >= patience else "wait"

    def opened(self, now: float) -> None:
        """It is open now."""
        self.is_open, self._since = True, now

    def closed(self, now: float) -> None:
        """It is closed now."""
        self.is_open, self._since = False, now
