"""MediaPipe 0.10.15's face detection, which runs the same full-range network."""

from __future__ import annotations

import importlib.util
import os
import sys
import types
import warnings
from typing import Any

import cv2

from appliance.vision.frame import Frame
from appliance.vision.geometry import Detection

_UNUSED = ("matplotlib", "matplotlib.pyplot")


def available() -> bool:
    """Whether mediapipe is installed; it is not imported for this."""
    return importlib.util.find_spec("mediapipe") is not None


class MediaPipeFaces:
    """Finds faces with `mp.solutions.face_detection(model_selection=1)`."""

    name = "MediaPipe full range"

    def __init__(self, min_score: float) -> None:
        """Raises ImportError where mediapipe cannot be loaded."""
        self._graph = _load().solutions.face_detection.FaceDetection(
            model_selection=1, min_detection_confidence=min_score
        )

    def detect(self, square: Frame) -> list[Detection]:
        """Faces in a square BGR picture of any size; boxes in shares of its side. See `FaceDetector`."""
        found = self._graph.process(cv2.cvtColor(square, cv2.COLOR_BGR2RGB)).detections or ()
        detections = []
        for face in found:
            box = face.location_data.relative_bounding_box
            right, left = face.location_data.relative_keypoints[:2]
            eyes = (right.x, right.y, left.x, left.y)
            detections.append(Detection((box.xmin, box.ymin, box.width, box.height), min(1.0, face.score[0]), eyes))
        return sorted(detections, key=lambda d: -d.score)

    def close(self) -> None:
        """Stop MediaPipe's threads."""
        self._graph.close()


def _load() -> Any:
    """Import mediapipe, quietly and without matplotlib, which only its drawing helpers would use."""
    os.environ.setdefault("GLOG_minloglevel", "2")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    stand_ins = {name: types.ModuleType(name) for name in _UNUSED if name not in sys.modules}
    sys.modules.update(stand_ins)
    try:
        import mediapipe
    finally:
        for name in stand_ins:
            del sys.modules[name]
    warnings.filterwarnings("ignore", message=r"SymbolDatabase\.GetPrototype\(\) is deprecated")
    return mediapipe
