"""What came of one box, and of the whole fleet: as a report in words and as JSON."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from msgspec import Struct


class Result(StrEnum):
    """How one box ended."""

    DONE = "done"
    BEFORE = "done before"
    """In an earlier run of the same, which was interrupted or stopped."""
    TRYING = "on trial"
    """Taken, and still to prove itself."""
    FAILED = "failed"
    """Reached, and refused, taken back or not answered."""
    UNREACHABLE = "unreachable"
    WAITING = "not begun"
    """Because the run was stopped."""


class Outcome(Struct, frozen=True, kw_only=True):
    """What came of one box."""

    name: str
    host: str
    result: Result
    text: str
    """In words; of a box that was reached its own last ones."""
    seconds: float = 0.0
    facts: dict[str, Any] = {}
    """What else is known, by name."""


class FleetReport(Struct, frozen=True, kw_only=True):
    """What came of a whole run, in the file's order."""

    action: str
    what: str
    """What was sent, asked or made."""
    boxes: list[Outcome]
    stopped: str = ""
    """Why the run ended before every box was begun; empty if it did not."""

    def count(self, *results: Result) -> int:
        """How many boxes ended so."""
        return sum(box.result in results for box in self.boxes)

    @property
    def whole(self) -> bool:
        """Whether every box is done."""
        return self.count(Result.DONE, Result.BEFORE) == len(self.boxes)
