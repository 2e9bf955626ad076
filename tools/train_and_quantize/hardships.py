"""Models side by side on the same faces, spoiled as living rooms spoil them, and on people who pose: `rooms`.

What counts is what the box shows: seven emotions, as likely as it says.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from appliance.model.bundle import Bundle
from appliance.model.classifier import ExpressionClassifier
from appliance.model.labels import EXPRESSIONS
from appliance.model.preprocess import prepare_aligned
from appliance.model.runtime import runtime_name
from tools.train_and_quantize import metrics, spoils, votes
from tools.train_and_quantize.dataset import Dataset
from tools.train_and_quantize.errors import DataError
from tools.train_and_quantize.evaluation import benchmark_head
from tools.train_and_quantize.posed import PosedFaces
from tools.train_and_quantize.timing import machine

POSED = "posed portraits"
MOST_LOST = 0.5
"""Points of accuracy on whole faces that a model may lose to the first one and still replace it."""


def measure(bundles: Sequence[Bundle], data: Dataset, posed: PosedFaces | None = None) -> dict[str, Any]:
    """Every figure by model and condition; percentages are 0..100. The first bundle is what the others must beat.

    `score` is the mean of the mean recalls over all conditions but the whole faces. A later model is `better` when its
    score is higher and its accuracy on whole faces not more than MOST_LOST points lower.
    Raises DataError when no picture has a majority of votes.
    """
    truth = votes.strict_majority(data.votes)
    chosen = (truth >= 0) & (truth < len(EXPRESSIONS))
    if not chosen.any():
        raise DataError("no picture has a majority of votes for one of the seven emotions; name FER+'s (--votes)")
    models = [_Model(bundle) for bundle in bundles]
    rows: list[dict[str, Any]] = [{"model": model.classifier.name, "sha256": model.bundle.sha256, "on": {}}
                                  for model in models]  # fmt: skip
    for row, model in zip(rows, models, strict=True):
        if (head := benchmark_head(model.bundle)) is not None:
            guess = model.classifier.logits(model.inputs(data.pixels))[:, head].argmax(1)
            row["fer2013"] = _percent((guess == data.labels).mean())
    for name in (spoils.WHOLE, *spoils.SPOILS):
        pixels = spoils.spoiled(data.pixels, name)[chosen]
        for row, model in zip(rows, models, strict=True):
            row["on"][name] = _shown(model.shown(model.inputs(pixels), spoils.WIDTHS.get(name)), truth[chosen])
    for row, model in zip(rows, models, strict=True):
        if posed is not None:
            row["on"][POSED] = _shown(model.shown(posed.inputs), posed.labels) | {"missed": posed.missed}
        hard = [found["mean_recall"] for name, found in row["on"].items() if name != spoils.WHOLE]
        row["score"] = round(float(np.mean(hard)), 2)
        lost = rows[0]["on"][spoils.WHOLE]["accuracy"] - row["on"][spoils.WHOLE]["accuracy"]
        row["better"] = row["score"] > rows[0]["score"] and lost <= MOST_LOST
    return {"kind": "rooms", "split": "validation", "runtime": runtime_name(), "machine": machine(), "rows": rows}


class _Model:
    """A bundle's model, called as the box calls it."""

    def __init__(self, bundle: Bundle) -> None:
        self.bundle, self.classifier = bundle, ExpressionClassifier(bundle)
        self._seven = [bundle.manifest.named.index(emotion) for emotion in EXPRESSIONS]

    def inputs(self, pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Face crops (n, h, w) as the model takes them."""
        return np.stack([prepare_aligned(picture, self.bundle.manifest) for picture in pixels])

    def shown(self, inputs: NDArray[np.uint8], width: float | None = None) -> NDArray[np.float32]:
        """Probabilities (n, 7) of the seven emotions in the order of EXPRESSIONS, of faces that were so wide."""
        return self.classifier.named(inputs, None if width is None else [width] * len(inputs))[:, self._seven]


def _shown(probabilities: NDArray[np.float32], truth: NDArray[np.int64]) -> dict[str, Any]:
    guess = probabilities.argmax(1)
    return {
        "pictures": len(truth),
        "accuracy": _percent((guess == truth).mean()),
        "mean_recall": _percent(metrics.mean_recall(guess, truth)),
        "calibration_error": round(metrics.calibration_error(probabilities, truth), 4),
        "accuracy_on_surest_70": _percent(metrics.surest(probabilities, truth)),
        "risk_coverage": metrics.risk_coverage(probabilities, truth),
    }


def _percent(share: Any) -> float:
    return round(100 * float(share), 2)
