"""What `moodbox look` does: finds and reads the faces in picture files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import cv2

from appliance.domain.looks import Face
from appliance.errors import MoodboxError
from appliance.lib.text import printable_path
from appliance.settings.settings import Settings
from appliance.vision import faces, image_file
from appliance.vision.expression import ExpressionReader, model_of
from appliance.vision.frame import Frame
from appliance.vision.scan import CANDIDATE, Scanner


def look_at(files: Iterable[Path], aligned: bool, settings: Settings) -> Iterator[dict[str, Any]]:
    """For each picture `{"file", "faces": [{"box", "score", "emotion", "probabilities"}]}`, the surest face first.

    Folders are searched with all that is below them, in the order of names. A file that cannot be read gives
    `{"file", "error"}`. Boxes are [x, y, width, height] in pixels of the picture. `aligned` says that each picture is
    a face crop already: its box is the whole picture, its score 1. Raises ModelError or AssetError before the first.
    """
    cv2.setNumThreads(1)
    reader = ExpressionReader(model_of(settings))
    scanner = None
    if not aligned:
        detector = faces.choose_detector(settings.vision.detector, min(CANDIDATE, settings.vision.min_score))
        scanner = Scanner(detector, settings.vision.min_score, far=True)
    return (_look_at_one(file, fault, scanner, reader) for file, fault in _listed(files))


def _look_at_one(file: Path, fault: str | None, scanner: Scanner | None, reader: ExpressionReader) -> dict[str, Any]:
    answer: dict[str, Any] = {"file": printable_path(file)}
    if fault:
        return answer | {"error": fault}
    try:
        frame = image_file.read_image(file)
        found = _faces(frame, scanner, reader)
    except (MoodboxError, cv2.error, MemoryError) as error:
        return answer | {"error": str(error) or type(error).__name__}
    return answer | {"faces": [_described(face) for face in found]}


def _faces(frame: Frame, scanner: Scanner | None, reader: ExpressionReader) -> tuple[Face, ...]:
    if scanner is None:
        return (reader.read_aligned(frame),)
    return reader.read(frame, scanner.everywhere(frame))


def _described(face: Face) -> dict[str, Any]:
    return {
        "box": [round(value, 1) for value in face.box],
        "score": round(face.score, 4),
        "emotion": face.reading.top.value,
        "probabilities": {name: round(p, 6) for name, p in face.reading.by_name().items()},
    }


def _listed(files: Iterable[Path]) -> Iterator[tuple[Path, str | None]]:
    """Each file, the pictures below each folder, and what is wrong with a folder that has none."""
    for file in files:
        if not file.is_dir():
            yield file, None
            continue
        below = sorted(f for f in file.rglob("*") if f.suffix.lower() in image_file.SUFFIXES and f.is_file())
        for each in below:
            yield each, None
        if not below:
            yield file, f"{printable_path(file)}: holds no pictures; JPEG, PNG, WebP, TIFF and BMP can be read"
