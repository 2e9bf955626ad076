"""Drawn pictures for golden vectors: nobody's face, the same on every machine."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

_MOUTHS = ((1.0, 0), (0.4, 0), (0.0, 0), (-0.5, 0), (-1.0, 0), (0.0, 6), (0.6, 5), (-0.5, 4))
"""(curve of the mouth: 1 smiles, -1 droops; half its opening in pixels)."""


def golden_inputs(size: int, channels: int) -> NDArray[np.uint8]:
    """Uint8 (n, size, size, channels): flat greys, slopes, blobs, noise and faces drawn with lines."""
    ramp = np.linspace(0, 255, 48)
    pictures = [
        np.zeros((48, 48)), np.full((48, 48), 255.0), np.full((48, 48), 128.0),
        np.tile(ramp, (48, 1)), np.tile(ramp[::-1, None], (1, 48)), (ramp[:, None] + ramp[None]) / 2,
    ]  # fmt: skip
    rng = np.random.Generator(np.random.PCG64(20))
    pictures += [rng.integers(0, 256, (48, 48)).astype(float) for _ in range(2)]
    pictures += [cv2.resize(rng.uniform(0, 255, (n, n)), (48, 48), interpolation=cv2.INTER_LINEAR) for n in (3, 6)]
    pictures += [_face(curve, opening, brow) for curve, opening in _MOUTHS for brow in (-3, 2)]
    grey = np.stack(pictures).round().astype(np.uint8)
    if size != 48:
        grey = np.stack([cv2.resize(picture, (size, size), interpolation=cv2.INTER_AREA) for picture in grey])
    return np.repeat(grey[..., None], channels, axis=3)


def _face(curve: float, opening: int, brow: int) -> NDArray[np.float64]:
    """A cartoon face; `brow` is how many pixels the inner ends of the eyebrows are raised."""
    face = np.full((48, 48), 60, np.uint8)
    cv2.ellipse(face, (24, 24), (20, 25), 0, 0, 360, 190, -1)
    for side in (-1, 1):
        eye = 24 + side * 9
        cv2.ellipse(face, (eye, 19), (4, 2 + opening // 4), 0, 0, 360, 250, -1)
        cv2.circle(face, (eye, 19), 1, 30, -1)
        cv2.line(face, (24 + side * 4, 13 - brow), (24 + side * 13, 13), 40, 1)
    cv2.line(face, (24, 20), (23, 28), 130, 1)
    x = np.arange(-9, 10)
    y = 37 + curve * 4 * (1 - 2 * (x / 9) ** 2)
    lower = np.stack([24 + x, y + opening], 1).round().astype(np.int32)
    upper = np.stack([24 + x, y - opening], 1).round().astype(np.int32)
    if opening:
        cv2.fillPoly(face, [np.concatenate([lower, upper[::-1]])], 40)
    cv2.polylines(face, [lower], False, 50, 1)
    return np.asarray(cv2.GaussianBlur(face, (3, 3), 0), np.float64)
