"""FER2013's own table (Goodfellow et al. 2013, arXiv 1307.0414): a row of numbers for each picture."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from appliance.model.labels import EXPRESSIONS
from tools.train_and_quantize.errors import DataError
from tools.train_and_quantize.folders import SIZE, Pictures

COLUMNS = ("emotion", "pixels", "Usage")
ORDER = ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral")
"""What its numbers 0..6 mean."""
USAGES = {"Training": "train", "PublicTest": "validation", "PrivateTest": None}
"""Its splits; PrivateTest, the test split, is for nobody."""

_LABELS = [[e.value for e in EXPRESSIONS].index(name) for name in ORDER]


def read(path: Path, split: str) -> Pictures:
    """One split of `fer2013.csv`, or of `icml_face_data.csv`, which has the same columns in another order.

    Names are FER+'s: the row number among all rows of the file, `fer0000000` onwards. Raises DataError which names
    the line where the file is something else.
    """
    names: list[str] = []
    pictures: list[NDArray[np.uint8]] = []
    labels: list[int] = []
    csv.field_size_limit(1 << 20)
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            rows = csv.reader(file)
            header = [cell.strip() for cell in next(rows, [])]
            if sorted(header) != sorted(COLUMNS):
                raise DataError(f"{path}: expected the header 'emotion,pixels,Usage', found {','.join(header)[:80]!r}")
            emotion, pixels, usage = (header.index(column) for column in COLUMNS)
            for number, row in enumerate(rows):
                where = f"{path}:{rows.line_num}"
                if len(row) != len(COLUMNS):
                    raise DataError(f"{where}: expected 3 columns, found {len(row)}")
                if _split(row[usage].strip(), where) == split:
                    names.append(f"fer{number:07d}")
                    labels.append(_label(row[emotion].strip(), where))
                    pictures.append(_picture(row[pixels], where))
    except OSError as error:
        raise DataError(f"{path}: cannot be read: {error.strerror or error}") from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise DataError(f"{path}: not FER2013's table, a text of rows with commas: {error}") from None
    if not names:
        usages = [usage for usage, ours in USAGES.items() if ours == split]
        raise DataError(f"{path}: no rows with the Usage {' or '.join(usages)}")
    return names, pictures, labels


def _split(usage: str, where: str) -> str | None:
    if usage not in USAGES:
        raise DataError(f"{where}: the Usage must be {', '.join(USAGES)}, found {usage[:40]!r}")
    return USAGES[usage]


def _label(cell: str, where: str) -> int:
    if cell not in {str(number) for number in range(len(ORDER))}:
        raise DataError(f"{where}: the emotion must be 0..6, found {cell[:40]!r}")
    return _LABELS[int(cell)]


def _picture(cell: str, where: str) -> NDArray[np.uint8]:
    try:
        values = np.array(cell.split(), dtype=np.int64)
    except (ValueError, OverflowError):
        wrong = next((part for part in cell.split() if not (part.isascii() and part.isdigit())), cell)
        raise DataError(f"{where}: the pixels must be whole numbers 0..255, found {wrong[:40]!r}") from None
    if values.size != SIZE * SIZE or values.min() < 0 or values.max() > 255:
        raise DataError(f"{where}: expected {SIZE * SIZE} pixels of 0..255, found {values.size} of "
                        f"{values.min(initial=0)}..{values.max(initial=0)}")  # fmt: skip
    return values.astype(np.uint8).reshape(SIZE, SIZE)
