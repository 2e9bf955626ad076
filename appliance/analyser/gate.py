"""When the box listens to songs, and when it has better things to do. Pure."""

from __future__ import annotations

from dataclasses import dataclass

COOLER = 5.0
"""Degrees Celsius that the processor has to cool down by before listening goes on."""
SETTLE = 25.0
"""Seconds for which vision has the machine to itself once somebody has come: the first judgement falls in them."""


@dataclass(slots=True)
class ListeningGate:
    """Asked about once a second. `hottest` is in degrees Celsius."""

    hottest: float
    _hot: bool = False
    _someone: bool = False
    _came: float = float("-inf")

    def reason_to_wait(self, now: float, someone: bool | None, temperature: float | None, throttled: bool) -> str:
        """Why no song may be listened to now, in words; empty if one may. `now` in monotonic seconds."""
        if someone and not self._someone:
            self._came = now
        self._someone = bool(someone)
        if temperature is not None:
            self._hot = temperature >= self.hottest - (COOLER if self._hot else 0.0)
        if self._hot:
            return f"the processor is hot ({temperature:.0f} °C)"
        if throttled:
            return "the processor is slowed down for want of cooling or power"
        if now - self._came < SETTLE:
            return "somebody has just come"
        return ""
