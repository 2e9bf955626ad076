"""Labelled face pictures in memory, from a folder tree of emotions or from FER2013's own CSV file."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from appliance.emotion import EMOTIONS
from tools.train_and_quantize import votes as ferplus
from tools.train_and_quantize.errors import DataError

SIZE = 48
"""Side of a picture in pixels, as in FER2013."""

LEAST_AGREEMENT = 0.45
"""Share of pictures on which the votes' majority must be the label."""

SPLITS = {"train": ("train", "training"), "validation": ("validation", "val", "test")}
_CSV_USAGES = {"Training": "train", "PublicTest": "validation"}
_CSV_ORDER = ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral")
_CSV_LABELS = [[e.value for e in EMOTIONS].index(name) for name in _CSV_ORDER]
_SUFFIXES = {".png", ".jpg", ".jpeg", ".bmp", ".webp"}


@dataclass(frozen=True, slots=True)
class Dataset:
    """One split. All arrays have the same length n."""

    names: tuple[str, ...]
    pixels: NDArray[np.uint8]
    """(n, 48, 48) grey."""
    labels: NDArray[np.int64]
    """(n,) index into EMOTIONS."""
    votes: NDArray[np.float32]
    """(n, 10) FER+ votes, zero where there are none."""

    def __len__(self) -> int:
        return len(self.names)


def load(source: Path, split: str, votes: Path | None = None) -> Dataset:
    """Read one split ("train" or "validation") of a folder tree `<split>/<emotion>/*.png` or of a FER2013 CSV file.

    Raises DataError when something is missing, corrupt or in an unknown form.
    """
    if not source.exists():
        raise DataError(f"{source}: no such file or folder; expected FER2013's CSV file or a folder tree of emotions")
    names, pixels, labels = _read_csv(source, split) if source.is_file() else _read_tree(source, split)
    counts = np.zeros((len(names), len(ferplus.COLUMNS)), np.float32)
    if votes is not None:
        table = ferplus.read(votes)
        found = 0
        for index, name in enumerate(names):
            if (row := table.get(name)) is not None:
                counts[index] = row
                found += 1
        if not found:
            raise DataError(f"{votes}: holds no votes for the pictures of {source}, for example {names[0]!r}")
        _check_agreement(labels, counts, votes, source)
    return Dataset(tuple(names), pixels, labels, counts)


def _check_agreement(labels: NDArray[np.int64], counts: NDArray[np.float32], votes: Path, source: Path) -> None:
    """Votes agree with FER2013's labels on two pictures of three; where they hardly do, the numbering has slipped."""
    majority = ferplus.strict_majority(counts)
    known = majority >= 0
    if known.sum() >= 100 and (agreement := float((majority == labels)[known].mean())) < LEAST_AGREEMENT:
        raise DataError(f"{votes}: agrees with the labels of {source} on {agreement:.0%} of the pictures, expected "
                        f"at least {LEAST_AGREEMENT:.0%}; are they votes on these very pictures?")  # fmt: skip


def _read_tree(root: Path, split: str) -> tuple[list[str], NDArray[np.uint8], NDArray[np.int64]]:
    folder = next((root / name for name in SPLITS[split] if (root / name).is_dir()), None)
    if folder is None:
        raise DataError(f"{root}: no folder {' or '.join(SPLITS[split])} in it")
    names: list[str] = []
    pictures: list[NDArray[np.uint8]] = []
    labels: list[int] = []
    for label, emotion in enumerate(EMOTIONS):
        if not (folder / emotion.value).is_dir():
            present = sorted(path.name for path in folder.iterdir() if path.is_dir())
            raise DataError(f"{folder}: no folder {emotion.value!r}; expected one for each of the seven emotions, "
                            f"found {', '.join(present) or 'none'}")  # fmt: skip
        for path in sorted(p for p in (folder / emotion.value).iterdir() if p.suffix.lower() in _SUFFIXES):
            names.append(path.stem)
            pictures.append(read_picture(path))
            labels.append(label)
    if not names:
        raise DataError(f"{folder}: no pictures in it")
    return names, np.stack(pictures), np.array(labels, np.int64)


def read_picture(path: Path) -> NDArray[np.uint8]:
    """A picture as 48x48 grey. Raises DataError when it cannot be decoded."""
    try:
        raw = np.frombuffer(path.read_bytes(), np.uint8)
    except OSError as error:
        raise DataError(f"{path}: cannot be read: {error.strerror}") from None
    picture = cv2.imdecode(raw, cv2.IMREAD_GRAYSCALE) if len(raw) else None
    if picture is None:
        raise DataError(f"{path}: not a picture that can be decoded ({len(raw)} bytes)")
    if picture.shape != (SIZE, SIZE):
        down = min(picture.shape) >= SIZE
        picture = cv2.resize(picture, (SIZE, SIZE), interpolation=cv2.INTER_AREA if down else cv2.INTER_LINEAR)
    return np.asarray(picture, np.uint8)


def _read_csv(path: Path, split: str) -> tuple[list[str], NDArray[np.uint8], NDArray[np.int64]]:
    """Names are FER+'s: the row number among all rows of the file, `fer0000000` onwards."""
    names: list[str] = []
    rows_of_pixels: list[NDArray[np.uint8]] = []
    labels: list[int] = []
    csv.field_size_limit(1 << 20)
    try:
        with path.open(newline="", encoding="utf-8") as file:
            rows = csv.reader(file)
            header = [cell.strip() for cell in next(rows, [])]
            if header != ["emotion", "pixels", "Usage"]:
                raise DataError(f"{path}: expected the header 'emotion,pixels,Usage', found {','.join(header)[:80]!r}")
            for number, row in enumerate(rows):
                if len(row) != 3:
                    raise DataError(f"{path}:{rows.line_num}: expected 3 columns, found {len(row)}")
                if _CSV_USAGES.get(row[2].strip()) == split:
                    label, picture = _csv_row(row, f"{path}:{rows.line_num}")
                    names.append(f"fer{number:07d}")
                    labels.append(label)
                    rows_of_pixels.append(picture)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DataError(f"{path}: cannot be read: {error}") from None
    if not names:
        usages = [usage for usage, ours in _CSV_USAGES.items() if ours == split]
        raise DataError(f"{path}: no rows with the Usage {' or '.join(usages)}")
    return names, np.stack(rows_of_pixels), np.array(labels, np.int64)


def _csv_row(row: list[str], where: str) -> tuple[int, NDArray[np.uint8]]:
    if row[0].strip() not in {str(number) for number in range(len(_CSV_LABELS))}:
        raise DataError(f"{where}: the emotion must be 0..6, found {row[0]!r}")
    try:
        values = np.array(row[1].split(), dtype=np.int64)
    except ValueError:
        raise DataError(f"{where}: the pixels must be whole numbers") from None
    if values.size != SIZE * SIZE or values.min() < 0 or values.max() > 255:
        raise DataError(f"{where}: expected {SIZE * SIZE} pixels of 0..255, found {values.size} of "
                        f"{values.min(initial=0)}..{values.max(initial=0)}")  # fmt: skip
    return _CSV_LABELS[int(row[0])], values.astype(np.uint8).reshape(SIZE, SIZE)
