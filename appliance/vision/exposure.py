"""How much brighter the camera is to make the picture for the sake of the faces in it. Pure.

A camera measures the whole frame: before a bright window a face is black, before a black wall it is white.
"""

from __future__ import annotations

DARK, BRIGHT = 0.2, 0.75
"""Mean brightness of a face, 0..1, below and above which it loses what an expression shows in."""
STEP = 0.5
"""In stops: the light is doubled or halved by one."""
MOST, LEAST = 2.0, -1.0
"""In stops. A frame more than four times as bright as the camera would make it has little left of the room."""
SETTLES = 1.5
"""Seconds from one step to the next: cameras go to a new exposure by degrees."""
EMPTY = 10.0
"""Seconds without a face until the camera has its own way again."""


class Exposure:
    """What is asked of one camera, step by step."""

    def __init__(self) -> None:
        self.stops = 0.0
        """By how much brighter than by its own measure the camera is to make the frame."""
        self._stepped = self._seen = float("-inf")

    def update(self, light: float | None, time: float) -> bool:
        """Take in the mean brightness, 0..1, of the largest face at `time` in seconds, or that there is none.

        Whether `stops` has changed. A face is let be between `DARK` and `BRIGHT`, so that nothing swings.
        """
        if light is not None:
            self._seen = time
        elif time - self._seen > EMPTY:
            return self._set(0.0, time)
        if light is None or time - self._stepped < SETTLES:
            return False
        if light < DARK:
            return self._set(min(MOST, self.stops + STEP), time)
        if light > BRIGHT:
            return self._set(max(LEAST, self.stops - STEP), time)
        return False

    def _set(self, stops: float, time: float) -> bool:
        changed = stops != self.stops
        if changed:
            self.stops, self._stepped = stops, time
        return changed
