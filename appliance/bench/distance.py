"""From how far faces are found: the built-in portrait, made small, somewhere in pictures that show nobody."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from appliance.errors import MoodboxError
from appliance.vision import assets, faces, image_file
from appliance.vision.expression import distance
from appliance.vision.frame import Frame
from appliance.vision.geometry import Box, same_face
from appliance.vision.loop import IDLE_EXTRA
from appliance.vision.scan import CANDIDATE, Scanner, turns
from appliance.words.retelling import retold
from appliance.words.speaking import t

WIDTHS = (12, 15, 18, 20, 22, 25, 30, 40, 60, 80, 120, 180, 250)
"""Widths of the face's box in pixels."""
SIZE = (1280, 720)
SCENES = 20
NOISE = 3.0
"""Standard deviation of what the sensor adds to each pixel in each look, 0..255."""
LATER = 10
"""Looks after the first that found the face."""
_AROUND = 2.6
"""The portrait is pasted as a square so many faces wide."""


def measure_distance(
    min_score: float, pictures: Path | None = None, scenes: int = SCENES, widths: Sequence[int] = WIDTHS
) -> dict[str, Any]:
    """For each width over one round of looks at 1280×720, `scenes` times:

    `{"detector", "background", "scenes", "widths": {"20": {"metres", "found_percent", "at_look", "kept_percent",
    "box_to_truth"}}}`; the last three are null where nothing is found. `pictures`: a folder of pictures without people
    as background, instead of drawn ones. Raises MoodboxError.
    """
    cv2.setNumThreads(1)
    backgrounds = _pictures(pictures) if pictures else []
    detector = faces.choose_detector(faces.available()[0], CANDIDATE)
    portrait, true = _portrait(Scanner(detector, min_score, far=True))
    rng = np.random.default_rng(1)
    measured: dict[str, Any] = {}
    for width in widths:
        tries = []
        for scene in range(scenes):
            behind = backgrounds[scene % len(backgrounds)].copy() if backgrounds else _drawn(rng)
            frame, box = _paste(behind, portrait, true, width, rng)
            tries.append(_watched(Scanner(detector, min_score, far=True), frame, box, rng))
        measured[f"{width}"] = {"metres": distance((0.0, 0.0, float(width), float(width)), *SIZE), **_summary(tries)}
    name = detector.name
    detector.close()
    background = f"pictures ({len(backgrounds)})" if backgrounds else "drawn"
    return {"detector": name, "background": background, "scenes": scenes, "widths": measured}


def distance_table(figures: dict[str, Any]) -> str:
    """The figures as a Markdown table."""

    def share(value: float | None) -> str:
        return "–" if value is None else f"{value:.0f} %"

    def number(value: float | None, form: str) -> str:
        return "–" if value is None else format(value, form)

    head = t(
        "{detector}, {scenes} scenes for each width, background: {background}.",
        detector=figures["detector"],
        scenes=figures["scenes"],
        background=retold(figures["background"]),
    )
    rows = [
        f"| {width} px | {each['metres']:.1f} m | {share(each['found_percent'])} | {number(each['at_look'], '.0f')} "
        f"| {share(each['kept_percent'])} | {number(each['box_to_truth'], '.2f')} |"
        for width, each in figures["widths"].items()
    ]
    columns = [
        t("width of the box"), t("distance"), t("found"), t("at look number"), t("seen later"),
        t("box, to its true size"),
    ]  # fmt: skip
    return "\n".join([head, "", f"| {' | '.join(columns)} |", "|---|---|---|---|---|---|", *rows])


def _pictures(folder: Path) -> list[Frame]:
    found: list[Frame] = []
    for file in sorted(folder.glob("*")):
        try:
            frame = image_file.read_image(file)
        except image_file.PictureError:
            continue
        rows, columns = frame.shape[:2]
        zoom = max(SIZE[0] / columns, SIZE[1] / rows)
        large = cv2.resize(frame, (max(SIZE[0], round(columns * zoom)), max(SIZE[1], round(rows * zoom))))
        found.append(large[: SIZE[1], : SIZE[0]].astype(np.uint8))
    if not found:
        raise MoodboxError(f"{folder} holds no pictures that can be read; name a folder of pictures without people")
    return found


def _portrait(scanner: Scanner) -> tuple[Frame, Box]:
    """A square about the portrait's face, and the face's box in it."""
    whole = image_file.decode_image(assets.read_asset(assets.PORTRAIT), assets.PORTRAIT)
    known = scanner.everywhere(whole)
    if not known:
        raise MoodboxError(f"{assets.PORTRAIT}: no face is found in the portrait; run `moodbox doctor`")
    x, y, width, height = known[0].box
    half = _AROUND * width / 2
    left, top = max(0, round(x + width / 2 - half)), max(0, round(y + height / 2 - half))
    cut = whole[top : top + round(2 * half), left : left + round(2 * half)]
    return cut, (x - left, y - top, width, height)


def _drawn(rng: np.random.Generator) -> Frame:
    """A wall whose light falls off, with things of one colour in front of it."""
    columns, rows = SIZE
    light = np.linspace(rng.uniform(60, 120), rng.uniform(120, 220), columns, dtype=np.float32)
    frame = np.repeat(np.repeat(light[np.newaxis, :, np.newaxis], rows, axis=0), 3, axis=2)
    for _ in range(25):
        corner = (int(rng.integers(columns)), int(rng.integers(rows)))
        far = (corner[0] + int(rng.integers(20, 300)), corner[1] + int(rng.integers(20, 300)))
        colour = tuple(float(value) for value in rng.uniform(10, 245, 3))
        if rng.random() < 0.5:
            cv2.rectangle(frame, corner, far, colour, -1)
        else:
            cv2.circle(frame, corner, int(rng.integers(10, 120)), colour, -1)
    return frame.astype(np.uint8)


def _paste(frame: Frame, portrait: Frame, true: Box, width: int, rng: np.random.Generator) -> tuple[Frame, Box]:
    """Put the portrait somewhere, its face `width` pixels wide; the frame and the face's box in it."""
    zoom = width / true[2]
    rows, columns = (min(limit, round(side * zoom)) for side, limit in zip(portrait.shape[:2], SIZE[::-1], strict=True))
    small = cv2.resize(portrait, (columns, rows), interpolation=cv2.INTER_AREA if zoom < 1 else cv2.INTER_LINEAR)
    x, y = int(rng.integers(SIZE[0] - columns + 1)), int(rng.integers(SIZE[1] - rows + 1))
    frame[y : y + rows, x : x + columns] = small
    return frame, (x + true[0] * zoom, y + true[1] * zoom, true[2] * zoom, true[3] * zoom)


def _watched(
    scanner: Scanner, frame: Frame, true: Box, rng: np.random.Generator
) -> tuple[int, float, float | None] | None:
    """Number of the look that found the face, share of the later ones that saw it, width of its box to the true one."""
    noise = rng.normal(0, NOISE, frame.shape).astype(np.int16)

    def looked(extra: int) -> float | None:
        shifted = np.roll(noise, int(rng.integers(noise.size)))
        shot = np.clip(frame + shifted, 0, 255).astype(np.uint8)
        return next((each.box[2] for each in scanner.look(shot, extra) if same_face(each.box, true)), None)

    round_of_looks = range(1, len(turns(*SIZE, far=True)) + 1)
    number = next((number for number in round_of_looks if looked(IDLE_EXTRA) is not None), None)
    if number is None:
        return None
    seen = [width for width in (looked(1) for _ in range(LATER)) if width is not None]
    return number, len(seen) / LATER, statistics.mean(seen) / true[2] if seen else None


def _summary(tries: list[tuple[int, float, float | None] | None]) -> dict[str, float | None]:
    found = [each for each in tries if each]
    if not found:
        return {"found_percent": 0.0, "at_look": None, "kept_percent": None, "box_to_truth": None}
    looks, kept, sizes = zip(*found, strict=True)
    return {
        "found_percent": round(100 * len(found) / len(tries), 1),
        "at_look": round(statistics.mean(looks), 1),
        "kept_percent": round(100 * statistics.mean(kept), 1),
        "box_to_truth": round(statistics.mean(known), 3) if (known := [size for size in sizes if size]) else None,
    }
