"""The BlazeFace full-range network run by TFLite directly, decoded as MediaPipe's graph does."""

from __future__ import annotations

import cv2
import numpy as np

from appliance.model.runtime import load_interpreter
from appliance.vision import assets
from appliance.vision.frame import Frame
from appliance.vision.geometry import Detection, weighted_merge

# face_detection_full_range_common.pbtxt of MediaPipe 0.10: one square anchor in the middle of each 4 px cell.
INPUT = 192
_CELLS = INPUT // 4
_CLIP = 100.0


class BlazeFace:
    """Finds faces with the full-range network; one thread, about 5 ms on a desktop core."""

    name = "BlazeFace full range on TFLite"

    def __init__(self, min_score: float) -> None:
        """Raises AssetError if the network's file is missing or altered."""
        self._floor = min_score
        self._net = load_interpreter(assets.read_asset(assets.FULL_RANGE), threads=1)
        self._input = self._net.get_input_details()[0]["index"]
        outputs = {int(detail["shape"][-1]): detail["index"] for detail in self._net.get_output_details()}
        self._boxes, self._scores = outputs[16], outputs[1]
        rows, columns = np.mgrid[0:_CELLS, 0:_CELLS]
        self._centres = (np.stack([columns, rows], axis=-1).reshape(-1, 2) + 0.5) / _CELLS

    def detect(self, square: Frame) -> list[Detection]:
        """Faces in a square BGR picture of any size; boxes in shares of its side. See `FaceDetector`."""
        if square.shape[:2] != (INPUT, INPUT):
            square = np.asarray(cv2.resize(square, (INPUT, INPUT), interpolation=cv2.INTER_AREA), dtype=np.uint8)
        pixels = cv2.cvtColor(square, cv2.COLOR_BGR2RGB).astype(np.float32) / np.float32(127.5) - np.float32(1)
        self._net.set_tensor(self._input, pixels[np.newaxis])
        self._net.invoke()
        raw = np.clip(self._net.get_tensor(self._scores)[0, :, 0], -_CLIP, _CLIP)
        scores = 1 / (1 + np.exp(-raw.astype(np.float64)))
        (cells,) = np.nonzero(scores >= self._floor)
        found = self._net.get_tensor(self._boxes)[0, cells, :8].astype(np.float64) / INPUT
        centres, sizes = found[:, :2] + self._centres[cells], found[:, 2:4]
        boxes = np.concatenate([centres - sizes / 2, sizes], axis=1)
        eyes = found[:, 4:8] + np.tile(self._centres[cells], 2)  # the first two of the six points after the box
        return weighted_merge(
            [
                Detection(
                    (float(x), float(y), float(w), float(h)), float(score), (float(a), float(b), float(c), float(d))
                )
                for (x, y, w, h), (a, b, c, d), score in zip(boxes, eyes, scores[cells], strict=True)
                if w > 0 and h > 0
            ]
        )

    def close(self) -> None:
        """Nothing to release."""
