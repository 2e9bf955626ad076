"""How long to wait before the next attempt."""

from __future__ import annotations

from collections.abc import Callable

_FIRST = 1.0
_CAP = 60.0
SETTLED = 30.0
"""Seconds after which a session counts as one that lasts."""


class Backoff:
    """Waits that double from `first` to at most `cap` seconds, until `reset` or a session that lasted.

    With `chance`, numbers from 0 to 1 such as `random.random` gives, each wait is shortened by up to a quarter, so that
    many clients do not all come back to a server at once.
    """

    def __init__(
        self,
        first: float = _FIRST,
        cap: float = _CAP,
        chance: Callable[[], float] | None = None,
        settled: float = SETTLED,
    ) -> None:
        """`settled`: a session counts as one that lasted after so many seconds."""
        self._first = first
        self._cap = cap
        self._chance = chance
        self._settled = settled
        self._next = first

    def next(self) -> float:
        """Seconds to wait after one more attempt that failed."""
        wait, self._next = self._next, min(self._cap, self._next * 2)
        return wait * (1 - self._chance() / 4) if self._chance else wait

    def after(self, lasted: float) -> float:
        """Seconds to wait after a session or an attempt that took `lasted` seconds.

        A server that accepts and drops us at once is no success: only a session that lasted begins again with `first`.
        """
        if lasted >= self._settled:
            self.reset()
        return self.next()

    def reset(self) -> None:
        """Begin with the first wait again: it works, or something has changed."""
        self._next = self._first
