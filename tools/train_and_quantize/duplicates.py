"""Near-duplicates: pictures of the validation split that are in the training split as well, or almost.

FER2013 has many; a figure measured on them flatters the model. A difference hash finds candidates quickly, the
correlation of the pixels confirms them: of hashes alone nearly every third match is another face.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

CANDIDATE = 10
"""Bits of 64 in which the hashes of two pictures may differ for a closer look."""

SAME = 0.95
"""Correlation of the pixels from which on two pictures are taken for the same."""

_ONES = np.array([value.bit_count() for value in range(256)], np.uint8)


def near_duplicates(pixels: NDArray[np.uint8], among: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """For each picture (n, h, w): is there one nearly like it `among` the others (m, h, w)?"""
    others = _hashes(among)
    found = np.zeros(len(pixels), bool)
    for index, code in enumerate(_hashes(pixels)):
        candidates = np.flatnonzero(_ONES[others ^ code].sum(axis=1) <= CANDIDATE)
        if len(candidates):
            found[index] = bool((_standard(among[candidates]) @ _standard(pixels[index : index + 1])[0] >= SAME).any())
    return found


def _hashes(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """(n, 8): for each of 8x8 places, whether the picture gets brighter to the right."""
    small = np.stack([cv2.resize(picture, (9, 8), interpolation=cv2.INTER_AREA) for picture in pixels])
    return np.packbits(small[:, :, 1:] > small[:, :, :-1], axis=2)[:, :, 0]


def _standard(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """(n, h*w) of mean 0 and length 1, so that a product is a correlation; flat pictures become zero."""
    flat = pixels.reshape(len(pixels), -1).astype(np.float32)
    flat -= flat.mean(axis=1, keepdims=True)
    return flat / np.maximum(np.linalg.norm(flat, axis=1, keepdims=True), 1e-6)
