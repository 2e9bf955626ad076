"""Measure a bundle on a split with the TFLite runtime that is installed here."""

from __future__ import annotations

import platform
import time
from typing import Any

import numpy as np
from numpy.typing import NDArray

from appliance.emotion import EMOTIONS
from appliance.model.bundle import Bundle
from appliance.model.classifier import ExpressionClassifier
from appliance.model.preprocess import prepare_aligned
from appliance.model.runtime import runtime_name
from tools.train_and_quantize import metrics, votes
from tools.train_and_quantize.augment import lower_resolution
from tools.train_and_quantize.dataset import Dataset
from tools.train_and_quantize.duplicates import near_duplicates

LOW_SIZES = (24, 16, 12)
"""Widths in pixels to which the pictures are reduced, to see what distance costs."""


def evaluate(bundle: Bundle, data: Dataset, training: NDArray[np.uint8] | None = None) -> dict[str, Any]:
    """Every figure of the card, by name. Percentages are 0..100.

    With the `training` pictures (n, 48, 48) also the accuracies without near-duplicates of them.
    """
    classifier = ExpressionClassifier(bundle)
    logits = _logits(classifier, bundle, data.pixels)
    found: dict[str, Any] = {
        "model": classifier.name,
        "sha256": bundle.sha256,
        "model_bytes": len(bundle.model),
        "split": "validation",
        "runtime": runtime_name(),
        "machine": f"{platform.machine()}, one thread, Python {platform.python_version()}",
        "golden_difference": round(classifier.golden(), 4),
        "ms_per_face": _milliseconds(classifier, bundle),
    }
    if (head := _benchmark(bundle)) is not None:
        found["fer2013"] = _head(logits[:, head], data.labels)
    truth = votes.strict_majority(data.votes)
    known = truth >= 0
    if training is not None:
        found["without_near_duplicates"] = _fresh(bundle, logits, data, near_duplicates(data.pixels, training))
    if known.any():
        pixels, truth = data.pixels[known], truth[known]
        found["ferplus"] = _ferplus(bundle, logits[known], truth)
        found["ferplus"]["accuracy_at_width"] = {}
        for size in LOW_SIZES:
            small = np.stack([lower_resolution(picture, size) for picture in pixels])
            guess = _logits(classifier, bundle, small)[:, _classes(bundle)].argmax(1)
            found["ferplus"]["accuracy_at_width"][str(size)] = _percent((guess == truth).mean())
    return found


def _ferplus(bundle: Bundle, logits: NDArray[np.float32], truth: NDArray[np.int64]) -> dict[str, Any]:
    """The product's head: with contempt as an eighth class, then the seven emotions as the box shows them."""
    classes = _classes(bundle)
    found = _head(logits[:, classes], truth)
    found["mean_recall"] = _percent(metrics.mean_recall(logits[:, classes].argmax(1), truth))
    seven = truth < len(EMOTIONS)
    shown = metrics.softmax(logits[seven][:, bundle.manifest.canonical] / bundle.manifest.temperature)
    found["as_shown"] = {
        "pictures": int(seven.sum()),
        "accuracy": _percent((shown.argmax(1) == truth[seven]).mean()),
        "calibration_error": round(metrics.calibration_error(shown, truth[seven]), 4),
        "accuracy_on_surest_70": _percent(metrics.surest(shown, truth[seven])),
    }
    return found


def _fresh(bundle: Bundle, logits: NDArray[np.float32], data: Dataset, twins: NDArray[np.bool_]) -> dict[str, Any]:
    """Accuracies without the pictures that have a twin in the training split."""
    found: dict[str, Any] = {"near_duplicates": int(twins.sum())}
    if (head := _benchmark(bundle)) is not None:
        found["fer2013"] = _percent((logits[:, head].argmax(1) == data.labels)[~twins].mean())
    truth = votes.strict_majority(data.votes)
    if (chosen := ~twins & (truth >= 0)).any():
        found["ferplus"] = _percent((logits[:, _classes(bundle)].argmax(1) == truth)[chosen].mean())
    return found


def _benchmark(bundle: Bundle) -> list[int] | None:
    """Output indices of the FER2013 head in EMOTIONS order, if the model has one."""
    head = bundle.manifest.outputs.benchmarks.get("fer2013")
    return None if head is None else [head[bundle.manifest.labels.index(emotion.value)] for emotion in EMOTIONS]


def _classes(bundle: Bundle) -> list[int]:
    """Output indices in the order of votes.CLASSES; without contempt for a model that does not know it."""
    contempt = bundle.manifest.outputs.others.get("contempt")
    return [*bundle.manifest.canonical, *([] if contempt is None else [contempt])]


def _head(logits: NDArray[np.float32], truth: NDArray[np.int64]) -> dict[str, Any]:
    guess = logits.argmax(1)
    classes = votes.CLASSES[: max(int(truth.max()) + 1, logits.shape[1])]
    return {
        "pictures": len(truth),
        "accuracy": _percent((guess == truth).mean()),
        "recall": dict(zip(classes, map(_percent, metrics.recalls(guess, truth, len(classes))), strict=True)),
        "classes": list(classes),
        "confusion": metrics.confusion(guess, truth, len(classes)),
    }


def _logits(classifier: ExpressionClassifier, bundle: Bundle, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    return classifier.logits(np.stack([prepare_aligned(picture, bundle.manifest) for picture in pixels]))


def _milliseconds(classifier: ExpressionClassifier, bundle: Bundle, runs: int = 200) -> float:
    """Median time of one face, from the crop's bytes to the seven probabilities."""
    face = bundle.golden.inputs[:1]
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        classifier.classify(face)
        times.append(time.perf_counter() - start)
    return round(1000 * float(np.median(times)), 3)


def _percent(share: Any) -> float:
    return round(100 * float(share), 2)
