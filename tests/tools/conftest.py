"""Made-up data in the forms that the tool reads; nothing here is anybody's face."""

import csv
from pathlib import Path

import cv2
import numpy as np
import pytest

from appliance.domain.emotions import EMOTIONS

VOTES_HEADER = "Usage,Image name,neutral,happiness,surprise,sadness,anger,disgust,fear,contempt,unknown,NF"
CSV_ORDER = ["angry", "disgust", "fear", "happy", "sad", "surprise", "neutral"]
VOTES_ORDER = ["neutral", "happy", "surprise", "sad", "angry", "disgust", "fear"]


def picture(label: int, seed: int) -> np.ndarray:
    """48x48 grey: a bright bar whose place tells the label, on noise."""
    made = np.random.default_rng((label, seed)).integers(0, 120, (48, 48), dtype=np.uint8)
    made[6 * label + 2 : 6 * label + 8, 8:40] = 230
    return made


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A folder tree: four training and two validation pictures of each emotion, numbered through."""
    number = 0
    for split, count in (("train", 4), ("validation", 2)):
        for label, emotion in enumerate(EMOTIONS):
            folder = tmp_path / "data" / split / emotion.value
            folder.mkdir(parents=True)
            for _ in range(count):
                cv2.imwrite(str(folder / f"fer{number:07d}.png"), picture(label, number))
                number += 1
    return tmp_path / "data"


@pytest.fixture
def votes(tmp_path: Path) -> Path:
    """Ten votes on each picture of `tree`, all for its label."""
    path = tmp_path / "votes.csv"
    lines = [VOTES_HEADER]
    for start, split, count in ((0, "Training", 4), (28, "PublicTest", 2)):
        for label, emotion in enumerate(EMOTIONS):
            counts = [10 if name == emotion.value else 0 for name in VOTES_ORDER] + [0, 0, 0]
            lines += [f"{split},fer{start + label * count + i:07d}.png," + ",".join(map(str, counts))
                      for i in range(count)]  # fmt: skip
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """FER2013's own form: three training rows, two of validation, one of the test split."""
    path = tmp_path / "fer2013.csv"
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["emotion", "pixels", "Usage"])
        rows = [("happy", "Training"), ("neutral", "Training"), ("sad", "PublicTest"), ("fear", "PrivateTest"),
                ("surprise", "Training"), ("disgust", "PublicTest")]  # fmt: skip
        for number, (name, usage) in enumerate(rows):
            pixels = picture([e.value for e in EMOTIONS].index(name), number)
            writer.writerow([CSV_ORDER.index(name), " ".join(map(str, pixels.ravel())), usage])
    return path
