"""How unsure a model should be of a face by what its crop shows of light, sharpness and size. Pure.

A temperature fitted on well-lit faces is too low for dark, noisy, blurred and distant ones. Here it rises with how far
a crop is from a clear one; by how much is fitted with the model (`tools/train_and_quantize`) and stands in its bundle.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass

import numpy as np
from numpy.typing import NDArray

MOST = 6.0
"""Nothing makes the temperature more than so many times as high."""

_LIGHT, _CONTRAST, _GRAIN, _EDGES, _WIDTH = 100.0, 45.0, 0.10, 0.05, 48.0
"""A clear face: mean and standard deviation of its greys, noise and edges as shares of that deviation, pixels."""


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


def troubles(face: NDArray[np.uint8], width: float | None = None) -> tuple[float, float, float, float, float]:
    """What troubles a crop (h, w, channels), in the order of `Tempering`: doublings or halvings, each 0 or more.

    `width` is the face's in the frame, in pixels; None if that is not known.
    """
    grey = face.astype(np.float32).mean(axis=2)
    spread = max(float(grey.std()), 1.0)
    # Second differences both ways are blind to edges and slopes: what they leave is noise. The factor turns their mean
    # size into its standard deviation (Immerkaer 1996, Fast Noise Variance Estimation).
    fine = float(np.abs(np.diff(np.diff(grey, 2, 0), 2, 1)).mean()) * (np.pi / 2) ** 0.5 / 6 / spread
    return (
        _halvings(_LIGHT, float(grey.mean())),
        _halvings(_CONTRAST, spread),
        _halvings(fine, _GRAIN),
        _halvings(_EDGES, fine),
        0.0 if width is None else _halvings(_WIDTH, width),
    )


def tempered(
    faces: NDArray[np.uint8], tempering: Tempering, widths: Sequence[float] | None = None
) -> NDArray[np.float64]:
    """By how much the temperature of each face (n, h, w, channels) is raised, (n,): from 1 to `MOST`."""
    by = np.array(astuple(tempering))
    found = [troubles(face, None if widths is None else widths[index]) for index, face in enumerate(faces)]
    return np.asarray(np.clip(np.exp(np.reshape(found, (-1, by.size)) @ by), 1.0, MOST))


def _halvings(good: float, found: float) -> float:
    """How often `good` must be halved to be as small as `found`; 0 where that is larger."""
    return float(np.log2(max(good, 1e-6) / min(max(found, 1e-6), max(good, 1e-6))))
