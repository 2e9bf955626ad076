"""The volume that the owner has set; turns of the knob add up, also while MPD has not answered to the last one yet."""

from __future__ import annotations

_TURNING = 1.0  # seconds in which one turn goes on from the last, whatever MPD says meanwhile


class Volume:
    """Where the owner has turned the volume to, 0..100, within `low` and `high`."""

    def __init__(self, low: int, high: int, step: int, chosen: int | None = None) -> None:
        """`step`: how much one notch changes the volume. `chosen` is what the owner set before a restart."""
        self.range = low, high
        self.chosen = chosen
        """What the owner has set; None as long as that is nothing."""
        self._step = step
        self._to: int | None = None
        self._at = 0.0

    def choose(self, volume: int) -> int:
        """The owner sets this volume. Returns it, brought within the range."""
        low, high = self.range
        self.chosen = min(high, max(low, volume))
        return self.chosen

    def turn(self, notches: int, present: int | None, now: float) -> int | None:
        """The volume after so many notches (negative: down) from the `present` one; None if the output has none."""
        going_on = self._to is not None and now - self._at < _TURNING
        volume = self._to if going_on else present
        if volume is None:
            return None
        self._to, self._at = self.choose(volume + notches * self._step), now
        return self._to
