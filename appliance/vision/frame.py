"""Frames, and how what cameras and files give is converted into one."""

from __future__ import annotations

import math

import cv2
import numpy as np
import numpy.typing as npt

from appliance.errors import MoodboxError
from appliance.vision.geometry import View

Frame = npt.NDArray[np.uint8]
"""A picture as (height, width, 3) uint8, channels blue, green, red."""

SMALLEST = 32
"""Width and height in pixels below which no face can be made out."""
LARGEST = 1920
"""Longest side in pixels that is looked through; larger frames are looked at in a smaller copy."""
BLACK = 0.02
"""Mean brightness (0..1) below which a frame counts as black."""

_ROTATIONS = {90: cv2.ROTATE_90_CLOCKWISE, 180: cv2.ROTATE_180, 270: cv2.ROTATE_90_COUNTERCLOCKWISE}


class FrameError(MoodboxError, ValueError):
    """What the camera gave cannot be used as a picture."""


def normalise(raw: npt.NDArray[np.generic]) -> Frame:
    """A frame from what a camera or a picture file gave: grey, with alpha, 16 bits or floating point are all taken.

    Floats up to 1 are taken as shares of full brightness. Raises FrameError for what has no picture in it.
    """
    if raw.ndim == 3 and raw.shape[2] == 1:
        raw = raw[:, :, 0]
    if raw.size == 0 or raw.ndim not in (2, 3) or (raw.ndim == 3 and raw.shape[2] not in (3, 4)):
        raise FrameError(f"the picture has the shape {raw.shape}; it should have rows, columns and three colours")
    pixels = _to_bytes(raw)
    if pixels.ndim == 2:
        return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_GRAY2BGR), dtype=np.uint8)
    return np.ascontiguousarray(pixels[:, :, :3])


def _to_bytes(raw: npt.NDArray[np.generic]) -> npt.NDArray[np.uint8]:
    if raw.dtype == np.uint8:
        return np.asarray(raw, dtype=np.uint8)
    if raw.dtype == np.bool_:
        return np.asarray(raw, dtype=np.uint8) * np.uint8(255)
    if raw.dtype == np.uint16:
        return (np.asarray(raw, dtype=np.uint16) >> 8).astype(np.uint8)
    if not np.issubdtype(raw.dtype, np.number) or np.issubdtype(raw.dtype, np.complexfloating):
        raise FrameError(f"the picture holds {raw.dtype} values; it should hold brightness")
    with np.errstate(over="ignore"):
        floats = np.asarray(raw, dtype=np.float32)
    values = np.nan_to_num(floats, nan=0.0, posinf=255.0, neginf=0.0)
    if np.issubdtype(raw.dtype, np.floating) and values.size and values.max() <= 1.0:
        values = values * np.float32(255)
    return np.clip(values, 0, 255).astype(np.uint8)


def rotate(frame: Frame, degrees: int) -> Frame:
    """The frame turned clockwise by 0, 90, 180 or 270 degrees."""
    return np.asarray(cv2.rotate(frame, _ROTATIONS[degrees]), dtype=np.uint8) if degrees else frame


def brightness(frame: Frame) -> float:
    """Mean brightness, 0..1, from a sample of the pixels."""
    return float(frame[::8, ::8].mean()) / 255


def shrink(frame: Frame, longest: int = LARGEST) -> tuple[Frame, float]:
    """The frame, scaled down if its longer side exceeds `longest`, and the factor that undoes the scaling."""
    height, width = frame.shape[:2]
    factor = max(width, height) / longest
    if factor <= 1:
        return frame, 1.0
    size = (max(1, round(width / factor)), max(1, round(height / factor)))
    return np.asarray(cv2.resize(frame, size, interpolation=cv2.INTER_AREA), dtype=np.uint8), factor


def cut(frame: Frame, view: View, side: int) -> Frame:
    """The view as a square of `side` pixels; black where it lies outside the frame."""
    height, width = frame.shape[:2]
    scale = side / view.side
    left, top = max(0, math.floor(view.x)), max(0, math.floor(view.y))
    right, bottom = min(width, math.ceil(view.x + view.side)), min(height, math.ceil(view.y + view.side))
    out: Frame = np.zeros((side, side, 3), dtype=np.uint8)
    if right <= left or bottom <= top:
        return out
    x0, y0 = min(side - 1, max(0, round((left - view.x) * scale))), min(side - 1, max(0, round((top - view.y) * scale)))
    x1, y1 = (
        min(side, max(x0 + 1, round((right - view.x) * scale))),
        min(side, max(y0 + 1, round((bottom - view.y) * scale))),
    )
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    out[y0:y1, x0:x1] = cv2.resize(frame[top:bottom, left:right], (x1 - x0, y1 - y0), interpolation=how)
    return out
