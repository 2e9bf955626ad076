"""`python -m tools.render_faces FOLDER`: draws faces into a folder for each emotion, for training's `--add`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from appliance.domain.emotions import Emotion
from tools.render_faces.faces import Faces
from tools.render_faces.head import Head
from tools.render_faces.surface import draw_look

_LETTERS = "ab"
"""One picture of each emotion for each letter."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run it. People who are there already are not drawn again, so it goes on where it was stopped."""
    parser = argparse.ArgumentParser(prog="python -m tools.render_faces", description=__doc__)
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="gets angry/, disgust/ … with PNG files")
    parser.add_argument("--people", type=int, default=400, help="how many people (400), each with every emotion twice")
    parser.add_argument("--seed", type=int, default=1, help="the same seed draws the same people")
    options = parser.parse_args(arguments)
    if options.people < 1:
        parser.error(f"--people {options.people}: at least one is needed")
    head = Head()
    faces = Faces(head)
    for emotion in Emotion:
        (options.folder / emotion.value).mkdir(parents=True, exist_ok=True)
    for number in range(options.people):
        if not (options.folder / Emotion.SURPRISE.value / f"{number:05}b.png").exists():
            _draw_all(faces, head, number, options)
        if number % 20 == 19:
            print(f"{number + 1} of {options.people} people", flush=True)
    return 0


def _draw_all(faces: Faces, head: Head, number: int, options: argparse.Namespace) -> None:
    rng = np.random.default_rng((options.seed, number))
    person, look = head.draw_person(rng), draw_look(rng)
    for letter in _LETTERS:
        for emotion in Emotion:
            picture = faces.draw(person, look, emotion, rng)
            file = options.folder / emotion.value / f"{number:05}{letter}.png"
            if not cv2.imwrite(str(file), picture):
                raise OSError(f"{file}: cannot be written")


if __name__ == "__main__":
    sys.exit(main())
