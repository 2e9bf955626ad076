"""What the camera shows: faces, looks, and the state of the camera."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from appliance.domain.emotions import Reading


class CameraState(StrEnum):
    """The state of the camera as one word, the same everywhere it is shown."""

    OPEN = "open"
    OFF = "off"
    """Closed because the owner wants it closed."""
    FAILED = "failed"
    """Wanted, but it cannot be opened or gives no frames; it is tried again."""


@dataclass(frozen=True, slots=True)
class Face:
    """One face in a look. `box` is (x, y, width, height) in pixels of the frame; it may reach beyond its edges."""

    box: tuple[float, float, float, float]
    score: float
    """The detector's confidence, 0..1."""
    reading: Reading
    distance: float | None = None
    """Estimated distance from the camera in metres."""


@dataclass(frozen=True, slots=True)
class Look:
    """One frame analysed, or the news that there was none to analyse."""

    time: float
    """CLOCK_MONOTONIC seconds when the frame was taken."""
    camera: CameraState
    faces: tuple[Face, ...] = ()
    size: tuple[int, int] = (0, 0)
    """Width and height of the frame in pixels; (0, 0) without a frame."""
    light: float | None = None
    """Mean brightness of the frame, 0..1."""
    milliseconds: float = 0.0
    """Time taken to find and classify the faces."""
    problem: str | None = None
    """What is wrong with the camera, in words for the owner."""


class CameraSwitch(StrEnum):
    """Who wants the camera off. A button-off is lifted only by the button."""

    ON = "on"
    OFF = "off"
    OFF_BY_BUTTON = "off-by-button"
