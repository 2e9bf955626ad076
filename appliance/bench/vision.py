"""How long looking takes here: the vision part of `moodbox bench`."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2

from appliance.model.runtime import runtime_name
from appliance.model.shipped import shipped_model
from appliance.vision import faces
from appliance.vision.camera.portrait import PortraitCamera
from appliance.vision.expression import ExpressionReader
from appliance.vision.frame import cut, normalise
from appliance.vision.geometry import whole
from appliance.vision.pipeline import LookPipeline
from appliance.vision.scan import CANDIDATE, INPUT, Scanner

SIZES = ((640, 480), (1280, 720))


def measure_vision(rounds: int = 60, model: Path | None = None) -> dict[str, Any]:
    """Milliseconds for each backend and frame size, on the built-in portrait (one face), with one thread:

    `{"model": name, "runtime": name, "backends": {name: {"640x480": {"detect": {"median", "p95"}, "classify": …,
    "look": …}}}}`. `detect` is the search of the whole frame, `classify` the crop and reading of one face, `look` all
    that one look does once the face is known; its `times_detect` is the mean of what looks cost in processor time, in
    runs of the detector. Raises ModelError or AssetError.
    """
    cv2.setNumThreads(1)
    reader = ExpressionReader(model or shipped_model())
    backends = {}
    for backend in faces.available():
        detector = faces.choose_detector(backend, CANDIDATE)
        backends[detector.name] = {f"{w}x{h}": _measure(detector, reader, w, h, rounds) for w, h in SIZES}
        detector.close()
    return {"model": reader.name, "runtime": runtime_name(), "backends": backends}


def _measure(
    detector: faces.FaceDetector, reader: ExpressionReader, width: int, height: int, rounds: int
) -> dict[str, dict[str, float]]:
    camera = PortraitCamera(width, height)
    camera.open()
    shot = camera.read()
    frame = normalise(shot.pixels)
    scanner = Scanner(detector, min_score=0.6, far=True)
    known = scanner.everywhere(frame)[:1]
    analyser = LookPipeline(scanner, reader)

    def detect() -> object:
        return detector.detect(cut(frame, whole(width, height), INPUT))

    def look() -> object:
        return analyser.look(shot)

    figures = {
        "detect": _timed(detect, rounds),
        "classify": _timed(lambda: reader.read(frame, known), rounds),
        "look": _timed(look, rounds),
    }
    figures["look"]["times_detect"] = _ratio(look, detect, rounds)
    return figures


def _ratio(task: Callable[[], object], unit: Callable[[], object], rounds: int) -> float:
    """How much processor time, other threads' too, `task` takes on average, in that of `unit`; both by turns."""
    taken = [0.0, 0.0]
    for _ in range(rounds):
        for number, each in enumerate((task, unit)):
            began = time.process_time()
            each()
            taken[number] += time.process_time() - began
    return round(taken[0] / taken[1], 2)


def _timed(task: Callable[[], object], rounds: int) -> dict[str, float]:
    for _ in range(5):
        task()
    taken = []
    for _ in range(rounds):
        began = time.perf_counter()
        task()
        taken.append((time.perf_counter() - began) * 1000)
    taken.sort()
    return {"median": round(statistics.median(taken), 2), "p95": round(taken[int(0.95 * (len(taken) - 1))], 2)}
