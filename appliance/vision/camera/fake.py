"""A scripted camera: it gives frames, vanishes, hangs and returns on request."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable

import numpy as np
import numpy.typing as npt

from appliance.vision.camera.base import CameraError, Shot

Picture = npt.NDArray[np.generic]


class FakeCamera:
    """Gives the frames it was made with; like a sensor's, each differs a little from the last unless `noise` is off."""

    announcement: str | None = None
    stand_in = False

    def __init__(
        self,
        frames: Iterable[Picture],
        *,
        live: bool = True,
        noise: bool = True,
        name: str = "a fake camera",
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        """`frames` are shown round and round; `now` gives CLOCK_MONOTONIC seconds."""
        self.name, self.live = name, live
        self._frames, self._noise, self._now = list(frames), noise, now
        self._shown = 0
        self._fault: str | None = None
        self._going = threading.Event()
        self._going.set()
        self.is_open = False
        self.stops = 0.0
        """The exposure last asked for."""
        self.opened = 0
        """How often it has been opened."""

    def vanish(self, fault: str = "the fake camera was pulled out") -> None:
        """From now on neither opening nor reading works."""
        self._fault = fault

    def come_back(self) -> None:
        """It works again after vanishing or hanging."""
        self._fault = None
        self._going.set()

    def hang(self) -> None:
        """From now on reading does not return."""
        self._going.clear()

    def freeze(self) -> None:
        """From now on every frame is the same."""
        self._frames, self._noise = self._frames[:1], False

    def show(self, *frames: Picture) -> None:
        """Show these from now on."""
        self._frames = list(frames)

    def open(self) -> None:
        """Begin."""
        self._check()
        self.opened += 1
        self.is_open = True

    def read(self) -> Shot:
        """The next frame of the script."""
        self._going.wait()
        self._check()
        if not self.is_open:
            raise CameraError("the fake camera is not open")
        pixels = self._frames[self._shown % len(self._frames)]
        self._shown += 1
        if self.stops:
            pixels = np.clip(pixels * 2.0**self.stops, 0, 255).astype(np.uint8)
        if self._noise and pixels.size:
            pixels = pixels.copy()
            pixels.flat[0] = self._shown % 251
        return Shot(pixels, self._now())

    def expose(self, stops: float) -> None:
        """Brighten or darken the frames; where they are full of light already, they stay so."""
        self.stops = stops

    def close(self) -> None:
        """End."""
        self.is_open, self.stops = False, 0.0

    def _check(self) -> None:
        if self._fault:
            raise CameraError(self._fault)
