"""The ways of spoiling a face by which models are compared: each fixed, with its own seed, the same everywhere."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tools.train_and_quantize import spoiling
from tools.train_and_quantize.spoiling import Picture

WHOLE = "whole"
"""The pictures as they are, the first row of every table."""

EVENING, NIGHT, MOUTH, TURNED, FAR, GLASSES, JPEG, BLUR = SPOILS = (
    "evening light (gamma 2.5, noise 6)",
    "nearly dark (gamma 4, noise 8)",
    "mouth covered",
    "turned by 30°",
    "16 px wide",
    "sunglasses",
    "JPEG, quality 15",
    "out of focus (sigma 1.5 px)",
)
"""Half of the heads are turned to each side; a mask has a grey by chance."""

WIDTHS = {FAR: 16.0}
"""Pixels that the face was wide in its frame, where a spoil says so."""


def spoiled(pixels: NDArray[np.uint8], name: str) -> NDArray[np.uint8]:
    """Faces (n, h, w) → the same faces spoiled in the way of this name, or `WHOLE`. The same ones each time."""
    if name == WHOLE:
        return pixels
    rng = np.random.default_rng((2013, SPOILS.index(name)))
    return np.stack([_spoiled(face, name, bool(number % 2), rng) for number, face in enumerate(pixels)])


def _spoiled(face: Picture, name: str, left: bool, rng: np.random.Generator) -> Picture:
    if name == EVENING:
        return spoiling.noisy(spoiling.darkened(face, 2.5), 6.0, rng)
    if name == NIGHT:
        return spoiling.noisy(spoiling.darkened(face, 4.0), 8.0, rng)
    if name == MOUTH:
        return spoiling.covered(face, spoiling.MASK, float(rng.uniform(20, 235)), (0.0, 0.0))
    if name == TURNED:
        return spoiling.turned(face, 30.0 if left else -30.0)
    if name == FAR:
        return spoiling.lower_resolution(face, 16)
    if name == GLASSES:
        return spoiling.sunglasses(face, 25.0, (0.15, 0.10), (0.0, 0.0))
    if name == JPEG:
        return spoiling.compressed(face, 15)
    return spoiling.defocused(face, 1.5)
