"""The volume that the owner has set; turns of the knob add up, also while MPD has not answered to the last one yet."""

from __future__ import annotations

from collections.abc import Mapping

_TURNING = 1.0  # seconds in which one turn goes on from the last, whatever MPD says meanwhile
REMEMBERED = 20
"""Outputs whose volume is kept: those that were turned last."""


class Volume:
    """Where the owner has turned the volume to, 0..100, within `low` and `high`. Each output has its own."""

    def __init__(
        self,
        low: int,
        high: int,
        step: int,
        chosen: int | None = None,
        by_output: Mapping[str, int] | None = None,
    ) -> None:
        """`step`: how much one notch changes the volume. `chosen` and `by_output` are from before a restart."""
        self.range = low, high
        self.chosen = chosen
        """What the owner has set; None as long as that is nothing."""
        self.by_output = dict(by_output or {})
        """The same for each output by its device, the one turned last at the end."""
        self._output: str | None = None
        self._step = step
        self._to: int | None = None
        self._at = 0.0

    def choose(self, volume: int) -> int:
        """The owner sets this volume. Returns it, brought within the range."""
        low, high = self.range
        self.chosen = min(high, max(low, volume))
        if self._output is not None:
            self.by_output.pop(self._output, None)
            self.by_output[self._output] = self.chosen
            for oldest in list(self.by_output)[:-REMEMBERED]:
                del self.by_output[oldest]
        return self.chosen

    def moved(self, output: str, usual: int) -> int | None:
        """The sound goes to another output. Returns the volume to set there; None for the one that there is.

        An output that has no volume of its own yet begins with the `usual` one, but not louder than the one before.
        """
        before, self._output = self._output, output
        if output in self.by_output:
            return self.choose(self.by_output[output])
        if before is None and self.chosen is not None:
            self.choose(self.chosen)
        if before is None or before == output:
            return None
        return self.choose(usual if self.chosen is None else min(usual, self.chosen))

    def turn(self, notches: int, present: int | None, now: float) -> int | None:
        """The volume after so many notches (negative: down) from the `present` one; None if the output has none."""
        going_on = self._to is not None and now - self._at < _TURNING
        volume = self._to if going_on else present
        if volume is None:
            return None
        self._to, self._at = self.choose(volume + notches * self._step), now
        return self._to
