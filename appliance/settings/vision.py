"""Settings of the camera and of how faces are found and read."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from appliance.settings.base import Section

Share = Annotated[float, Meta(ge=0, le=1)]


class CameraSettings(Section, frozen=True):
    """`[camera]`: where frames come from."""

    source: str = "auto"
    """`auto`, `picamera2`, `v4l2`, `portrait`, a device (`/dev/video0`), a picture, a film or a folder of pictures."""
    width: Annotated[int, Meta(ge=160, le=4096)] = 1280
    height: Annotated[int, Meta(ge=120, le=4096)] = 720
    rotate: Literal[0, 90, 180, 270] = 0
    """Degrees clockwise by which the picture is turned before it is looked at."""
    looks_per_second: Annotated[float, Meta(gt=0, le=10)] = 2.0
    """How often to look while someone is there."""
    idle_seconds: Annotated[float, Meta(gt=0, le=60)] = 2.0
    """Seconds from look to look while nobody is there."""


class VisionSettings(Section, frozen=True):
    """`[vision]`: how faces are found and read."""

    detector: Literal["auto", "mediapipe", "tflite"] = "auto"
    min_score: Share = 0.6
    """Detections that the detector is less sure of are dropped."""
    far: bool = True
    """Also look through the frame tile by tile for people who stand far away."""
    model: str = ""
    """A `.moodmodel` bundle; empty for the one that ships with Moodbox."""
