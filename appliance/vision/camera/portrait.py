"""The stand-in where there is no camera: a portrait shown as a slow film."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

import cv2
import numpy as np

from appliance.vision import assets, image_file
from appliance.vision.camera.base import CameraError, Shot
from appliance.vision.frame import Frame

_SURROUND = (48, 44, 40)


class PortraitCamera:
    """Pans and zooms slowly over a portrait while its light changes a little, so that no two frames are the same."""

    name = "a built-in portrait"
    announcement: str | None = (
        "No camera was found, so a built-in portrait stands in for one: plug in a camera, or set camera.source."
    )
    live = False
    stand_in = True

    def __init__(self, width: int, height: int, now: Callable[[], float] = time.monotonic) -> None:
        """`width` and `height` of the frames in pixels; `now` gives CLOCK_MONOTONIC seconds."""
        self._size = (width, height)
        self._now = now
        self._picture: Frame | None = None

    def open(self) -> None:
        """Load the portrait. Raises CameraError if it was not installed."""
        try:
            self._picture = image_file.decode_image(assets.read_asset(assets.PORTRAIT), assets.PORTRAIT)
        except (assets.AssetError, image_file.PictureError) as error:
            raise CameraError(f"no camera was found, and the portrait that stands in is missing: {error}") from error

    def read(self) -> Shot:
        """The film's frame at this moment."""
        if self._picture is None:
            raise CameraError("the portrait is not open")
        now = self._now()
        width, height = self._size
        rows, columns = self._picture.shape[:2]
        zoom = height / rows * (1.12 + 0.12 * math.sin(now / 4.1))
        x = width / 2 - zoom * columns / 2 + 0.06 * width * math.sin(now / 3.1)
        y = 0.02 * height * math.sin(now / 2.3)
        moved = cv2.warpAffine(
            self._picture, np.array([[zoom, 0, x], [0, zoom, y]]), (width, height), borderValue=_SURROUND
        )
        lit = cv2.convertScaleAbs(moved, alpha=0.95 + 0.05 * math.sin(now / 1.7))
        return Shot(lit, now)

    def close(self) -> None:
        """Forget the portrait."""
        self._picture = None
