"""Portraits of people who pose emotions, cut as the box cuts faces out of a frame: for measuring alone.

A table names the pictures beside it: CSV with the columns `file` and `performed` (one of the seven emotions), and
`person` if it is known who poses; others are ignored.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from appliance.errors import MoodboxError
from appliance.model.errors import ModelError
from appliance.model.labels import EXPRESSIONS
from appliance.model.manifest import Manifest
from appliance.model.preprocess import prepare
from appliance.vision import faces, image_file
from appliance.vision.scan import CANDIDATE, Scanner
from tools.train_and_quantize.errors import DataError

_NAMES = [emotion.value for emotion in EXPRESSIONS]
_MIN_SCORE = 0.6
"""The box's own least score of a face."""


@dataclass(frozen=True, slots=True)
class PosedFaces:
    """The faces that were found, as the model takes them."""

    inputs: NDArray[np.uint8]
    """(n, height, width, channels)."""
    labels: NDArray[np.int64]
    """(n,) index into EXPRESSIONS."""
    missed: int
    """Portraits in which no face was found."""
    people: tuple[str, ...] = ()
    """Who each is; nothing where the table does not say."""


def read(table: Path, manifest: Manifest) -> PosedFaces:
    """Find the surest face of each portrait. Raises DataError for a table or picture that cannot be used."""
    rows = _rows(table)
    detector = faces.choose_detector("tflite", min(CANDIDATE, _MIN_SCORE))
    inputs, labels, people = [], [], []
    for file, label, person in rows:
        if (face := _face(table.parent / file, detector, manifest)) is not None:
            inputs.append(face)
            labels.append(label)
            people.append(person)
    if not inputs:
        raise DataError(f"{table}: no face was found in any of its {len(rows)} pictures")
    known = tuple(people) if all(people) else ()
    return PosedFaces(np.stack(inputs), np.array(labels, np.int64), len(rows) - len(inputs), known)


def _face(path: Path, detector: faces.FaceDetector, manifest: Manifest) -> NDArray[np.uint8] | None:
    try:
        frame = image_file.read_image(path)
        found = Scanner(detector, _MIN_SCORE, far=True).everywhere(frame)
        return prepare(frame, found[0].box, manifest) if found else None
    except (MoodboxError, ModelError, cv2.error) as error:
        raise DataError(f"{path}: cannot be used as a portrait: {error}") from None


def _rows(table: Path) -> list[tuple[str, int, str]]:
    """(file, index into EXPRESSIONS, person) of each row."""
    try:
        with table.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            rows = [tuple(row.get(name) or "" for name in ("file", "performed", "person")) for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DataError(f"{table}: cannot be read as a table: {error}") from None
    for number, (name, performed, _) in enumerate(rows, 2):
        if not name or performed not in _NAMES:
            raise DataError(f"{table}: line {number}: expected a file and one of {' '.join(_NAMES)} under `file` and "
                            f"`performed`, found {name!r} and {performed!r}")  # fmt: skip
    if not rows:
        raise DataError(f"{table}: no rows; expected a table with the columns `file` and `performed`")
    return [(name, _NAMES.index(performed), person) for name, performed, person in rows]
