"""Settings of the camera and of how faces are found and read."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from appliance.settings.base import BY_HAND, OWNER, Section

NO_CAMERA = "none"
"""The word of `camera.source` for a box without a camera, such as one that is only a loudspeaker."""
Share = Annotated[float, Meta(ge=0, le=1)]


class CameraSettings(Section, frozen=True):
    """`[camera]`: where frames come from."""

    source: Annotated[
        str,
        Meta(
            description="`auto`, `picamera2`, `v4l2`, `portrait`, a device (`/dev/video0`), a picture, a film, a "
            "folder of pictures, or `none`."
        ),
        OWNER,
    ] = "auto"
    width: Annotated[int, Meta(ge=160, le=4096)] = 1280
    height: Annotated[int, Meta(ge=120, le=4096)] = 720
    rotate: Annotated[
        Literal[0, 90, 180, 270],
        Meta(description="Degrees clockwise by which the picture is turned before it is looked at."),
        OWNER,
    ] = 0
    looks_per_second: Annotated[float, Meta(gt=0, le=10, description="How often to look while someone is there.")] = 2.0
    idle_seconds: Annotated[
        float, Meta(gt=0, le=60, description="Seconds from look to look while nobody is there.")
    ] = 2.0


class VisionSettings(Section, frozen=True):
    """`[vision]`: how faces are found and read."""

    detector: Literal["auto", "mediapipe", "tflite"] = "auto"
    min_score: Annotated[Share, Meta(description="Detections that the detector is less sure of are dropped.")] = 0.6
    far: Annotated[
        bool, Meta(description="Also look through the frame tile by tile for people who stand far away."), OWNER
    ] = True
    model: Annotated[
        str, Meta(description="A `.moodmodel` bundle; empty for the one that ships with Moodbox."), BY_HAND
    ] = ""
