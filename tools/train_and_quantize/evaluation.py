"""Measure a bundle on a split with the TFLite runtime that is installed here."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from appliance.model.bundle import Bundle
from appliance.model.classifier import ExpressionClassifier, probabilities
from appliance.model.errors import ModelError
from appliance.model.labels import EXPRESSIONS
from appliance.model.preprocess import prepare_aligned
from appliance.model.runtime import runtime_name
from tools.train_and_quantize import metrics, votes
from tools.train_and_quantize.dataset import Dataset
from tools.train_and_quantize.duplicates import near_duplicates
from tools.train_and_quantize.errors import DataError
from tools.train_and_quantize.spoiling import lower_resolution
from tools.train_and_quantize.tflite_file import OURS, TfliteFile
from tools.train_and_quantize.timing import machine, medians

LOW_SIZES = (24, 16, 12)
"""Widths in pixels to which the pictures are reduced, to see what distance costs."""


def evaluate(
    bundle: Bundle, data: Dataset, training: NDArray[np.uint8] | None = None, twin: bytes | None = None,
    split: str = "validation",
) -> dict[str, Any]:  # fmt: skip
    """Every figure of the card, by name. Percentages are 0..100.

    With the `training` pictures (n, 48, 48) also the accuracies without near-duplicates of them; with the float
    `twin` of the model, a TFLite file, also what quantization took.
    """
    classifier = ExpressionClassifier(bundle)
    logits = _logits(classifier, bundle, data.pixels)
    found: dict[str, Any] = {
        "kind": "evaluation",
        "model": classifier.name,
        "sha256": bundle.sha256,
        "model_bytes": len(bundle.model),
        "split": split,
        "runtime": runtime_name(),
        "machine": machine(),
        "temperature": bundle.manifest.temperature,
        "golden_difference": round(classifier.golden(), 4),
    }
    calls = {"int8": partial(classifier.classify, bundle.golden.inputs[:1])}
    if twin is not None:
        unquantized = _twin(twin, bundle)
        calls["float"] = partial(unquantized.one, data.pixels[0])
    times = medians(calls)
    found["ms_per_face"] = times["int8"]
    if (head := benchmark_head(bundle)) is not None:
        found["fer2013"] = _head(logits[:, head], data.labels)
    found["labels_as_shown"] = _shown(bundle, logits, data.labels, data.pixels)
    truth = votes.strict_majority(data.votes)
    known = truth >= 0
    if training is not None:
        found["without_near_duplicates"] = _fresh(bundle, logits, data, near_duplicates(data.pixels, training))
    if known.any():
        pixels, truth = data.pixels[known], truth[known]
        found["ferplus"] = _ferplus(bundle, logits[known], truth, pixels)
        found["ferplus"]["accuracy_at_width"] = {}
        for size in LOW_SIZES:
            small = np.stack([lower_resolution(picture, size) for picture in pixels])
            guess = _logits(classifier, bundle, small)[:, ferplus_head(bundle)].argmax(1)
            found["ferplus"]["accuracy_at_width"][str(size)] = _percent((guess == truth).mean())
    if twin is not None:
        found["float"] = _float(bundle, unquantized.all(data.pixels), data, found)
        found["float"] |= {"model_bytes": len(twin), "ms_per_face": times["float"]}
    return found


def _twin(content: bytes, bundle: Bundle) -> TfliteFile:
    try:
        found = TfliteFile(content, OURS)
    except (ModelError, DataError) as error:
        raise DataError(f"--float: {error}") from None
    size = bundle.manifest.input
    width = len(found.one(np.zeros((size.height, size.width), np.uint8)))
    if width != (right := bundle.manifest.outputs.width):
        raise DataError(f"--float: expected the float file of this very model with {right} outputs, found {width}")
    return found


def _float(bundle: Bundle, logits: NDArray[np.float32], data: Dataset, found: dict[str, Any]) -> dict[str, Any]:
    """The unquantized network's accuracies, and `lost`: how many points less the quantized one has."""
    measured: dict[str, Any] = {"lost": {}}
    if (head := benchmark_head(bundle)) is not None:
        measured["fer2013"] = _percent((logits[:, head].argmax(1) == data.labels).mean())
        measured["lost"]["fer2013"] = round(measured["fer2013"] - found["fer2013"]["accuracy"], 2)
    if "ferplus" in found:
        truth = votes.strict_majority(data.votes)
        guess = logits[truth >= 0][:, ferplus_head(bundle)].argmax(1)
        truth = truth[truth >= 0]
        measured["ferplus"] = _percent((guess == truth).mean())
        measured["mean_recall"] = _percent(metrics.mean_recall(guess, truth))
        for name, quantized in (("ferplus", "accuracy"), ("mean_recall", "mean_recall")):
            measured["lost"][name] = round(measured[name] - found["ferplus"][quantized], 2)
    return measured


def _ferplus(
    bundle: Bundle, logits: NDArray[np.float32], truth: NDArray[np.int64], pixels: NDArray[np.uint8]
) -> dict[str, Any]:
    """The product's head: with contempt as an eighth class, then the seven emotions as the box shows them."""
    classes = ferplus_head(bundle)
    found = _head(logits[:, classes], truth)
    found["mean_recall"] = _percent(metrics.mean_recall(logits[:, classes].argmax(1), truth))
    seven = truth < len(EXPRESSIONS)
    found["as_shown"] = _shown(bundle, logits[seven], truth[seven], pixels[seven])
    return found


def _shown(
    bundle: Bundle, logits: NDArray[np.float32], truth: NDArray[np.int64], pixels: NDArray[np.uint8]
) -> dict[str, Any]:
    """What the box shows of these pictures of the seven emotions."""
    shown = probabilities(bundle.manifest, logits, _inputs(bundle, pixels))
    return {
        "pictures": len(truth),
        "accuracy": _percent((shown.argmax(1) == truth).mean()),
        "mean_recall": _percent(metrics.mean_recall(shown.argmax(1), truth)),
        "calibration_error": round(metrics.calibration_error(shown, truth), 4),
        "accuracy_on_surest_70": _percent(metrics.surest(shown, truth)),
        "reliability": metrics.reliability(shown, truth),
        "risk_coverage": metrics.risk_coverage(shown, truth),
    }


def _fresh(bundle: Bundle, logits: NDArray[np.float32], data: Dataset, twins: NDArray[np.bool_]) -> dict[str, Any]:
    """Accuracies without the pictures that have a twin in the training split."""
    found: dict[str, Any] = {"near_duplicates": int(twins.sum())}
    if (head := benchmark_head(bundle)) is not None and not twins.all():
        found["fer2013"] = _percent((logits[:, head].argmax(1) == data.labels)[~twins].mean())
    truth = votes.strict_majority(data.votes)
    if (chosen := ~twins & (truth >= 0)).any():
        found["ferplus"] = _percent((logits[:, ferplus_head(bundle)].argmax(1) == truth)[chosen].mean())
    return found


def benchmark_head(bundle: Bundle) -> list[int] | None:
    """Output indices of the FER2013 head in EXPRESSIONS order, if the model has one."""
    head = bundle.manifest.outputs.benchmarks.get("fer2013")
    return None if head is None else [head[bundle.manifest.labels.index(emotion.value)] for emotion in EXPRESSIONS]


def ferplus_head(bundle: Bundle) -> list[int]:
    """Output indices in the order of votes.CLASSES; without contempt for a model that does not know it."""
    contempt = bundle.manifest.outputs.others.get("contempt")
    return [*bundle.manifest.canonical, *([] if contempt is None else [contempt])]


def _head(logits: NDArray[np.float32], truth: NDArray[np.int64]) -> dict[str, Any]:
    guess = logits.argmax(1)
    classes = votes.CLASSES[: max(int(truth.max()) + 1, logits.shape[1])]
    recalls = metrics.recalls(guess, truth, len(classes))
    return {
        "pictures": len(truth),
        "accuracy": _percent((guess == truth).mean()),
        "recall": {name: _percent(share) for name, share in zip(classes, recalls, strict=True) if not np.isnan(share)},
        "classes": list(classes),
        "confusion": metrics.confusion(guess, truth, len(classes)),
    }


def _logits(classifier: ExpressionClassifier, bundle: Bundle, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    return classifier.logits(_inputs(bundle, pixels))


def _inputs(bundle: Bundle, pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.stack([prepare_aligned(picture, bundle.manifest) for picture in pixels])


def _percent(share: Any) -> float:
    return round(100 * float(share), 2)
