"""The Raspberry Pi camera, by picamera2 from Raspberry Pi OS."""

from __future__ import annotations

import importlib.util
import logging
import os
import time
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from appliance.vision.camera.base import CameraError, Shot

log = logging.getLogger(__name__)

_FRAME_TIMES = (66_666, 100_000)
"""Shortest and longest microseconds for a frame: longer than a film's, for dim rooms and less heat."""


def available() -> bool:
    """Whether picamera2 is installed and a Pi camera is connected; neither is opened."""
    if importlib.util.find_spec("picamera2") is None:
        return False
    try:
        return _number(_picamera2()) is not None
    except (ImportError, RuntimeError, OSError):
        return False


class PiCamera:
    """The first Pi camera."""

    name = "Pi camera"
    announcement: str | None = None
    live = True
    stand_in = False

    def __init__(self, width: int, height: int) -> None:
        """`width` and `height` of the frames in pixels; the camera's own processor scales to them."""
        self._wanted = self._size = (width, height)
        self._camera: Any = None
        self._format = ""

    def open(self) -> None:
        """Begin to stream. Raises CameraError."""
        self.close()
        try:
            picamera2 = _picamera2()
            camera = picamera2(_number(picamera2) or 0)
        except ImportError as error:
            raise CameraError(f"picamera2 is not installed ({error}): sudo apt install python3-picamera2") from error
        except (RuntimeError, OSError, IndexError) as error:
            raise CameraError(f"no Pi camera can be opened ({error}); check its ribbon cable") from error
        try:
            width, height = camera.sensor_resolution
            camera.configure(
                camera.create_video_configuration(
                    main={"size": self._wanted, "format": "YUV420"},  # half the memory of RGB
                    raw={
                        "size": (width // 2, height // 2)
                    },  # smaller modes of Pi sensors leave out the picture's sides
                    controls={"FrameDurationLimits": _FRAME_TIMES},
                    buffer_count=3,
                    queue=False,  # each frame is taken after it was asked for
                )
            )
            camera.start()
            given = camera.camera_configuration()["main"]
            self._format, self._size = given["format"], given["size"]
        except Exception as error:  # picamera2 raises whatever libcamera comes to; it must be let go in any case
            camera.close()
            raise CameraError(f"the Pi camera cannot be started: {error}") from error
        self._camera = camera

    def read(self) -> Shot:
        """The next frame."""
        if self._camera is None:
            raise CameraError("the Pi camera is not open")
        try:
            pixels = self._camera.capture_array("main")
        except (RuntimeError, OSError, TimeoutError) as error:
            raise CameraError(f"the Pi camera gives no frames: {error}") from error
        return Shot(to_bgr(pixels, self._format, *self._size), time.monotonic())

    def expose(self, stops: float) -> None:
        """Shift libcamera's automatic exposure; a sensor or a libcamera without one goes on as it does."""
        if self._camera is None or "ExposureValue" not in self._camera.camera_controls:
            return
        try:
            self._camera.set_controls({"ExposureValue": stops})
        except (RuntimeError, OSError, ValueError) as error:
            log.debug("the Pi camera takes no exposure of %+.1f stops: %s", stops, error)

    def close(self) -> None:
        """Stop streaming and release the camera."""
        if self._camera is not None:
            camera, self._camera = self._camera, None
            try:
                camera.stop()
            finally:
                camera.close()


def to_bgr(pixels: npt.NDArray[np.uint8], form: str, width: int, height: int) -> npt.NDArray[np.generic]:
    """BGR (height, width, 3) from picamera2's array, whose rows may be padded. Raises CameraError for another format.

    libcamera's `RGB888` is blue, green, red in memory.
    """
    if form in {"YUV420", "NV12"}:
        code = cv2.COLOR_YUV2BGR_I420 if form == "YUV420" else cv2.COLOR_YUV2BGR_NV12
        return np.asarray(cv2.cvtColor(pixels, code)[:height, :width])
    if form in {"RGB888", "XRGB8888"}:
        return pixels[:height, :width, :3]
    raise CameraError(f"the Pi camera gives {form}; YUV420, NV12 or RGB888 was expected")


def _number(picamera2: Any) -> int | None:
    """The number of the first camera on a ribbon. libcamera lists webcams too; those are OpenCV's."""
    for info in picamera2.global_camera_info():
        if "usb" not in str(info.get("Id", "")).lower():
            return int(info["Num"])
    return None


def _picamera2() -> Any:
    os.environ.setdefault("LIBCAMERA_LOG_LEVELS", "*:ERROR")
    from picamera2 import Picamera2

    return Picamera2
