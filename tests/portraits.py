"""Pictures to hold before the camera: the portrait, smiling as it does, and with its smile taken away."""

from __future__ import annotations

import csv
import zipfile
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from appliance.domain.emotions import Emotion
from appliance.vision import assets
from appliance.vision.faces import choose_detector
from appliance.vision.scan import Scanner

Picture = npt.NDArray[np.uint8]

FER2013 = Path(__file__).resolve().parents[2] / "shared" / "data" / "fer2013.zip"
"""Pictures of all expressions, where the machine has them beside the project; with FER+ votes beside it."""

_VOTES = {
    "happiness": Emotion.HAPPY,
    "surprise": Emotion.SURPRISE,
    "sadness": Emotion.SAD,
    "anger": Emotion.ANGRY,
    "neutral": Emotion.NEUTRAL,
}
_FACE = (172.0, 66.0, 106.0)  # the portrait's face: left, top and side of its box in pixels
_CORNERS = ((0.3, 0.75), (0.7, 0.75))  # the corners of the mouth, in sides of the box
_REACH = 0.09  # how far around a corner the skin follows it, in sides of the box


def smiling() -> Picture:
    """The portrait as it is."""
    picture = cv2.imdecode(np.frombuffer(assets.read_asset(assets.PORTRAIT), np.uint8), cv2.IMREAD_COLOR)
    return np.asarray(picture, np.uint8)


def earnest(sink: float = 0.3) -> Picture:
    """The portrait with the corners of its mouth drawn down by this share of the face, which ends the smile."""
    picture = smiling()
    left, top, side = _FACE
    x, y = np.meshgrid(np.arange(picture.shape[1], dtype=np.float32), np.arange(picture.shape[0], dtype=np.float32))
    u, v = (x - left) / side, (y - top) / side
    pull = sum(np.exp(-((u - cu) ** 2 + (v - cv) ** 2) / (2 * _REACH**2)) for cu, cv in _CORNERS)
    return np.asarray(cv2.remap(picture, x, (y - sink * side * pull).astype(np.float32), cv2.INTER_LINEAR), np.uint8)


def unanimous_faces() -> dict[Emotion, Picture]:
    """For five emotions the first validation picture of FER2013 that all voters agree on and the detector finds."""
    faces: dict[Emotion, Picture] = {}
    detector = choose_detector("auto", 0.6)
    with (FER2013.parent / "ferplus_votes.csv").open() as file, zipfile.ZipFile(FER2013) as archive:
        places = {Path(name).name: name for name in archive.namelist()}
        # The pictures are named by their row: the table's own names skip the rows without a face and fall behind.
        for number, row in enumerate(csv.DictReader(file)):
            for vote, emotion in _VOTES.items():
                if row["Usage"] == "PublicTest" and row[vote] == "10" and emotion not in faces:
                    picture = _in_a_room(archive.read(places[f"fer{number:07d}.png"]))
                    if Scanner(detector, 0.6, far=False).everywhere(picture):
                        faces[emotion] = picture
    detector.close()
    return faces


def _in_a_room(crop: bytes) -> Picture:
    """A small crop of a face, enlarged and set in the middle of a plain 640x480 frame."""
    face = cv2.imdecode(np.frombuffer(crop, np.uint8), cv2.IMREAD_COLOR)
    frame = np.full((480, 640, 3), 110, np.uint8)
    frame[120:360, 200:440] = cv2.resize(face, (240, 240), interpolation=cv2.INTER_LINEAR)
    return frame
