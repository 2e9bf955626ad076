"""What the places of 468 points of a face would add to a household's head: `python -m tools.measure_landmarks`.

The points are those of MediaPipe's face_landmark.tflite. They are freed of place, size and pose (an orthogonal
Procrustes alignment to their mean), and whitened as features are, by how faces of one emotion differ among strangers.
The head is then made of features and points together. How many directions of the points are kept, and how much they
weigh, is chosen on one half of the people who pose and reported on the other, both ways round.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from itertools import product
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from appliance.bench.household import across, times
from appliance.bench.household_choice import halves_of
from appliance.bench.performers import FaceViewer, SeenFaces, read_performers
from appliance.domain.emotions import EMOTIONS
from appliance.household import head as heads
from appliance.model.runtime import load_interpreter
from appliance.vision.frame import Frame
from appliance.vision.geometry import Detection
from appliance.vision.image_file import SUFFIXES, decode_image

POINTS, SIDE, MARGIN = 468, 192, 1.5
"""Points, pixels of the model's input, and how much wider than a face's box it looks (mediapipe's face_landmark)."""
BORDER = 1 / 6
"""Of its side, what a face crop of `--pictures` is given on each side."""
COUNTS = (14, 19, 29)
DIRECTIONS, WEIGHTS = (30, 60), (0.5, 1.0, 2.0, 4.0)
DRAWS = 3

_Floats = NDArray[np.float64]


class Landmarks:
    """Finds the points of a face."""

    def __init__(self, model: Path) -> None:
        """Raises ModelError for what the runtime cannot run."""
        self._interpreter = load_interpreter(model.read_bytes(), 1)
        self._input = self._interpreter.get_input_details()[0]["index"]
        self._output = self._interpreter.get_output_details()[0]["index"]

    def find(self, frame: Frame, detection: Detection) -> _Floats:
        """Of a face found in a frame, BGR, as it is and in the mirror: (2, points, 3), in pixels of the input."""
        left, top, width, height = detection.box
        middle = left + width / 2, top + height / 2
        turn = cv2.getRotationMatrix2D(middle, detection.roll, SIDE / (MARGIN * max(width, height)))
        turn[:, 2] += SIDE / 2 - np.array(middle)
        return self._both(cv2.warpAffine(frame, turn, (SIDE, SIDE)))

    def of_crop(self, crop: Frame) -> _Floats:
        """The same of a face crop."""
        border = round(BORDER * max(crop.shape[:2]))
        wider = cv2.copyMakeBorder(crop, border, border, border, border, cv2.BORDER_REPLICATE)
        return self._both(cv2.resize(wider, (SIDE, SIDE), interpolation=cv2.INTER_CUBIC))

    def _both(self, picture: NDArray[np.uint8]) -> _Floats:
        rgb = cv2.cvtColor(picture, cv2.COLOR_BGR2RGB).astype(np.float32) / 255
        found = []
        for view in (rgb, rgb[:, ::-1]):
            self._interpreter.set_tensor(self._input, np.ascontiguousarray(view)[np.newaxis])
            self._interpreter.invoke()
            found.append(self._interpreter.get_tensor(self._output).reshape(POINTS, 3))
        return np.asarray(found, np.float64)


class WatchingViewer(FaceViewer):
    """Sees faces with the model that ships, and keeps their points: `points`, (2, points, 3) each."""

    def __init__(self, landmarks: Landmarks) -> None:
        super().__init__()
        self._landmarks = landmarks
        self.points: list[_Floats] = []

    def surest(self, frame: Frame) -> Detection | None:
        """Where the surest face of a picture is."""
        if (surest := super().surest(frame)) is not None:
            self.points.append(self._landmarks.find(frame, surest))
        return surest


def free_of_pose(points: _Floats, mean: _Floats) -> _Floats:
    """Points (…, points, 3) without their place, size and pose, turned as the mean shape (points, 3) is."""
    centred = points - points.mean(axis=-2, keepdims=True)
    centred = centred / np.sqrt((centred**2).sum(axis=(-1, -2), keepdims=True))
    left, _, right = np.linalg.svd(np.swapaxes(centred, -1, -2) @ mean)
    sign = np.ones((*left.shape[:-2], 1, 3))
    sign[..., 0, 2] = np.sign(np.linalg.det(left @ right))  # turned, never mirrored
    return np.asarray(centred @ ((left * sign) @ right), np.float64)


def mean_shape(points: _Floats) -> _Floats:
    """The mean of shapes (n, points, 3) that are turned as it is; of size 1."""
    mean = points[0] - points[0].mean(axis=0)
    for _ in range(5):
        mean = free_of_pose(points, mean).mean(axis=0)
        mean /= np.sqrt((mean**2).sum())
    return mean


def whitening(shapes: _Floats, words: NDArray[np.int64], directions: int) -> tuple[_Floats, _Floats]:
    """(mean, matrix) by which shapes (n, numbers) vary by about 1 in each direction within an emotion."""
    mean = shapes.mean(axis=0)
    basis = np.linalg.svd(shapes - mean, full_matrices=False)[2][:directions].T
    kept = (shapes - mean) @ basis
    within = np.concatenate([kept[words == word] - kept[words == word].mean(axis=0) for word in np.unique(words)])
    spread = within.T @ within / len(within)
    values, vectors = np.linalg.eigh(spread + 1e-3 * np.trace(spread) / directions * np.eye(directions))
    return mean, basis @ vectors / np.sqrt(values)


def right(seen: SeenFaces, people: Sequence[str], count: int, draws: int) -> float:
    """Percent read as they were meant by every head: taught by one way of acting, read in the others."""
    found = []
    for home, rng in times([[name] for name in people], draws):
        for taught, read in across(seen, home, count, rng):
            head = heads.make(seen.taught(taught), 1.0)
            scores = head.scores(seen.places[0, read], seen.logits[0, read])
            found.append(float((scores.argmax(axis=1) == seen.words[read]).mean()))
    return 100 * float(np.mean(found))


def with_points(seen: SeenFaces, points: _Floats, weight: float) -> SeenFaces:
    """The faces with their points (2, n, directions) beside their features."""
    return replace(seen, places=np.concatenate([seen.places, weight * points], axis=-1))


def main() -> None:
    """Print what the points add, in percent read right."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("performers", type=Path, help="a zip or folder as moodbox bench --household takes it")
    parser.add_argument("pictures", type=Path, help="face crops of strangers in folders by emotion")
    parser.add_argument("model", type=Path, help="face_landmark.tflite, from a mediapipe wheel")
    options = parser.parse_args()
    landmarks = Landmarks(options.model)
    viewer = WatchingViewer(landmarks)
    seen = read_performers(options.performers, viewer)
    crops = [(word, file) for word, emotion in enumerate(EMOTIONS)
             for file in sorted((options.pictures / emotion).glob("*")) if file.suffix.lower() in SUFFIXES]  # fmt: skip
    words = np.array([word for word, _ in crops])
    strangers = np.stack([landmarks.of_crop(decode_image(file.read_bytes(), file.name))[0] for _, file in crops])
    mean = mean_shape(strangers)
    shapes = free_of_pose(strangers, mean).reshape(len(strangers), -1)
    own = free_of_pose(np.stack(viewer.points, axis=1), mean).reshape(2, len(seen.words), -1)
    known = {count: whitening(shapes, words, count) for count in DIRECTIONS}
    places = {count: (own - middle) @ matrix for count, (middle, matrix) in known.items()}
    halves = halves_of(seen)
    print("| reported on | directions | weight | taught | features % | with points % | gain |\n" + "|---" * 7 + "|")
    for chosen, reported in (halves, halves[::-1]):

        def gain(choice: tuple[int, float], people: Sequence[str] = chosen) -> float:
            beside = with_points(seen, places[choice[0]], choice[1])
            return sum(right(beside, people, count, 1) for count in COUNTS)

        directions, weight = max(product(DIRECTIONS, WEIGHTS), key=gain)
        beside = with_points(seen, places[directions], weight)
        for count in COUNTS:
            before, after = right(seen, reported, count, DRAWS), right(beside, reported, count, DRAWS)
            told = f"{before:.1f} | {after:.1f} | {after - before:+.1f}"
            print(f"| {len(reported)} people | {directions} | {weight:g} | {count} | {told} |", flush=True)


if __name__ == "__main__":
    main()
