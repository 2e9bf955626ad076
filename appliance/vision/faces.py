"""Face detectors: MediaPipe where it is installed, else the same network run by TFLite directly."""

from __future__ import annotations

import logging
from typing import Literal, Protocol

import numpy as np

from appliance.errors import MoodboxError
from appliance.vision import mediapipe_faces
from appliance.vision.blazeface import BlazeFace
from appliance.vision.frame import Frame
from appliance.vision.geometry import Detection
from appliance.vision.quiet_stderr import quiet_stderr

log = logging.getLogger(__name__)

Backend = Literal["auto", "mediapipe", "tflite"]


class DetectorError(MoodboxError, RuntimeError):
    """The face detector that the settings ask for cannot be used here."""


class FaceDetector(Protocol):
    """Finds frontal faces that are about 1/12 to 2/3 as wide as the picture."""

    name: str

    def detect(self, square: Frame) -> list[Detection]:
        """Faces in a square BGR uint8 picture, the most confident first; boxes in shares of its side (0..1, or a
        little beyond for a face at the edge). Nothing below the score that the detector was made with.
        """

    def close(self) -> None:
        """Release threads and memory."""


def available() -> list[Backend]:
    """The backends that can be used here, the preferred one first."""
    return ["mediapipe", "tflite"] if mediapipe_faces.available() else ["tflite"]


def choose_detector(backend: Backend, min_score: float) -> FaceDetector:
    """A detector that drops faces with a score below `min_score` (0..1). Raises DetectorError or AssetError."""
    with quiet_stderr():
        detector = _made(backend, min_score)
        detector.detect(np.zeros((192, 192, 3), dtype=np.uint8))  # the first run is slow, and the last to be chatty
    return detector


def _made(backend: Backend, min_score: float) -> FaceDetector:
    if backend == "tflite":
        return BlazeFace(min_score)
    try:
        return mediapipe_faces.MediaPipeFaces(min_score)
    except ImportError as error:
        if backend == "mediapipe":
            raise DetectorError(
                f"vision.detector is 'mediapipe', which cannot be loaded here ({error}); set it to 'auto' or 'tflite'"
            ) from error
        log.debug("mediapipe is not here (%s); BlazeFace runs on TFLite directly", error)
        return BlazeFace(min_score)
