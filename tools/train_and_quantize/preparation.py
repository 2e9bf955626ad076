"""A look at the data before hours are spent on it: checks, counts, near-duplicates, a contact sheet."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from appliance.lib import atomic_file
from appliance.model.labels import EXPRESSIONS
from tools.train_and_quantize import votes
from tools.train_and_quantize.dataset import Dataset
from tools.train_and_quantize.duplicates import near_duplicates
from tools.train_and_quantize.errors import DataError
from tools.train_and_quantize.tables import counts, plain

_SHEETS = (".png", ".jpg")
_COLUMNS = 24
"""Pictures of each emotion on the contact sheet."""


FLAT = 1.0
"""Standard deviation in grey levels below which a picture shows nothing."""


def count(training: Dataset, validation: Dataset) -> dict[str, Any]:
    """Pictures of each class in both splits, by label and by strict majority of the votes, and what is odd in them."""
    twins = int(near_duplicates(validation.pixels, training.pixels).sum())
    notes = [f"{twins} validation pictures have a near-duplicate in the training split."]
    notes += _unshown(validation)
    for name, data in (("training", training), ("validation", validation)):
        notes += [f"{sentence} ({name})." for sentence in _oddities(data)]
    return {"kind": "data", "training": _classes(training), "validation": _classes(validation), "notes": notes}


def _unshown(validation: Dataset) -> list[str]:
    """The emotions that cannot be measured."""
    missing = [emotion.value for i, emotion in enumerate(EXPRESSIONS) if not (validation.labels == i).any()]
    return (
        [f"No validation picture of {', '.join(missing)}: how well it is found will not be known."] if missing else []
    )


def _classes(data: Dataset) -> dict[str, dict[str, int]]:
    majority = votes.strict_majority(data.votes)
    return {
        "labels": {emotion.value: int((data.labels == i).sum()) for i, emotion in enumerate(EXPRESSIONS)},
        "majority": {name: int((majority == i).sum()) for i, name in enumerate(votes.CLASSES)},
    }


def _oddities(data: Dataset) -> list[str]:
    """What its owner may want to look at; training does without a decision."""
    found = []
    flat = np.flatnonzero(data.pixels.reshape(len(data), -1).std(axis=1) < FLAT)
    if len(flat):
        found.append(f"{len(flat)} blank pictures, for example {data.names[flat[0]]}")
    seen: dict[bytes, set[int]] = {}
    for picture, label in zip(data.pixels, data.labels, strict=True):
        seen.setdefault(picture.tobytes(), set()).add(int(label))
    if copies := len(data) - len(seen):
        torn = sum(len(labels) > 1 for labels in seen.values())
        found.append(f"{copies} exact copies of other pictures, {torn} of them under another emotion")
    if data.votes.any():
        faceless = (data.votes[:, -1] > data.votes[:, :-1].sum(axis=1)).sum()
        unvoted = (data.votes.sum(axis=1) == 0).sum()
        found.append(f"{faceless} pictures without a face and {unvoted} without votes, by the votes")
    return found


def table(counted: dict[str, Any]) -> str:
    """The counts and what is odd, for the terminal."""
    return "\n".join([plain(*counts(counted)), *counted["notes"]])


def contact_sheet(data: Dataset, path: Path) -> None:
    """Write a picture with a row of faces for each emotion. Raises DataError when it cannot be written."""
    rng = np.random.default_rng(0)
    rows = [_row(data.pixels[rng.permutation(np.flatnonzero(data.labels == label))[:_COLUMNS]]) for label in range(7)]
    if path.suffix.lower() not in _SHEETS:
        raise DataError(f"{path}: cannot write the contact sheet; expected a path that ends in {' or '.join(_SHEETS)}")
    _, encoded = cv2.imencode(path.suffix, np.concatenate(rows))
    try:
        atomic_file.write(path, encoded.tobytes())
    except OSError as error:
        raise DataError(f"{path}: cannot write the contact sheet: {error.strerror or error}") from None


def _row(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    side = pixels.shape[1]
    row = np.zeros((side, side * _COLUMNS), np.uint8)
    for index, picture in enumerate(pixels):
        row[:, index * side : (index + 1) * side] = picture
    return row
