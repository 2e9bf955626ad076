"""MediaPipe's mesh of 468 points on a face crop, by TFLite, and the points made free of place, size and pose."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterable, Iterator
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from appliance.model.errors import ModelError
from appliance.model.runtime import load_interpreter
from tools.train_and_quantize.errors import DataError

POINTS = 468
SIDE = 192
"""Pixels of the mesh's input, red, green, blue from 0 to 1."""
MARGIN = 0.25
"""Of the crop's side, added all around: the mesh was trained on faces with this much around them."""
_WHERE = Path("modules") / "face_landmark" / "face_landmark.tflite"
_SURE = 0.0
"""Logit of there being a face, above which the points are used."""


def mesh_file() -> Path:
    """The mesh in the installed mediapipe. Raises DataError where that is not installed.

    The wheel's other one, `face_landmark_with_attention`, has operations of MediaPipe's own, which TFLite lacks.
    """
    found = importlib.util.find_spec("mediapipe")
    places = [Path(place) / _WHERE for place in (found.submodule_search_locations or ())] if found else []
    file = next((place for place in places if place.is_file()), None)
    if file is None:
        raise DataError(f"mediapipe is not installed here; name its {_WHERE.name} with --mesh")
    return file


class FaceMesh:
    """Finds the points."""

    def __init__(self, file: Path) -> None:
        """Raises DataError for a file that is not this network."""
        try:
            self._run = load_interpreter(file.read_bytes())
        except OSError as error:
            raise DataError(f"{file}: cannot be read: {error.strerror}") from None
        except ModelError as error:
            raise DataError(f"{file}: {error}") from None
        outputs = sorted(self._run.get_output_details(), key=lambda each: -int(np.prod(each["shape"])))
        if [int(np.prod(each["shape"])) for each in outputs] != [3 * POINTS, 1]:
            raise DataError(f"{file}: is no mesh of {POINTS} points; expected MediaPipe's {_WHERE.name}")
        self._points, self._face = (each["index"] for each in outputs)
        self._input = self._run.get_input_details()[0]["index"]

    def points(self, picture: NDArray[np.uint8]) -> NDArray[np.float32] | None:
        """The points (468, 3) of a square grey face crop, in pixels of the input; None where it sees no face."""
        edge = round(MARGIN * len(picture))
        wide = cv2.copyMakeBorder(picture, edge, edge, edge, edge, cv2.BORDER_REPLICATE)
        large = cv2.resize(wide, (SIDE, SIDE), interpolation=cv2.INTER_CUBIC)
        self._run.set_tensor(self._input, np.repeat(large[None, ..., None], 3, axis=3).astype(np.float32) / 255)
        self._run.invoke()
        if float(self._run.get_tensor(self._face).ravel()[0]) < _SURE:
            return None
        return np.asarray(self._run.get_tensor(self._points), np.float32).reshape(POINTS, 3)


def found(mesh: FaceMesh, pictures: Iterable[NDArray[np.uint8]]) -> Iterator[tuple[int, NDArray[np.float32]]]:
    """The number of each picture in which there is a face, and its points."""
    for number, picture in enumerate(pictures):
        if (points := mesh.points(picture)) is not None:
            yield number, points


def aligned(points: NDArray[np.float32], reference: NDArray[np.float32]) -> NDArray[np.float32]:
    """The points (n, 468, 3) with their middle at 0, their mean distance from it 1, turned onto `reference` (468, 3).

    The turn is the one of least squares (Kabsch 1976, doi:10.1107/S0567739476001873).
    """
    centred = _scaled(points)
    target = _scaled(reference[None])[0]
    u, _, vt = np.linalg.svd(np.einsum("nki,kj->nij", centred, target))
    flip = np.ones((len(points), 3), np.float32)
    flip[:, 2] = np.sign(np.linalg.det(u @ vt))
    return np.asarray(centred @ ((u * flip[:, None]) @ vt), np.float32)


def _scaled(points: NDArray[np.float32]) -> NDArray[np.float32]:
    centred = points - points.mean(axis=1, keepdims=True)
    size = np.linalg.norm(centred, axis=2).mean(axis=1)
    return np.asarray(centred / np.maximum(size, 1e-6)[:, None, None], np.float32)
