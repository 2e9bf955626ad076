from collections.abc import Callable

import cv2
import numpy as np
import pytest

from appliance.model.shipped import shipped_model
from appliance.vision import assets, image_file
from appliance.vision.expression import ExpressionReader
from appliance.vision.frame import Frame

FACE = (172.0, 66.0, 106.0, 106.0)
"""Where BlazeFace sees the face in the portrait."""


@pytest.fixture(scope="session")
def portrait() -> Frame:
    return image_file.decode_image(assets.read_asset(assets.PORTRAIT), assets.PORTRAIT)


@pytest.fixture(scope="session")
def empty_room() -> Frame:
    """A wall with soft light, a door and some noise: nothing that looks like a face."""
    rng = np.random.default_rng(7)
    wall = np.linspace(90, 150, 1280)[np.newaxis, :, np.newaxis] + rng.normal(0, 4, (720, 1280, 3))
    wall[200:, 900:1100] -= 40
    return np.clip(wall, 0, 255).astype(np.uint8)


@pytest.fixture(scope="session")
def room(portrait: Frame, empty_room: Frame) -> Callable[..., Frame]:
    """room((x, y, face_width), …): people in the room, each given by the top left corner of their face's box."""

    def draw(*people: tuple[int, int, int]) -> Frame:
        frame = empty_room.copy()
        for x, y, width in people:
            scale = width / FACE[2]
            how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
            head = cv2.resize(portrait[0:230, 130:330], None, fx=scale, fy=scale, interpolation=how)
            left, top = round(x - (FACE[0] - 130) * scale), round(y - FACE[1] * scale)
            x0, y0 = max(0, left), max(0, top)
            x1, y1 = min(1280, left + head.shape[1]), min(720, top + head.shape[0])
            frame[y0:y1, x0:x1] = head[y0 - top : y1 - top, x0 - left : x1 - left]
        return frame

    return draw


@pytest.fixture(scope="session")
def reader() -> ExpressionReader:
    return ExpressionReader(shipped_model())
