"""One face as a camera's crop: the head turned a little, before something, cut as FER2013's pictures are."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from appliance.domain.emotions import Emotion
from tools.render_faces.drawing import Drawer, draw_light
from tools.render_faces.expressions import draw_expression
from tools.render_faces.head import Head, Person, Points
from tools.render_faces.surface import Look, Part

Picture = NDArray[np.uint8]

SIZE: Final = 64
"""Side of a picture in pixels."""
_FINE: Final = 2 * SIZE
_SIDE, _ABOVE_EYES = 1.5, 0.58
"""Side of the crop and what of it is above the eyes, in distances between eyes and chin: as most of FER2013's."""


class Faces:
    """Draws faces of people of one model."""

    def __init__(self, head: Head) -> None:
        self._head = head
        self._drawer = Drawer(head)
        x, y, z = head.average.T
        chin = (np.abs(x) < 0.004) & (y < -0.11) & (z > 0.545) & (head.part == Part.SKIN)
        self._chin = int(np.flatnonzero(chin)[np.argmin(z[chin])])

    def draw(self, person: Person, look: Look, emotion: Emotion, rng: np.random.Generator) -> Picture:
        """That person with that emotion (SIZE, SIZE), in a light, a pose and before a background by chance."""
        shape = self._head.shape(person, draw_expression(emotion, rng))
        turned = _turned(rng.normal(0, 0.2), rng.normal(0, 0.1), rng.normal(0, 0.08))
        shape = (shape - shape.mean(axis=0)) @ turned.T
        grey = _filled(self._drawer.picture(shape, look, draw_light(rng), self._frame(shape, rng), _FINE))
        return _photographed(np.where(np.isnan(grey), _background(rng), grey), rng)

    def _frame(self, shape: Points, rng: np.random.Generator) -> NDArray[np.float64]:
        eyes = shape[self._head.part == Part.EYE].mean(axis=0)
        chin = shape[self._chin]
        length = max(0.075, eyes[2] - chin[2])
        side = _SIDE * length * rng.uniform(0.92, 1.1)
        top = eyes[2] + _ABOVE_EYES * length + rng.normal(0, 0.04) * length
        left = (eyes[0] + chin[0]) / 2 - side / 2 + rng.normal(0, 0.04) * length
        return np.array([left, left + side, top - side, top])


def _turned(across: float, up: float, tilt: float) -> NDArray[np.float64]:
    """The rotation about the upright axis, then the ears', then the nose's, in radians."""
    c, s = np.cos, np.sin
    yaw = np.array([[c(across), -s(across), 0], [s(across), c(across), 0], [0, 0, 1]])
    pitch = np.array([[1, 0, 0], [0, c(up), -s(up)], [0, s(up), c(up)]])
    roll = np.array([[c(tilt), 0, s(tilt)], [0, 1, 0], [-s(tilt), 0, c(tilt)]])
    return np.asarray(roll @ pitch @ yaw)


def _filled(grey: NDArray[np.float64]) -> NDArray[np.float64]:
    """Pixels between the points, which few points met, get what is around them."""
    empty = np.isnan(grey)
    there = np.where(empty, 0.0, 1.0)
    sums, counts = cv2.boxFilter(np.where(empty, 0.0, grey), -1, (3, 3)), cv2.boxFilter(there, -1, (3, 3))
    return np.where(empty & (counts > 0.4), sums / np.maximum(counts, 1e-9), grey)


def _background(rng: np.random.Generator) -> NDArray[np.float64]:
    coarse = rng.uniform(0, 1, (int(rng.integers(2, 9)),) * 2)
    smooth = np.clip(cv2.resize(coarse, (_FINE, _FINE), interpolation=cv2.INTER_CUBIC), 0, 1)
    return np.asarray(rng.uniform(0.02, 0.5) + rng.uniform(0.0, 0.5) * smooth)


def _photographed(grey: NDArray[np.float64], rng: np.random.Generator) -> Picture:
    """As a camera exposes, focuses and stores it."""
    grey = cv2.GaussianBlur(grey, (0, 0), rng.uniform(0.6, 1.4))
    small = cv2.resize(grey, (SIZE, SIZE), interpolation=cv2.INTER_AREA)
    exposed = small / np.quantile(small, rng.uniform(0.8, 0.99)) * rng.uniform(0.55, 1.0)
    encoded = np.clip(exposed, 0, 1) ** (1 / rng.uniform(1.8, 2.4)) * 255
    return np.clip(encoded + rng.normal(0, rng.uniform(0, 4), encoded.shape) + 0.5, 0, 255).astype(np.uint8)
