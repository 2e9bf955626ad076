"""A look at the data before hours are spent on it: checks, counts, near-duplicates, a contact sheet."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from appliance.emotion import EMOTIONS
from tools.train_and_quantize import votes
from tools.train_and_quantize.dataset import Dataset
from tools.train_and_quantize.duplicates import near_duplicates
from tools.train_and_quantize.errors import DataError

_COLUMNS = 24
"""Pictures of each emotion on the contact sheet."""


def table(training: Dataset, validation: Dataset) -> str:
    """Counts of each class in both splits, by label and by strict majority of the votes."""
    lines = [f"{'':10}{'training':>10}{'validation':>12}{'FER+ training':>15}{'FER+ validation':>17}"]
    labels = [np.bincount(data.labels, minlength=len(EMOTIONS)) for data in (training, validation)]
    majority = [votes.strict_majority(data.votes) for data in (training, validation)]
    agreed = [np.bincount(found[found >= 0], minlength=len(votes.CLASSES)) for found in majority]
    for index, name in enumerate(votes.CLASSES):
        own = [str(counts[index]) if index < len(EMOTIONS) else "" for counts in labels]
        lines.append(f"{name:10}{own[0]:>10}{own[1]:>12}{agreed[0][index]:>15}{agreed[1][index]:>17}")
    sums = [len(training), len(validation), int(agreed[0].sum()), int(agreed[1].sum())]
    lines.append(f"{'all':10}{sums[0]:>10}{sums[1]:>12}{sums[2]:>15}{sums[3]:>17}")
    twins = int(near_duplicates(validation.pixels, training.pixels).sum())
    lines.append(f"{twins} validation pictures have a near-duplicate in the training split")
    return "\n".join(lines)


def contact_sheet(data: Dataset, path: Path) -> None:
    """Write a picture with a row of faces for each emotion. Raises DataError when it cannot be written."""
    rng = np.random.default_rng(0)
    rows = [_row(data.pixels[rng.permutation(np.flatnonzero(data.labels == label))[:_COLUMNS]]) for label in range(7)]
    try:
        written = cv2.imwrite(str(path), np.concatenate(rows))
    except cv2.error:
        written = False
    if not written:
        raise DataError(f"{path}: cannot write the contact sheet; expected a path that ends in .png or .jpg")


def _row(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    side = pixels.shape[1]
    row = np.zeros((side, side * _COLUMNS), np.uint8)
    for index, picture in enumerate(pixels):
        row[:, index * side : (index + 1) * side] = picture
    return row
