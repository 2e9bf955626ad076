"""FER+ votes (Barsoum et al. 2016, arXiv 1608.01041): ten people's opinions on each FER2013 picture."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from appliance.model.labels import EXPRESSIONS
from tools.train_and_quantize.errors import DataError

COLUMNS = (
    "neutral", "happiness", "surprise", "sadness", "anger", "disgust", "fear", "contempt", "unknown", "NF",
)  # fmt: skip
CLASSES = (*(emotion.value for emotion in EXPRESSIONS), "contempt")
"""The FER+ head's order: the seven emotions as everywhere in Moodbox, then contempt."""

_WORDS = {"angry": "anger", "happy": "happiness", "sad": "sadness"}
_ORDER = [COLUMNS.index(_WORDS.get(name, name)) for name in (*CLASSES, "unknown", "NF")]
_HEADER = ("Usage", "Image name", *COLUMNS)
_MOST = 100
"""No picture has more votes of one kind; FER+ asked ten people."""


def read(path: Path) -> dict[str, NDArray[np.float32]]:
    """Picture name → ten vote counts: `CLASSES`, unknown, not-a-face.

    The rows are FER2013's, in its order, and a picture is named by its row there: `fer0000000` onwards. The table's
    own names cannot be used: they skip the rows without a face, so that they fall behind.
    Raises DataError naming the line where the file is not FER+'s own table.
    """
    votes: dict[str, NDArray[np.float32]] = {}
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            rows = csv.reader(file)
            header = tuple(cell.strip() for cell in next(rows, ()))
            if header != _HEADER:
                raise DataError(f"{path}: expected the header {','.join(_HEADER)!r}, found {','.join(header)[:120]!r}")
            for number, row in enumerate(rows):
                if len(row) != len(_HEADER):
                    raise DataError(f"{path}:{rows.line_num}: expected {len(_HEADER)} columns, found {len(row)}")
                counts = np.array([_votes(cell, f"{path}:{rows.line_num}") for cell in row[2:]], np.float32)
                votes[f"fer{number:07d}"] = counts[_ORDER] if row[1] else np.zeros(len(COLUMNS), np.float32)
    except OSError as error:
        raise DataError(f"{path}: cannot read the votes: {error.strerror or error}") from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise DataError(f"{path}: not FER+'s table, a text of rows with commas: {error}") from None
    return votes


def _votes(cell: str, where: str) -> int:
    text = cell.strip()
    if not (text.isascii() and text.isdigit() and len(text) < 4 and int(text) <= _MOST):
        raise DataError(f"{where}: votes must be whole numbers 0..{_MOST}, found {cell[:40]!r}")
    return int(text)


def without_single_votes(votes: NDArray[np.float32]) -> NDArray[np.float32]:
    """Votes (n, 10) with counts of one set to zero: a single dissenter is taken for a slip."""
    return np.where(votes <= 1, np.float32(0), votes)


def soft_targets(votes: NDArray[np.float32]) -> NDArray[np.float32]:
    """Votes (n, 10) → distributions over the eight classes (n, 8).

    All zero where there is nothing to learn: no votes left, or most of them say that this is no face.
    """
    counted = without_single_votes(votes)
    emotions = counted[:, : len(CLASSES)]
    total = emotions.sum(axis=1, keepdims=True)
    usable = (total > 0) & (counted[:, -1:] <= total)
    return np.where(usable, emotions / np.maximum(total, 1), 0).astype(np.float32)


def strict_majority(votes: NDArray[np.float32]) -> NDArray[np.int64]:
    """Votes (n, 10) → class index, or -1 where there is none.

    Single votes are dropped; then more than half of the rest must agree on one of the eight classes, not on unknown
    or not-a-face.
    """
    counted = without_single_votes(votes)
    top = counted.argmax(axis=1)
    agreed = counted.max(axis=1) > counted.sum(axis=1) / 2
    return np.where(agreed & (top < len(CLASSES)), top, -1)
