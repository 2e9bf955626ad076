"""One button: edges with their times in, presses out. Pure: no clock of its own, no threads, no pins."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Press(StrEnum):
    """A recognised press."""

    SHORT = "short"
    DOUBLE = "double"
    LONG = "long"
    HOLD = "hold"


@dataclass(frozen=True, slots=True)
class Timing:
    """All in seconds."""

    bounce: float
    """A level counts once it has lasted for so long; what is shorter is a contact's chatter or a spark."""
    long: float
    """A press of at least this length is long."""
    hold: float = 0.0
    """A press of at least this length is a hold, if above 0."""
    double: float = 0.0
    """A press that begins within this time after a short one makes a double, if above 0."""


class Button:
    """Tells short, double, long and held presses apart.

    A press is told once, and as one thing: the longest kind of press as soon as it is long enough, all else when the
    finger has left. Where doubles are told apart, a short press is told only when none can follow any more.
    Give every edge to `edge`, ask `due` when to call `step`. Times never go back.
    """

    def __init__(self, timing: Timing) -> None:
        self._timing = timing
        self._level, self._level_at = False, 0.0  # as the pin said last
        self.down = False
        """Whether it is pressed, chatter left out."""
        self.since = 0.0
        """When the present press began."""
        self.spent = False
        """Whether the present press has been told."""
        self._tapped, self._left = False, 0.0  # a short press that may become a double

    @property
    def settled(self) -> bool:
        """Whether the level has lasted."""
        return self._level is self.down

    def edge(self, down: bool, time: float) -> None:
        """The pin's level has changed, or is this at the start."""
        if down is not self._level:
            self._level, self._level_at = down, time

    def due(self, waiting: bool = False) -> float | None:
        """When `step` has something to do if no edge comes before; `waiting` puts off what a long press would do."""
        if not self.settled:
            return self._level_at + self._timing.bounce
        if self.down:
            return None if self.spent or waiting else self.since + (self._timing.hold or self._timing.long)
        return self._left + self._timing.double if self._tapped else None

    def step(self) -> list[Press]:
        """Do what is due now; the presses that have thereby become certain."""
        if not self.settled:
            return self._settle()
        if self.down:
            return [*self.spend(), Press.HOLD if self._timing.hold else Press.LONG]
        return self.spend()

    def spend(self) -> list[Press]:
        """Count the present press as told; a short press before it that was waiting for a second is told now."""
        self.spent = True
        before, self._tapped = self._tapped, False
        return [Press.SHORT] if before else []

    def _settle(self) -> list[Press]:
        self.down = self._level
        if self.down:
            self.since, self.spent = self._level_at, False
            return []
        if self.spent:
            return []
        length = self._level_at - self.since
        if length >= self._timing.long:
            return [*self.spend(), Press.HOLD if 0 < self._timing.hold <= length else Press.LONG]
        if not self._timing.double:
            return [Press.SHORT]
        self._left, self._tapped = self._level_at, not self._tapped
        return [] if self._tapped else [Press.DOUBLE]
