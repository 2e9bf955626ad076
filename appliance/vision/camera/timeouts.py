"""A camera driven from its own thread, so that a hanging camera does not block the caller."""

from __future__ import annotations

import queue
import threading
import time
import zlib
from collections.abc import Callable
from typing import Any, NoReturn

from appliance.vision.camera import Camera, CameraError, Exposing, Shot

OPENING = 20.0
"""Seconds that a camera may take to open; libcamera on a cold Pi Zero needs several."""
READING = 10.0
"""Seconds that a frame may take to come."""
CLOSING = 5.0
FROZEN = 60.0
"""Seconds after which a sensor that keeps giving the very same frame has died."""
_SLICE = 0.1


class Abandoned(Exception):
    """The wait was abandoned because the camera is no longer wanted."""


class CameraWithTimeouts:
    """One camera, opened, read and closed with time limits. Every failure is a CameraError."""

    def __init__(
        self,
        camera: Camera,
        wanted: Callable[[], bool],
        opening: float = OPENING,
        reading: float = READING,
        frozen: float = FROZEN,
    ) -> None:
        """`wanted` is called while waiting: when it returns False, `Abandoned` is raised. Limits are in seconds."""
        self.camera = camera
        self._wanted, self._opening, self._reading, self._frozen = wanted, opening, reading, frozen
        self._tasks: queue.SimpleQueue[Callable[[], Any] | None] = queue.SimpleQueue()
        self._answers: queue.SimpleQueue[tuple[Any, CameraError | None]] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="camera", daemon=True)
        self._thread.start()
        self._same: tuple[int, float] | None = None

    @property
    def stuck(self) -> bool:
        """Whether a thread still waits for the camera after `close`."""
        return self._thread.is_alive()

    def open(self) -> None:
        """Open the camera. Raises CameraError or Abandoned."""
        self._call(self.camera.open, self._opening, "did not open")

    def read(self) -> Shot:
        """The freshest frame. Raises CameraError or Abandoned."""
        shot: Shot = self._call(self.camera.read, self._reading, "gave no frame")
        if self.camera.live:
            self._check_fresh(shot)
        return shot

    def expose(self, stops: float) -> None:
        """Ask for an exposure, of a camera that can be asked. Raises CameraError or Abandoned."""
        if isinstance(self.camera, Exposing):
            camera = self.camera
            self._call(lambda: camera.expose(stops), self._reading, "took no exposure")

    def close(self) -> None:
        """Close the camera; one that hangs is left behind."""
        self._tasks.put(self.camera.close)
        self._tasks.put(None)
        self._thread.join(CLOSING)

    def _call(self, task: Callable[[], Any], limit: float, fault: str) -> Any:
        self._tasks.put(task)
        until = time.monotonic() + limit
        while (left := until - time.monotonic()) > 0:
            try:
                answer, error = self._answers.get(timeout=min(left, _SLICE))
            except queue.Empty:
                if not self._wanted():
                    raise Abandoned from None
                continue
            if error:
                raise error
            return answer
        raise CameraError(f"{self.camera.name} hangs: it {fault} for {limit:.0f} s")

    def _work(self) -> None:
        while task := self._tasks.get():
            try:
                self._answers.put((task(), None))
            except CameraError as error:
                self._answers.put((None, error))
            except Exception as error:  # noqa: BLE001 - a driver may raise anything, and the watch must outlive it
                self._answers.put((None, CameraError(f"{self.camera.name} failed: {type(error).__name__}: {error}")))

    def _check_fresh(self, shot: Shot) -> None:
        """A sensor has noise, so identical frames for a minute mean a dead driver; black frames are exempt."""
        if not shot.pixels.size or not shot.pixels.any():
            self._same = None
            return
        mark = zlib.crc32(shot.pixels[::4].tobytes())
        if self._same is None or self._same[0] != mark:
            self._same = (mark, shot.time)
        elif shot.time - self._same[1] >= self._frozen:
            self._freeze()

    def _freeze(self) -> NoReturn:
        self._same = None
        raise CameraError(f"{self.camera.name} is frozen: the very same picture for {self._frozen:.0f} s")
