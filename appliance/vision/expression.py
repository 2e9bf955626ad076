"""From faces found to faces read: crop, classify all in one batch, estimate the distance."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from appliance.domain.emotions import Reading
from appliance.domain.looks import Face
from appliance.domain.samples import FaceSample, FaceView, HeadReport
from appliance.household.head import Head
from appliance.model import bundle, preprocess
from appliance.model.classifier import ExpressionClassifier
from appliance.model.errors import ModelError
from appliance.model.manifest import Manifest
from appliance.model.shipped import shipped_model
from appliance.model.store import ModelStore
from appliance.settings.settings import Settings
from appliance.vision import household_head
from appliance.vision.frame import Frame
from appliance.vision.geometry import Box, Detection
from appliance.vision.quiet_stderr import quiet_stderr

LENS = 66.0
"""Horizontal field of view in degrees: Raspberry Pi Camera Module 3; common webcams have 60 to 78."""
FACE = 0.15
"""Width in metres of what BlazeFace boxes in on an adult: cheek to cheek is about 14 cm, the box is a little wider."""

TILTED = 15.0
"""Degrees from which a head counts as tilted: below it the model sees as well without, and eyes are not that exact."""


class ExpressionReader:
    """Reads the expressions of faces with one model bundle."""

    def __init__(self, model: Path) -> None:
        """Raises ModelError if the bundle is truncated, altered or cannot be run here."""
        loaded = bundle.read_bundle(model)
        self._manifest: Manifest = loaded.manifest
        with quiet_stderr():
            self._classifier = ExpressionClassifier(loaded)
        self.name = self._classifier.name
        self.sha256 = loaded.sha256
        self._head: Head | None = None

    @property
    def gives_features(self) -> bool:
        """Whether a household's head can be made for it."""
        return self._classifier.features > 0

    def learn(self, samples: Sequence[FaceSample]) -> HeadReport:
        """Read faces with what these samples teach from now on, as far as it proves worth it; with none as shipped."""
        taught = household_head.learn(samples, self._classifier, self.sha256)
        self._head = taught.head
        return taught.report

    def forget(self) -> None:
        """Read faces as shipped from now on."""
        self._head = None

    def views(self, frame: Frame, detection: Detection) -> tuple[FaceView, FaceView] | None:
        """A face as it is and in the mirror, in numbers; None if it cannot be cropped, or without features."""
        try:
            crop = preprocess.prepare(frame, detection.box, self._manifest, _roll(detection))
        except ModelError:
            return None
        return household_head.views(self._classifier, crop, max(detection.box[2:]))

    def read(self, frame: Frame, detections: Sequence[Detection], mirrored: Sequence[bool] = ()) -> tuple[Face, ...]:
        """The faces with their readings, in the same order; one whose box cannot be cropped is left out.

        Those that are to be `mirrored` (none if that is empty) are read in their mirror image. A head that is tilted by
        `TILTED` or more is put upright first.
        """
        crops, kept = [], []
        for detection, mirror in zip(detections, mirrored or [False] * len(detections), strict=True):
            try:
                crop = preprocess.prepare(frame, detection.box, self._manifest, _roll(detection))
            except ModelError:
                continue
            crops.append(crop[:, ::-1] if mirror else crop)
            kept.append(detection)
        if not kept:
            return ()
        height, width = frame.shape[:2]
        rows = self._rows(np.stack(crops), [max(d.box[2:]) for d in kept])
        return tuple(
            Face(d.box, d.score, reading(row), distance(d.box, width, height))
            for d, row in zip(kept, rows, strict=True)
        )

    def _rows(self, crops: NDArray[np.uint8], widths: list[float]) -> NDArray[np.float32]:
        if self._head is None:
            return self._classifier.classify(crops, widths)
        logits, features = self._classifier.run(crops)
        shipped = self._classifier.meaning(logits, crops, widths)
        return self._classifier.spread(
            household_head.corrected(self._head, self._classifier, logits, features, shipped)
        )

    def read_aligned(self, picture: Frame) -> Face:
        """The face of a picture that is a face crop already: its box is the whole picture."""
        height, width = picture.shape[:2]
        rows = self._classifier.classify(preprocess.prepare_aligned(picture, self._manifest)[np.newaxis])
        return Face((0.0, 0.0, float(width), float(height)), 1.0, reading(rows[0]))


def _roll(detection: Detection) -> float:
    return detection.roll if abs(detection.roll) >= TILTED else 0.0


def reading(row: Sequence[float] | np.ndarray[tuple[int, ...], np.dtype[np.float32]]) -> Reading:
    """A row of probabilities in EMOTIONS order as a Reading that sums to exactly what floats allow."""
    values = [min(1.0, max(0.0, float(p))) for p in row]
    total = sum(values) or 1.0
    return Reading(tuple(p / total for p in values))


def distance(box: Box, width: int, height: int) -> float | None:
    """Estimated metres from the camera to a face, from its box's width and `LENS`; the frame may have been turned."""
    if box[2] <= 0:
        return None
    focal = max(width, height) / 2 / math.tan(math.radians(LENS / 2))
    return round(FACE * focal / box[2], 2)


def model_of(settings: Settings) -> Path:
    """The bundle that the settings name, else the newest that has proved itself on this box."""
    if settings.vision.model:
        return Path(settings.vision.model).expanduser()
    return ModelStore(settings.models_dir, shipped_model()).proven().file
