"""Somebody else's model beside ours, fairly: the same faces, the same run, one thread, and converted to int8 too."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from appliance.model.bundle import Bundle
from appliance.model.classifier import ExpressionClassifier
from appliance.model.errors import ModelError
from appliance.model.labels import EXPRESSIONS
from appliance.model.preprocess import prepare_aligned
from appliance.model.runtime import runtime_name
from tools.train_and_quantize import metrics, votes
from tools.train_and_quantize.dataset import Dataset
from tools.train_and_quantize.errors import DataError
from tools.train_and_quantize.evaluation import benchmark_head, ferplus_head
from tools.train_and_quantize.spoiling import lower_resolution
from tools.train_and_quantize.tflite_file import WHOLE, TfliteFile
from tools.train_and_quantize.timing import machine, medians

LABELS = ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral")
"""FER2013's own order, in which nearly all models trained on it answer."""

FAR = 16
"""Width in pixels of the faces that are seen from afar."""


Answers = Callable[[NDArray[np.uint8]], NDArray[np.float32]]
"""Faces (n, 48, 48) → the model's outputs (n, width)."""


@dataclass(frozen=True, slots=True)
class Contender:
    """One model, called in one way."""

    name: str
    bytes: int
    one: Callable[[], Any]
    """Classify a single face; this is timed."""
    answers: Answers
    fer2013: list[int]
    """Outputs in the order of EXPRESSIONS."""
    ferplus: list[int]
    """Outputs in the order of votes.CLASSES; contempt may be missing."""


def compare(bundle: Bundle, data: Dataset, others: Sequence[Contender], rounds: int = 100) -> dict[str, Any]:
    """Accuracies and times of the bundle's model and of the others; `times` is how much longer each takes than ours."""
    contenders = [ours(bundle), *others]
    taken = medians({contender.name: contender.one for contender in contenders}, rounds)
    scored: dict[Answers, dict[str, float]] = {}  # two ways to call a model give the same answers
    rows = []
    for contender in contenders:
        if contender.answers not in scored:
            scored[contender.answers] = _scores(contender, data)
        milliseconds = taken[contender.name]
        times = round(milliseconds / taken[contenders[0].name], 2)
        rows.append({"name": contender.name, "bytes": contender.bytes, "ms": milliseconds, "times": times}
                    | scored[contender.answers])  # fmt: skip
    return {
        "kind": "comparison", "sha256": bundle.sha256, "split": "validation", "runtime": runtime_name(),
        "machine": machine(), "rounds": rounds, "rows": rows,
    }  # fmt: skip


def _scores(contender: Contender, data: Dataset) -> dict[str, float]:
    found = contender.answers(data.pixels)
    scores = {"fer2013": _percent(found[:, contender.fer2013].argmax(1) == data.labels)}
    truth = votes.strict_majority(data.votes)
    if (known := truth >= 0).any():
        guess, truth = found[known][:, contender.ferplus].argmax(1), truth[known]
        small = np.stack([lower_resolution(picture, FAR) for picture in data.pixels[known]])
        scores["ferplus"] = _percent(guess == truth)
        scores["mean_recall"] = round(100 * metrics.mean_recall(guess, truth), 2)
        scores["ferplus_far"] = _percent(contender.answers(small)[:, contender.ferplus].argmax(1) == truth)
    return scores


def ours(bundle: Bundle) -> Contender:
    """The model of the bundle, called as the box calls it."""
    classifier = ExpressionClassifier(bundle)

    def answers(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        return classifier.logits(np.stack([prepare_aligned(picture, bundle.manifest) for picture in pixels]))

    return Contender(
        name=f"{classifier.name}, int8",
        bytes=len(bundle.model),
        one=partial(classifier.classify, bundle.golden.inputs[:1]),
        answers=answers,
        fer2013=benchmark_head(bundle) or list(bundle.manifest.canonical),
        ferplus=ferplus_head(bundle),
    )


def tflite(path: Path, labels: Sequence[str] = LABELS) -> Contender:
    """A TFLite file with seven outputs named by `labels`. Raises DataError when it cannot be read."""
    try:
        return _tflite(path.name, path.read_bytes(), labels)
    except OSError as error:
        raise DataError(f"{path}: cannot be read: {error.strerror}") from None
    except ModelError as error:
        raise DataError(f"{path}: {error}") from None


def converted(name: str, model: Any, data: Dataset, out: Path | None, labels: Sequence[str] = LABELS) -> Contender:
    """A Keras model as full int8 TFLite, calibrated with 500 of the very pictures it is measured on; kept at `out`."""
    from tools.train_and_quantize import foreign

    content = foreign.convert(model, data.pixels[:: max(len(data) // 500, 1)])
    if out is not None:
        out.write_bytes(content)
    return _tflite(f"{name}, converted to int8", content, labels)


def _tflite(name: str, content: bytes, labels: Sequence[str]) -> Contender:
    file = TfliteFile(content, WHOLE)
    return _of_others(name, len(content), partial(file.one, np.zeros((48, 48), np.uint8)), file.all, labels)


def keras(path: Path, labels: Sequence[str] = LABELS) -> tuple[list[Contender], Any]:
    """A Keras file called by `predict` and by `model(face)`, and the loaded model. Needs TensorFlow."""
    from tools.train_and_quantize import foreign

    model = foreign.load(path)
    face = foreign.prepared(model, np.zeros((1, 48, 48), np.uint8))

    def answers(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        return np.asarray(model.predict(foreign.prepared(model, pixels), batch_size=64, verbose=0))

    ways = {"predict(face)": lambda: model.predict(face, verbose=0), "model(face)": lambda: np.asarray(model(face))}
    size = path.stat().st_size
    return [_of_others(f"{path.name}, Keras {way}", size, call, answers, labels) for way, call in ways.items()], model


def _of_others(name: str, size: int, one: Callable[[], Any], answers: Answers, labels: Sequence[str]) -> Contender:
    """A model with seven classes for both sets of labels; contempt it never says."""
    if sorted(labels) != sorted(emotion.value for emotion in EXPRESSIONS):
        raise DataError(f"--labels {' '.join(labels)}: expected the seven emotions in the model's order")
    if (width := answers(np.zeros((1, 48, 48), np.uint8)).shape[1]) != len(labels):
        raise DataError(f"{name}: expected {len(labels)} outputs, found {width}")
    order = [list(labels).index(emotion.value) for emotion in EXPRESSIONS]
    return Contender(name, size, one, answers, order, order)


def _percent(right: NDArray[np.bool_]) -> float:
    return round(100 * float(right.mean()), 2)
