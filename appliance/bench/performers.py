"""Pictures of people who pose emotions, as the model sees them: for measuring alone."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from appliance.domain.emotions import EMOTIONS
from appliance.errors import MoodboxError
from appliance.household.head import Poses
from appliance.lib.text import printable_path
from appliance.model import bundle, preprocess
from appliance.model.classifier import ExpressionClassifier, probabilities
from appliance.model.shipped import shipped_model
from appliance.vision import faces
from appliance.vision.frame import Frame
from appliance.vision.geometry import Detection
from appliance.vision.image_file import SUFFIXES, decode_image
from appliance.vision.scan import CANDIDATE, Scanner

TABLE = "performers.csv"
"""In the zip, or in the folder: the columns `file`, `person`, `acting` and `performed`; others are ignored."""
SCORE = 0.6
"""The box's own least score of a face."""
_LARGEST = 20_000_000


@dataclass(frozen=True, slots=True)
class SeenFaces:
    """n faces: what the model says of each, as it is and in the mirror."""

    places: NDArray[np.float64]
    """(2, n, features)."""
    logits: NDArray[np.float64]
    """(2, n, emotions), in `EMOTIONS` order."""
    shipped: NDArray[np.float64]
    """The same, as probabilities."""
    words: NDArray[np.int64]
    """(n,): which emotion each shows."""
    people: NDArray[np.str_]
    acting: NDArray[np.str_]
    """By which way of acting; `none` for a neutral face."""

    def taught(self, chosen: NDArray[np.int64]) -> Poses:
        """These faces as poses that were taught, each with its mirror image."""

        def views(of: NDArray[np.float64]) -> NDArray[np.float64]:
            return np.asarray(of[:, chosen].transpose(1, 0, 2).reshape(2 * len(chosen), -1), np.float64)

        words, pose = np.repeat(self.words[chosen], 2), np.repeat(np.arange(len(chosen)), 2)
        return Poses(views(self.places), views(self.logits), views(self.shipped), words, pose)


class FaceViewer:
    """Sees faces with the model that ships."""

    def __init__(self) -> None:
        """Raises ModelError, or AssetError for a detector that is not there."""
        loaded = bundle.read_bundle(shipped_model())
        self.model = f"{loaded.manifest.name} {loaded.manifest.version}"
        self._manifest, self._classifier = loaded.manifest, ExpressionClassifier(loaded)
        detector = faces.choose_detector(faces.available()[0], min(CANDIDATE, SCORE))
        self._scanner = Scanner(detector, SCORE, far=True)

    def found(self, frame: Frame) -> NDArray[np.uint8] | None:
        """The surest face of a picture, as the model takes it."""
        surest = self.surest(frame)
        return None if surest is None else preprocess.prepare(frame, surest.box, self._manifest)

    def surest(self, frame: Frame) -> Detection | None:
        """Where that face is."""
        return next(iter(self._scanner.everywhere(frame)), None)

    def whole(self, frame: Frame) -> NDArray[np.uint8]:
        """A face crop, as the model takes it."""
        return preprocess.prepare_aligned(frame, self._manifest)

    def see(self, inputs: NDArray[np.uint8], words: list[int], people: list[str], acting: list[str]) -> SeenFaces:
        """What the model says of faces (n, height, width, channels)."""
        both = [self._view(view) for view in (inputs, np.ascontiguousarray(inputs[:, :, ::-1]))]
        places, logits, shipped = (np.stack(each) for each in zip(*both, strict=True))
        return SeenFaces(places, logits, shipped, np.array(words), np.array(people), np.array(acting))

    def _view(self, inputs: NDArray[np.uint8]) -> tuple[NDArray[np.float64], ...]:
        logits, features = self._classifier.run(inputs)
        shipped = probabilities(self._manifest, logits, inputs)
        canonical = logits[:, list(self._manifest.canonical)]
        return tuple(np.asarray(each, np.float64) for each in (self._classifier.placed(features), canonical, shipped))


def read_performers(source: Path, viewer: FaceViewer) -> SeenFaces:
    """The faces of a zip file or folder with a table of who poses what. Raises MoodboxError for one that has none."""
    read, shown = _opened(source), printable_path(source)
    try:
        rows = list(csv.DictReader(io.StringIO(read(TABLE).decode())))
    except (ValueError, csv.Error) as error:
        raise MoodboxError(f"{shown}: {TABLE} cannot be read as a table: {error}") from None
    inputs, words, people, acting = [], [], [], []
    for number, row in enumerate(rows, 2):
        if any(not row.get(name) for name in ("file", "person", "acting")) or row.get("performed") not in EMOTIONS:
            raise MoodboxError(f"{shown}: {TABLE}, line {number}: expected file, person, acting and, under performed, "
                               f"one of {' '.join(EMOTIONS)}")  # fmt: skip
        if (face := viewer.found(decode_image(read(row["file"]), row["file"]))) is not None:
            inputs.append(face)
            words.append(EMOTIONS.index(row["performed"]))
            people.append(row["person"])
            acting.append(row["acting"])
    if not inputs:
        raise MoodboxError(f"{shown}: no face was found in any of its {len(rows)} pictures")
    return viewer.see(np.stack(inputs), words, people, acting)


def read_strangers(folder: Path, viewer: FaceViewer) -> SeenFaces:
    """Face crops in folders by emotion. Raises MoodboxError if there are none."""
    inputs, words = [], []
    for word, emotion in enumerate(EMOTIONS):
        for file in sorted(each for each in (folder / emotion).glob("*") if each.suffix.lower() in SUFFIXES):
            inputs.append(viewer.whole(decode_image(file.read_bytes(), file.name)))
            words.append(word)
    if not inputs:
        raise MoodboxError(f"{printable_path(folder)} holds no pictures; name a folder with one for each emotion")
    return viewer.see(np.stack(inputs), words, [""] * len(words), ["none"] * len(words))


def _opened(source: Path) -> Callable[[str], bytes]:
    """Reads a file by its name. Nothing is unpacked to disk."""
    shown = printable_path(source)

    def from_folder(name: str) -> bytes:
        try:
            with (source / name).open("rb") as file:
                return file.read(_LARGEST)
        except OSError as error:
            raise MoodboxError(f"{shown}: {name} cannot be read ({error.strerror or error})") from None

    if source.is_dir():
        return from_folder
    try:
        archive = zipfile.ZipFile(source)
    except (OSError, zipfile.BadZipFile) as error:
        raise MoodboxError(f"{shown}: expected a zip file or a folder with {TABLE}: {error}") from None

    def from_zip(name: str) -> bytes:
        try:
            with archive.open(name) as file:
                return file.read(_LARGEST)
        except (KeyError, OSError, zipfile.BadZipFile) as error:
            raise MoodboxError(f"{shown}: {name} cannot be read ({error})") from None

    return from_zip
