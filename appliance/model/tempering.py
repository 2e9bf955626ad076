"""How unsure a model should be of a face by what its crop shows of light, sharpness and size. Pure.

A temperature fitted on well-lit faces is too low for dark, noisy, blurred and distant ones. Here it rises with how far
a crop is from a clear one; by how much is fitted with the model (`tools/train_and_quantize`) and stands in its bundle.
"""

from __future__ import annotations

import functools
import math
import operator
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

MOST = 6.0
"""Nothing makes the temperature more than so many times as high."""

_LIGHT, _CONTRAST, _GRAIN, _EDGES, _WIDTH = 100.0, 45.0, 0.10, 0.05, 48.0
"""A clear face: mean and standard deviation of its greys, noise and edges as shares of that deviation, pixels."""
_MOUTH, _BARE = ((0.62, 0.94), (0.27, 0.73)), 0.35
"""Where a crop shows the mouth, down and across as shares of its sides; least deviation of the greys there, as a share
of the whole crop's, that bare skin and lips have (99 of 100 of FER2013's faces)."""
_MOST_POWER = math.log(MOST)
_DEVIATION = math.sqrt(math.pi / 2) / 6
_SECOND = np.array([1, -2, 1], np.float32)
_MOST_HALVINGS, _MOST_COVERED = 4.0, 2.0
"""Beyond these nothing is told apart."""


@dataclass(frozen=True, slots=True)
class Tempering:
    """How much the logarithm of the temperature rises for each halving of what is good in a crop; 0 or more."""

    dark: float
    """Mean grey below that of a clear face."""
    flat: float
    """Contrast below it."""
    grainy: float
    """Noise above it, for each doubling."""
    soft: float
    """Fine detail below it."""
    small: float
    """Width of the face in the frame below 48 pixels."""
    covered: float
    """Contrast about the mouth below that of bare skin, as a mask, a scarf or a hand has."""


def troubles(face: NDArray[np.uint8], width: float | None = None) -> tuple[float, ...]:
    """What troubles a crop (h, w, channels), in the order of `Tempering`: doublings or halvings, each 0 or more.

    `width` is the face's in the frame, in pixels; None if that is not known.
    """
    grey = face[:, :, 0] if face.shape[2] == 1 else face.astype(np.float32).mean(axis=2)
    light, deviation = _mean_and_deviation(grey)
    spread = max(deviation, 1.0)
    # Second differences both ways are blind to edges and slopes: what they leave is noise. The factor turns their mean
    # size into its standard deviation (Immerkaer 1996, Fast Noise Variance Estimation).
    depth = cv2.CV_16S if grey.dtype == np.uint8 else cv2.CV_32F
    differences = cv2.sepFilter2D(grey, depth, _SECOND, _SECOND)[1:-1, 1:-1]
    fine = float(np.abs(differences).sum()) / differences.size * _DEVIATION / spread
    rows, columns = _mouth(grey.shape)
    return (
        _halvings(_LIGHT, light),
        _halvings(_CONTRAST, spread),
        _halvings(fine, _GRAIN),
        _halvings(_EDGES, fine),
        0.0 if width is None else _halvings(_WIDTH, width),
        _halvings(_BARE, _mean_and_deviation(grey[rows, columns])[1] / spread, _MOST_COVERED),
    )


def tempered(
    faces: NDArray[np.uint8], tempering: Tempering, widths: Sequence[float] | None = None
) -> NDArray[np.float64]:
    """By how much the temperature of each face (n, h, w, channels) is raised, (n,): from 1 to `MOST`."""
    weights = (tempering.dark, tempering.flat, tempering.grainy, tempering.soft, tempering.small, tempering.covered)
    raised = np.empty(len(faces))
    for index, face in enumerate(faces):
        found = troubles(face, None if widths is None else widths[index])
        power = sum(map(operator.mul, weights, found))
        raised[index] = math.exp(min(max(power, 0.0), _MOST_POWER))
    return raised


@functools.cache
def _mouth(shape: tuple[int, int]) -> tuple[slice, slice]:
    """Rows and columns of a crop of this shape."""
    rows, columns = (slice(*(round(share * side) for share in shares))
                     for shares, side in zip(_MOUTH, shape, strict=True))  # fmt: skip
    return rows, columns


def _mean_and_deviation(grey: NDArray[np.uint8] | NDArray[np.float32]) -> tuple[float, float]:
    mean, deviation = cv2.meanStdDev(grey)
    return mean.item(0), deviation.item(0)


def _halvings(good: float, found: float, most: float = _MOST_HALVINGS) -> float:
    """How often `good` must be halved to be as small as `found`: 0 where that is larger, at most `most`."""
    if found >= good:
        return 0.0
    return math.log2(good / found) if found > good / 2**most else most
