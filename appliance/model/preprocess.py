"""From a frame to the model's input. Training, evaluation and the box all use this code and no other."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from appliance.model.errors import ModelError
from appliance.model.manifest import Input, Manifest

Box = tuple[float, float, float, float]
"""(x, y, width, height) in pixels of the frame; it may reach beyond its edges."""

_LARGEST = 4
"""A crop may be this many times as large as the frame; a larger one comes from a broken box."""
_TIGHTER = 0.2
"""How much larger than its box a head tilted by 45 degrees is, beside an upright one."""


def prepare(frame: NDArray[np.uint8], box: Box, manifest: Manifest, roll: float = 0.0) -> NDArray[np.uint8]:
    """Cut the face out of a frame: uint8 (height, width, channels) as the model takes it.

    A head tilted clockwise by `roll` degrees is turned upright about the middle of its box.

    `frame` is uint8, grey (h, w) or (h, w, 1), or BGR (h, w, 3). The crop is the manifest's square about the box;
    where it leaves the frame the edge pixels are repeated. Raises ModelError for a frame or a box that cannot be used.
    """
    _check(frame)
    if roll:
        box = _upright(box, roll)
    left, top, side = _square(box, manifest)
    height, width = frame.shape[:2]
    if side > _LARGEST * max(height, width):
        raise ModelError(f"box {box} is too large for a frame of {width}x{height}")
    x0, y0, x1, y1 = max(left, 0), max(top, 0), min(left + side, width), min(top + side, height)
    if x0 >= x1 or y0 >= y1:
        raise ModelError(f"box {box} lies outside the frame of {width}x{height}")
    if roll:
        return _scaled(_coloured(_turned(frame, box, roll, (left, top, side)), manifest.input.colour), manifest.input)
    crop = _coloured(frame[y0:y1, x0:x1], manifest.input.colour)
    borders = (y0 - top, top + side - y1, x0 - left, left + side - x1)
    if any(borders):
        crop = np.asarray(cv2.copyMakeBorder(crop, *borders, cv2.BORDER_REPLICATE), np.uint8)
    return _scaled(crop, manifest.input)


def prepare_aligned(picture: NDArray[np.uint8], manifest: Manifest) -> NDArray[np.uint8]:
    """A picture that is a face crop already → uint8 (height, width, channels).

    Of a picture that is not square the middle is taken. One that has the model's size and colour passes bit for bit.
    """
    _check(picture)
    height, width = picture.shape[:2]
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    middle = picture[top : top + side, left : left + side]
    return _scaled(_coloured(middle, manifest.input.colour), manifest.input)


def _check(frame: NDArray[np.uint8]) -> None:
    if not isinstance(frame, np.ndarray) or frame.dtype != np.uint8:
        raise ModelError(f"a frame must be uint8, found {getattr(frame, 'dtype', type(frame).__name__)}")
    if frame.ndim not in (2, 3) or 0 in frame.shape or (frame.ndim == 3 and frame.shape[2] not in (1, 3)):
        raise ModelError(f"a frame must be grey (h, w) or BGR (h, w, 3), found shape {frame.shape}")


def _square(box: Box, manifest: Manifest) -> tuple[int, int, int]:
    """(left, top, side) of the crop in whole pixels."""
    if len(box) != 4 or not all(math.isfinite(value) and abs(value) < 1e6 for value in box):
        raise ModelError(f"a box must be four finite numbers, found {box}")
    x, y, width, height = box
    if width <= 0 or height <= 0:
        raise ModelError(f"a box must have a positive width and height, found {box}")
    face = max(width, height)
    side = max(round(face * manifest.crop.scale), 1)
    centre_x, centre_y = x + width / 2, y + height / 2 - manifest.crop.up * face
    return round(centre_x - side / 2), round(centre_y - side / 2), side


def _upright(box: Box, roll: float) -> Box:
    """The box of the same head held upright: detectors box tilted ones in more tightly."""
    x, y, width, height = box
    more = _TIGHTER * min(abs(roll), 45.0) / 45
    return x - width * more / 2, y - height * more / 2, width * (1 + more), height * (1 + more)


def _turned(frame: NDArray[np.uint8], box: Box, roll: float, square: tuple[int, int, int]) -> NDArray[np.uint8]:
    """The square (left, top, side), cut out of the frame turned about the middle of the box."""
    left, top, side = square
    turn = np.asarray(cv2.getRotationMatrix2D((box[0] + box[2] / 2, box[1] + box[3] / 2), roll, 1.0), np.float64)
    turn[:, 2] -= left, top
    crop = cv2.warpAffine(frame, turn, (side, side), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(crop, np.uint8)


def _coloured(picture: NDArray[np.uint8], colour: str) -> NDArray[np.uint8]:
    """Grey (h, w) or RGB (h, w, 3), whichever the model takes."""
    if picture.ndim == 3 and picture.shape[2] == 1:
        picture = picture[:, :, 0]
    if colour == "grey":
        return picture if picture.ndim == 2 else np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), np.uint8)
    code = cv2.COLOR_GRAY2RGB if picture.ndim == 2 else cv2.COLOR_BGR2RGB
    return np.asarray(cv2.cvtColor(np.ascontiguousarray(picture), code), np.uint8)


def _scaled(picture: NDArray[np.uint8], target: Input) -> NDArray[np.uint8]:
    """Scale a square picture. Down by area, up linearly: other ways lose several points on small faces.

    Always a copy: a camera may use the frame's memory again.
    """
    if picture.shape[:2] != (target.height, target.width):
        how = cv2.INTER_AREA if picture.shape[0] > target.height else cv2.INTER_LINEAR
        picture = np.asarray(cv2.resize(picture, (target.width, target.height), interpolation=how), np.uint8)
    return picture.reshape(target.shape).copy()
