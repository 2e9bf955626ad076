"""Pictures sorted into folders by emotion: FER2013 as Kaggle hands it out, faces of one's own, a box's collection."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from appliance.model.labels import EXPRESSIONS
from tools.train_and_quantize.errors import DataError

SIZE = 48
"""Side of a picture in pixels, as in FER2013."""

SPLITS = {"train": ("train", "training"), "validation": ("validation", "val", "test")}
HELD_OUT = 8
"""Of a folder without splits one picture in so many is for validation; the picture's content decides."""

PRIVATE = "PrivateTest"
"""So begin the names of FER2013's test split in Kaggle's `test` folder, where it is mixed with the validation split."""

_WORDS = {
    "anger": "angry", "disgusted": "disgust", "fearful": "fear", "scared": "fear", "afraid": "fear",
    "happiness": "happy", "joy": "happy", "neutrality": "neutral", "sadness": "sad", "surprised": "surprise",
}  # fmt: skip
_SUFFIXES = {".png", ".jpg", ".jpeg", ".bmp", ".webp", ".pgm"}
_NAMES = [emotion.value for emotion in EXPRESSIONS]

Pictures = tuple[list[str], list[NDArray[np.uint8]], list[int]]
"""Names, pictures and indices into EXPRESSIONS, all of the same length."""


def read(root: Path, split: str) -> Pictures:
    """One split of `<split>/<emotion>/*` or, where there are no splits, its share of `<emotion>/*`.

    Raises DataError when one of the seven emotions or every picture is missing, or a picture cannot be decoded.
    """
    folders = {path.name.lower(): path for path in _entries(root) if path.is_dir()}
    if not any(name in folders for names in SPLITS.values() for name in names) and _emotions(root):
        all_ = zip(*_pictures(root, complete=True), strict=True)
        chosen = [one for one in all_ if _is_held_out(one[1]) == (split == "validation")]
        if not chosen:
            raise DataError(f"{root}: too few pictures to hold one in {HELD_OUT} out for validation")
        return [one[0] for one in chosen], [one[1] for one in chosen], [one[2] for one in chosen]
    folder = next((folders[name] for name in SPLITS[split] if name in folders), None)
    if folder is None:
        raise DataError(f"{root}: no folder {' or '.join(SPLITS[split])} in it, found {', '.join(folders) or 'none'}")
    return _pictures(folder, complete=True)


def read_all(root: Path) -> Pictures:
    """Every picture of `<emotion>/*`, as more to learn from; not every emotion must be there."""
    if not root.is_dir():
        raise DataError(f"{root}: no such folder; expected one with a folder for each emotion")
    names, pictures, labels = _pictures(root, complete=False)
    return [f"{root.name}/{name}" for name in names], pictures, labels


def _pictures(folder: Path, complete: bool) -> Pictures:
    found = _emotions(folder)
    if missing := [name for name in _NAMES if name not in found]:
        present = ", ".join(path.name for path in _entries(folder) if path.is_dir()) or "none"
        if complete or not found:
            raise DataError(f"{folder}: no folder {missing[0]!r}; expected one for each of {' '.join(_NAMES)}, "
                            f"found {present}")  # fmt: skip
    known = [place for places in found.values() for place in places]
    _say_left_out(folder, "no emotion", [p for p in _entries(folder) if p.is_dir() and p not in known])
    names: list[str] = []
    pictures: list[NDArray[np.uint8]] = []
    labels: list[int] = []
    for emotion, places in sorted(found.items()):
        inside = [path for place in places for path in _entries(place)]
        _say_left_out(folder, "no picture by their endings", [p for p in inside if p.suffix.lower() not in _SUFFIXES])
        for path in sorted(p for p in inside if p.suffix.lower() in _SUFFIXES):
            if not path.name.startswith(PRIVATE):
                names.append(path.stem)
                pictures.append(read_picture(path))
                labels.append(_NAMES.index(emotion))
    if not names:
        raise DataError(f"{folder}: no pictures in it; known endings: {', '.join(sorted(_SUFFIXES))}")
    return names, pictures, labels


def _emotions(folder: Path) -> dict[str, list[Path]]:
    """Emotion → folders that are called like it, in whatever case, or by a usual other word."""
    found: dict[str, list[Path]] = {}
    for path in _entries(folder):
        word = path.name.lower()
        if path.is_dir() and (name := _WORDS.get(word, word)) in _NAMES:
            found.setdefault(name, []).append(path)
    return found


def _entries(folder: Path) -> list[Path]:
    """What is in a folder, in order of names, without the hidden files that desktops leave there."""
    try:
        return sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    except OSError as error:
        raise DataError(f"{folder}: cannot be read: {error.strerror or error}") from None


def _say_left_out(folder: Path, why: str, left: Sequence[Path]) -> None:
    """A picture that is left out unsaid is a picture lost."""
    if left:
        shown = ", ".join(str(path.relative_to(folder)) for path in left[:3]) + (" …" if len(left) > 3 else "")
        print(f"{folder}: left out as {why}: {len(left)}: {shown}", file=sys.stderr, flush=True)


def _is_held_out(picture: NDArray[np.uint8]) -> bool:
    """By content, so that the same picture twice is on one side, and a new picture moves no other."""
    return hashlib.sha256(picture.tobytes()).digest()[0] % HELD_OUT == 0


def read_picture(path: Path) -> NDArray[np.uint8]:
    """A picture of any size and colour as 48x48 grey; of one that is not square the middle, as the box does.

    Raises DataError when it cannot be decoded.
    """
    try:
        raw = np.frombuffer(path.read_bytes(), np.uint8)
    except OSError as error:
        raise DataError(f"{path}: cannot be read: {error.strerror}") from None
    try:
        picture = cv2.imdecode(raw, cv2.IMREAD_GRAYSCALE) if len(raw) else None
    except cv2.error:  # a size beyond all bounds
        picture = None
    if picture is None:
        raise DataError(f"{path}: not a picture that can be decoded ({len(raw)} bytes)")
    if picture.shape != (SIZE, SIZE):
        height, width = picture.shape
        side = min(height, width)
        picture = picture[(height - side) // 2 :, (width - side) // 2 :][:side, :side]
        how = cv2.INTER_AREA if side >= SIZE else cv2.INTER_LINEAR
        picture = cv2.resize(picture, (SIZE, SIZE), interpolation=how)
    return np.asarray(picture, np.uint8)
