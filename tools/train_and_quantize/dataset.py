"""Labelled face pictures in memory, from whatever form they come in, with FER+ votes beside them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from appliance.model.labels import EXPRESSIONS
from tools.train_and_quantize import fer2013, folders
from tools.train_and_quantize import votes as ferplus
from tools.train_and_quantize.errors import DataError

SIZE = folders.SIZE

LEAST_AGREEMENT = 0.45
"""Share of pictures on which the votes' majority must be the label."""

OWN = Path("own")
"""In place of a table of votes: every picture is voted to show what it was sorted under."""

OWN_VOTES = 10
"""Votes that a picture of `add` has for the emotion it was sorted under: as many as FER+ asked people."""


@dataclass(frozen=True, slots=True)
class Dataset:
    """One split. All arrays have the same length n."""

    names: tuple[str, ...]
    pixels: NDArray[np.uint8]
    """(n, 48, 48) grey."""
    labels: NDArray[np.int64]
    """(n,) index into EXPRESSIONS."""
    votes: NDArray[np.float32]
    """(n, 10) FER+ votes, zero where there are none."""

    def __len__(self) -> int:
        return len(self.names)


def load(source: Path, split: str, votes: Path | None = None, add: Sequence[Path] = ()) -> Dataset:
    """Read one split ("train" or "validation") of FER2013's CSV file or of a folder tree of emotions.

    The training split also gets every picture of the folders `add`. `votes` is FER+'s table, or OWN. Raises
    DataError when something is missing, corrupt or in an unknown form.
    """
    if not source.exists():
        raise DataError(f"{source}: no such file or folder; expected FER2013's CSV file or a folder tree of emotions")
    names, pictures, labels = (fer2013 if source.is_file() else folders).read(source, split)
    counts = np.zeros((len(names), len(ferplus.COLUMNS)), np.float32)
    if votes == OWN:
        counts[np.arange(len(names)), labels] = OWN_VOTES
    elif votes is not None:
        _count(names, np.array(labels), counts, votes, source)
    for folder in add if split == "train" else ():
        more = folders.read_all(folder)
        names, pictures, labels = names + more[0], pictures + more[1], labels + more[2]
        own = np.zeros((len(more[0]), len(ferplus.COLUMNS)), np.float32)
        own[np.arange(len(own)), more[2]] = OWN_VOTES if votes is not None else 0
        counts = np.concatenate([counts, own])
    return Dataset(tuple(names), np.stack(pictures), np.array(labels, np.int64), counts)


def both(source: Path, votes: Path | None = None, add: Sequence[Path] = ()) -> tuple[Dataset, Dataset]:
    """The training and the validation split. Raises DataError as `load` does, and when an emotion is never shown."""
    learn, check = load(source, "train", votes, add), load(source, "validation", votes)
    if missing := [emotion.value for index, emotion in enumerate(EXPRESSIONS) if not (learn.labels == index).any()]:
        raise DataError(f"{source}: no picture of {', '.join(missing)} to learn from; a model needs all seven emotions")
    return learn, check


def whole(folder: Path) -> Dataset:
    """Every picture of a folder of emotions, to measure a model on faces that it was not trained on.

    Not every emotion must be there. Raises DataError when nothing is, or a picture is corrupt.
    """
    names, pictures, labels = folders.read_all(folder)
    no_votes = np.zeros((len(names), len(ferplus.COLUMNS)), np.float32)
    return Dataset(tuple(names), np.stack(pictures), np.array(labels, np.int64), no_votes)


def _count(names: list[str], labels: NDArray[np.int64], counts: NDArray[np.float32], votes: Path, source: Path) -> None:
    """Fill in the votes on each picture.

    They agree with FER2013's labels on two pictures of three; where they hardly do, the numbering has slipped.
    """
    table = ferplus.read(votes)
    for index, name in enumerate(names):
        if (row := table.get(name)) is not None:
            counts[index] = row
    if not counts.any():
        raise DataError(f"{votes}: holds no votes for the pictures of {source}, for example {names[0]!r}; pictures "
                        "in folders must be named ferNNNNNNN after their row in FER2013's table")  # fmt: skip
    if beyond := [name for name in names if name not in table and re.fullmatch(r"fer\d{7}", name)]:
        raise DataError(f"{votes}: ends after {len(table)} rows, but {source} goes on to {max(beyond)}; expected "
                        "FER+'s whole table, a row for each of FER2013's")  # fmt: skip
    majority = ferplus.strict_majority(counts)
    known = majority >= 0
    if known.sum() >= 100 and (agreement := float((majority == labels)[known].mean())) < LEAST_AGREEMENT:
        raise DataError(f"{votes}: agrees with the labels of {source} on {agreement:.0%} of the pictures, expected "
                        f"at least {LEAST_AGREEMENT:.0%}; are they votes on these very pictures?")  # fmt: skip
