"""How long to wait before the next attempt."""

from __future__ import annotations

import random
from collections.abc import Callable

_FIRST = 1.0
_CAP = 60.0
SETTLED = 30.0
"""Seconds after which a session counts as one that lasts."""


class Backoff:
    """Waits of 1, 2, 4 … 60 s, each shortened by up to a quarter at random; a session that lasted starts them anew.

    A broker that accepts and drops us at once (two boxes with one id do that to each other) is no success.
    """

    def __init__(self, first: float = _FIRST, cap: float = _CAP, chance: Callable[[], float] = random.random) -> None:
        self._first = first
        self._cap = cap
        self._chance = chance
        self._next = first

    def after(self, lasted: float) -> float:
        """Seconds to wait after a session or an attempt that took `lasted` seconds."""
        if lasted >= SETTLED:
            self._next = self._first
        wait, self._next = self._next, min(self._cap, self._next * 2)
        return wait * (1 - self._chance() / 4)
