"""Collecting pictures of one person's faces: which comes when, what is said meanwhile, and what is kept."""

from __future__ import annotations

import hashlib
import math
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from appliance.domain.emotions import PROFILES, Emotion
from appliance.model.labels import EXPRESSIONS
from tools.train_and_quantize.errors import CollectError

ROUNDS = (
    "as you are",
    "nearer to the camera, the head a little to one side",
    "farther away, or in other light",
    "once more, and stronger",
)
"""What is different each time: pictures of one moment teach little."""

HOW = {
    Emotion.ANGRY: "brows down and together, lips pressed",
    Emotion.DISGUST: "nose wrinkled, upper lip raised",
    Emotion.FEAR: "brows up and together, eyes wide, mouth a little open",
    Emotion.HAPPY: "a smile that reaches the eyes",
    Emotion.NEUTRAL: "nothing: the face at rest",
    Emotion.SAD: "inner brows up, corners of the mouth down",
    Emotion.SURPRISE: "brows up, eyes wide, jaw dropped",
}
QUALITY = 95
"""Of the JPEG files."""
_REST = 0.02  # seconds between two looks while nothing is kept


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is collected."""

    rounds: int = len(ROUNDS)
    """How often each emotion comes, 1 to 4."""
    burst: int = 100
    """Pictures each time; with four rounds and seven emotions 2800."""
    countdown: float = 3.0
    """Seconds before each burst."""
    patience: float = 60.0
    """Seconds after which a burst ends with what it has."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What one frame shows."""

    frame: NDArray[np.uint8]
    """(height, width, 3), blue, green, red."""
    face: NDArray[np.uint8] | None
    """The one face, square, of the same colours; None if there is not just one that is fit."""
    why: str = ""
    """Why there is no face, in words."""


@dataclass(frozen=True, slots=True)
class Moment:
    """What the person in front of the camera is told just now."""

    emotion: str = ""
    emoji: str = ""
    words: str = ""
    round: int = 0
    rounds: int = 0
    seconds: int = 0
    """Until the burst begins."""
    kept: int = 0
    burst: int = 0
    trouble: str = ""
    done: bool = False


class Collector:
    """Takes one person's pictures into `folder/<emotion>/<round>-<number>.jpg`. `show` gets every frame and moment."""

    def __init__(
        self,
        folder: Path,
        plan: Plan,
        look: Callable[[], Seen],
        show: Callable[[Seen, Moment], None],
        announce: Callable[[str], None],
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._folder, self._plan = folder, plan
        self._look, self._show, self._announce, self._now = look, show, announce, now
        self._last = b""

    def run(self) -> dict[str, int]:
        """Take what is still missing; how many pictures there are of each emotion then. Raises CollectError."""
        _make(self._folder)
        for number in range(1, self._plan.rounds + 1):
            for emotion in EXPRESSIONS:
                if self._kept(emotion, number) < self._plan.burst:
                    self._take(emotion, number)
        self._show(self._look(), Moment(done=True))
        return {
            emotion.value: sum(self._kept(emotion, n) for n in range(1, len(ROUNDS) + 1)) for emotion in EXPRESSIONS
        }

    def _take(self, emotion: Emotion, number: int) -> None:
        moment = Moment(
            emotion.value, PROFILES[emotion].emoji, f"{HOW[emotion]}; {ROUNDS[number - 1]}", number, self._plan.rounds
        )
        self._announce(f"{emotion}: {moment.words}")
        began = self._now()
        while (left := self._plan.countdown - (self._now() - began)) > 0:
            seen = self._look()
            self._show(seen, replace(moment, seconds=math.ceil(left), trouble=seen.why))
        self._burst(emotion, number, replace(moment, burst=self._plan.burst))

    def _burst(self, emotion: Emotion, number: int, moment: Moment) -> None:
        kept, until = self._kept(emotion, number), self._now() + self._plan.patience
        while kept < self._plan.burst and self._now() < until:
            seen = self._look()
            trouble = seen.why
            if seen.face is not None:
                if self._is_new(seen.face):
                    kept += 1
                    self._keep(seen.face, emotion, number, kept)
                else:
                    time.sleep(_REST)
                    trouble = "the picture does not move"
            self._show(seen, replace(moment, kept=kept, trouble=trouble))
        if kept < self._plan.burst:
            self._announce(f"{emotion}: {kept} of {self._plan.burst} pictures within {self._plan.patience:.0f} s")

    def _is_new(self, face: NDArray[np.uint8]) -> bool:
        """A camera that gives the same frame again has shown nothing more."""
        digest = hashlib.sha256(face.tobytes()).digest()
        new, self._last = digest != self._last, digest
        return new

    def _kept(self, emotion: Emotion, number: int) -> int:
        return sum(1 for _ in (self._folder / emotion.value).glob(f"{number}-*.jpg"))

    def _keep(self, face: NDArray[np.uint8], emotion: Emotion, number: int, count: int) -> None:
        """For the eyes of who collects alone."""
        _make(self._folder / emotion.value)
        path = self._folder / emotion.value / f"{number}-{count:04}.jpg"
        _, encoded = cv2.imencode(".jpg", face, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
        try:
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                file.write(encoded.tobytes())
        except OSError as error:
            path.unlink(missing_ok=True)
            raise CollectError(f"{path}: cannot be written: {error.strerror}; what was kept before still is") from None


def _make(folder: Path) -> None:
    try:
        folder.mkdir(0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise CollectError(f"{folder}: cannot be made: {error.strerror or error}; name another folder") from None
