"""The interface that every camera implements."""

from __future__ import annotations

from typing import NamedTuple, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from appliance.errors import MoodboxError


class CameraError(MoodboxError, OSError):
    """A camera cannot be opened or gives no frames; the text says which and what to do."""


class Shot(NamedTuple):
    """What a camera gave."""

    pixels: npt.NDArray[np.generic]
    """Meant to be (height, width, 3) uint8 in blue, green, red; `frame.normalise` converts what drivers really give."""
    time: float
    """CLOCK_MONOTONIC seconds when it was taken."""


class Camera(Protocol):
    """A source of frames. Its methods are called from one thread; each may block, and is abandoned if it hangs."""

    name: str
    """In words for the owner, such as `webcam /dev/video0`."""
    announcement: str | None
    """Something the owner should know about it."""
    live: bool
    """Whether frames come from a sensor, so that two can never be the same."""
    stand_in: bool
    """Whether it only replaces a missing real camera."""

    def open(self) -> None:
        """Begin. May be called again after `close`. Raises CameraError."""

    def read(self) -> Shot:
        """The freshest frame. Raises CameraError."""

    def close(self) -> None:
        """End; harmless if it was not open."""


@runtime_checkable
class Exposing(Protocol):
    """A camera whose exposure can be asked for."""

    def expose(self, stops: float) -> None:
        """Make frames brighter by so many stops than by the camera's own measure, until it is closed.

        Called while it is open. A camera at the end of what it can do, or of what it knows, does what it can.
        """
