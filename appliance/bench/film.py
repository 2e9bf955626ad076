"""`moodbox bench --film FOLDER`: what is read of people who move through light, dark and shadow, followed and not.

A film shows one picture of a face, which keeps its expression, in a drawn room. Everything else is the box's own:
detector, scanner, model, window and judge. Both ways see the same frames and the same boxes.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from appliance.domain.emotions import Emotion
from appliance.domain.looks import CameraState, Face, Look
from appliance.domain.moods import Mood, Verdict
from appliance.errors import MoodboxError
from appliance.model.labels import EXPRESSIONS
from appliance.model.runtime import runtime_name
from appliance.model.shipped import shipped_model
from appliance.mood.judge import JudgeRules, judge
from appliance.mood.window import Window
from appliance.vision import faces, image_file
from appliance.vision.clearness import clearness
from appliance.vision.expression import ExpressionReader
from appliance.vision.frame import Frame
from appliance.vision.people import Follower
from appliance.vision.scan import CANDIDATE, Scanner
from appliance.words.retelling import retold
from appliance.words.speaking import t

SIZE = (640, 480)
LOOKS = 20
"""In a film, two a second."""
MIN_SCORE = 0.6
_EDGE = 0.02
"""Share of the picture's side over which it passes into the room."""


@dataclass(frozen=True, slots=True)
class Moment:
    """How one frame of a film shows its face."""

    x: float
    y: float
    """Of the picture's middle, in shares of the frame's width and height."""
    width: float
    """Of the picture, in pixels of the frame."""
    tilt: float = 0.0
    """Degrees clockwise."""
    smear: float = 0.0
    """How far it moves while the frame is taken, in shares of its width."""
    gamma: float = 1.0
    """1 in light; 2.5 is a room at evening, 4 nearly dark."""
    shade: float = 0.0
    """How dark one half of the face is, 0..1."""
    noise: float = 3.0
    """Standard deviation of what the sensor adds to each pixel, 0..255."""


Scene = Callable[[float, np.random.Generator], Moment]
"""The moment at a share of the film, 0..1."""


def _walk(at: float, rng: np.random.Generator) -> Moment:
    """Through a lit room, a dark corner and past a window on one side, moving and standing by turns."""
    moves = int(at * 6) % 2 == 0
    place, near = 0.25 + 0.5 * at, 0.5 + 0.5 * math.sin(2 * math.pi * at)
    smear = rng.uniform(0.05, 0.3) if moves else 0.0
    tilt = 25 * math.sin(4 * math.pi * at)
    width = 90 + 110 * near
    if at < 1 / 3:
        return Moment(place, 0.5, width, tilt, smear)
    if at < 2 / 3:
        return Moment(place, 0.5, width, tilt, smear, gamma=rng.uniform(2.5, 4), noise=7)
    return Moment(place, 0.5, width, tilt, smear, shade=0.75, noise=4)


SCENES: Mapping[str, Scene] = {
    "light": lambda _, rng: Moment(rng.uniform(0.45, 0.55), 0.5, 180),
    "dark": lambda _, rng: Moment(rng.uniform(0.45, 0.55), 0.5, 180, gamma=rng.uniform(2.5, 4), noise=7),
    "shadow": lambda _, rng: Moment(rng.uniform(0.45, 0.55), 0.5, 180, shade=0.75, noise=4),
    "tilted": lambda at, rng: Moment(0.5, 0.5, 180, tilt=35 * math.sin(2 * math.pi * at) + rng.uniform(-5, 5)),
    "moving, near": lambda _, rng: Moment(rng.uniform(0.4, 0.6), 0.5, 200, smear=rng.uniform(0, 0.35)),
    "moving, far": lambda _, rng: Moment(rng.uniform(0.48, 0.52), 0.5, 60, smear=rng.uniform(0, 0.35)),
    "walk": _walk,
}


def measure_film(
    pictures: Path, films: int = 70, models: Sequence[Path] = (), scenes: Mapping[str, Scene] = SCENES
) -> list[dict[str, Any]]:
    """Percentages for each scene, by each of the `models` (bundles; the shipped one if there are none), which see the
    same frames and boxes: `{"model", "runtime", "films", "scenes": {name: {"seen", "alone", "followed"}}}`.

    `pictures`: face crops in a folder for each emotion; some may be missing, and who is not found standing in light is
    passed over. `seen`: looks in which the face is found.
    `alone` and `followed`: `looks` read right, `judged` right after the film, and judged `unsure`. `films` is the
    number for each scene. Raises MoodboxError.
    """
    cv2.setNumThreads(1)
    readers = [ExpressionReader(model) for model in models or (shipped_model(),)]
    detector = faces.choose_detector(faces.available()[0], CANDIDATE)
    cast = _cast(pictures, films, detector)
    measured: list[dict[str, Any]] = [{} for _ in readers]
    for name, scene in scenes.items():
        rng = np.random.default_rng(1)
        watched = [_watched(detector, readers, picture, emotion, scene, rng) for emotion, picture in cast]
        for figures, by_one in zip(measured, zip(*watched, strict=True), strict=True):
            figures[name] = _summary(by_one)
    detector.close()
    return [
        {"model": reader.name, "runtime": runtime_name(), "films": len(cast), "scenes": figures}
        for reader, figures in zip(readers, measured, strict=True)
    ]


def film_tables(figures: Sequence[dict[str, Any]]) -> str:
    """A Markdown table for each model."""
    return "\n\n".join(map(film_table, figures))


def film_table(figures: dict[str, Any]) -> str:
    """The figures as a Markdown table."""
    head = t(
        "{model} on {runtime}, {films} films of each scene, {looks} looks each.",
        model=figures["model"],
        runtime=figures["runtime"],
        films=figures["films"],
        looks=LOOKS,
    )
    followed = t("followed")
    columns = [
        t("scene"), t("found"), t("looks right"), followed, t("judged right"), followed, t("judged unsure"), followed,
    ]  # fmt: skip
    rows = [
        [retold(name), f"{each['seen']:.0f} %"]
        + [f"{each[way][what]:.1f} %" for what in ("looks", "judged", "unsure") for way in ("alone", "followed")]
        for name, each in figures["scenes"].items()
    ]
    return "\n".join([head, "", *("| " + " | ".join(row) + " |" for row in [columns, ["---"] * len(columns), *rows])])


@dataclass(frozen=True, slots=True)
class _Watched:
    """What came of one film: the number of looks with its face, and by each way the right ones and the verdict."""

    seen: int
    right: tuple[int, int]
    verdicts: tuple[bool | None, bool | None]
    """Whether the judge was right; None for unsure."""


def _watched(
    detector: faces.FaceDetector,
    readers: Sequence[ExpressionReader],
    picture: Frame,
    emotion: Emotion,
    scene: Scene,
    rng: np.random.Generator,
) -> list[_Watched]:
    """One film, by each of the readers."""
    scanner, room = Scanner(detector, MIN_SCORE, far=True), _room(rng)
    viewers = [(reader, Follower(), list[Look](), list[Look]()) for reader in readers]
    for number in range(LOOKS):
        time = number / 2
        frame = draw(room, picture, scene(number / LOOKS, rng), rng)
        found = scanner.look(frame)[:1]
        weights = [clearness(frame, face.box).weight for face in found]
        for reader, people, alone, followed in viewers:
            alone.append(_look(time, reader.read(frame, found)))
            read = reader.read(frame, found, people.mirrored([each.box for each in found], time))
            followed.append(_look(time, people.average(read, weights, time)))
    return [
        _Watched(
            sum(bool(look.faces) for look in alone),
            (_right(alone, emotion), _right(followed, emotion)),
            (_judged(alone, emotion), _judged(followed, emotion)),
        )
        for _, _, alone, followed in viewers
    ]


def draw(room: Frame, picture: Frame, moment: Moment, rng: np.random.Generator) -> Frame:
    """The room, BGR, with the picture of a face in it, as the moment has it."""
    side = max(8, round(moment.width))
    how = cv2.INTER_AREA if side < min(picture.shape[:2]) else cv2.INTER_CUBIC
    face = np.asarray(cv2.resize(picture, (side, side), interpolation=how), np.float32)
    face *= 1 - moment.shade / (1 + np.exp(np.linspace(6, -6, side, dtype=np.float32)))[np.newaxis, :, np.newaxis]
    mask = np.zeros((side, side), np.float32)
    edge = max(1, round(_EDGE * side))
    mask[edge:-edge, edge:-edge] = 1
    mask = np.asarray(cv2.blur(mask, (edge, edge)), np.float32)
    height, width = room.shape[:2]
    turn = np.asarray(cv2.getRotationMatrix2D((side / 2, side / 2), -moment.tilt, 1.0), np.float64)
    turn[:, 2] += moment.x * width - side / 2, moment.y * height - side / 2
    shown, share = (cv2.warpAffine(_smeared(part, moment.smear), turn, (width, height)) for part in (face, mask))
    lit = room + (shown - room) * share[:, :, np.newaxis]
    steps = (255 * (np.arange(256) / 255) ** moment.gamma).astype(np.uint8)
    dim = np.asarray(cv2.LUT(lit.clip(0, 255).astype(np.uint8), steps), np.float32)
    grain = rng.standard_normal((height, width, 1), np.float32) * np.float32(moment.noise)
    return np.clip(dim + grain, 0, 255).astype(np.uint8)


def _smeared(part: np.ndarray[Any, np.dtype[np.float32]], share: float) -> np.ndarray[Any, np.dtype[np.float32]]:
    """Blurred along the way that it moves, which is mostly sideways."""
    length = round(share * part.shape[1])
    if length < 2:
        return part
    return np.asarray(cv2.blur(part, (length, max(1, length // 8)), borderType=cv2.BORDER_REPLICATE), np.float32)


def _room(rng: np.random.Generator) -> Frame:
    """A wall whose light falls off, with some furniture before it."""
    width, height = SIZE
    light = np.linspace(rng.uniform(70, 120), rng.uniform(120, 180), width, dtype=np.float32)
    wall = np.repeat(np.repeat(light[np.newaxis, :, np.newaxis], height, axis=0), 3, axis=2)
    for _ in range(6):
        corner = (int(rng.integers(width)), int(rng.integers(height)))
        far = (corner[0] + int(rng.integers(20, 160)), corner[1] + int(rng.integers(20, 160)))
        cv2.rectangle(wall, corner, far, tuple(float(value) for value in rng.uniform(30, 220, 3)), -1)
    return wall.astype(np.uint8)


def _cast(folder: Path, films: int, detector: faces.FaceDetector) -> list[tuple[Emotion, Frame]]:
    """Pictures that the detector finds in light, as many of each emotion that has any as make `films` in all."""
    files = {emotion: sorted((folder / emotion).glob("*")) for emotion in EXPRESSIONS}
    shown = {emotion: found for emotion, found in files.items() if found}
    each = max(1, films // max(1, len(shown)))
    cast = [
        (emotion, picture)
        for emotion, found in shown.items()
        for picture in islice(filter(lambda p: _found(p, detector), map(image_file.read_image, found)), each)
    ]
    if not cast:
        raise MoodboxError(f"{folder} holds no faces; name a folder of face crops with a folder for each emotion")
    return cast


def _found(picture: Frame, detector: faces.FaceDetector) -> bool:
    rng = np.random.default_rng(1)
    return bool(Scanner(detector, MIN_SCORE, far=True).look(draw(_room(rng), picture, Moment(0.5, 0.5, 180), rng)))


def _look(time: float, seen: tuple[Face, ...]) -> Look:
    return Look(time, CameraState.OPEN, seen, SIZE)


def _right(looks: Sequence[Look], emotion: Emotion) -> int:
    return sum(face.reading.top is emotion for look in looks for face in look.faces)


def _judged(looks: Sequence[Look], emotion: Emotion) -> bool | None:
    window = Window()
    for look in looks:
        window.add(look)
    mood = judge(window.evidence(0.0), Mood(Verdict.NOBODY), JudgeRules(), LOOKS / 2).mood
    return mood is emotion if isinstance(mood, Emotion) else None


def _summary(watched: Sequence[_Watched]) -> dict[str, Any]:
    seen = sum(each.seen for each in watched)

    def way(index: int) -> dict[str, float]:
        verdicts = [each.verdicts[index] for each in watched]
        return {
            "looks": round(100 * sum(each.right[index] for each in watched) / max(1, seen), 1),
            "judged": round(100 * verdicts.count(True) / len(verdicts), 1),
            "unsure": round(100 * verdicts.count(None) / len(verdicts), 1),
        }

    return {"seen": round(100 * seen / LOOKS / len(watched), 1), "alone": way(0), "followed": way(1)}
