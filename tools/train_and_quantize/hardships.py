"""Models side by side on the same faces, spoiled as living rooms spoil them, and on people who pose: `rooms`.

What counts is what the box shows: seven emotions, as likely as it says.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from appliance.domain.emotions import Emotion
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
RESTED = "posed portraits, each one's resting face taken away"
"""What knowing everybody's resting face would bring at most; it does not count in the score."""
MOST_LOST = 0.5
"""Points of accuracy on whole faces that a model may lose to the first one and still replace it."""
GOALS = {
    spoils.WHOLE: (87.5, 80, None),
    spoils.EVENING: (85, 77, 0.03),
    spoils.NIGHT: (80, 66, 0.05),
    spoils.MOUTH: (70, 58, 0.06),
    spoils.TURNED: (84, 74, None),
    spoils.FAR: (80, 72, None),
    POSED: (52, None, 0.19),
}
"""What a model of this size is asked for: least accuracy and mean recall in %, greatest calibration error."""
FER2013_GOAL = 71.2
"""The best that is published of a network of this size, % of FER2013's own labels."""
_NEUTRAL = EXPRESSIONS.index(Emotion.NEUTRAL)
_FLOOR = 1e-3
"""A probability below this counts as this."""


def measure(bundles: Sequence[Bundle], data: Dataset, posed: PosedFaces | None = None) -> dict[str, Any]:
    """Every figure by model and condition; percentages are 0..100. The first bundle is what the others must beat.

    `on` has what one look at each face says, `on_both` the mean of what is said of it and of its mirror image, as the
    box reads people whom it follows. `score` is the mean of the mean recalls of one look over all conditions but the
    whole faces. A later model is `better` when its score is higher and its accuracy on whole faces not more than
    MOST_LOST points lower.
    Raises DataError when no picture has a majority of votes.
    """
    truth = votes.strict_majority(data.votes)
    chosen = (truth >= 0) & (truth < len(EXPRESSIONS))
    if not chosen.any():
        raise DataError("no picture has a majority of votes for one of the seven emotions; name FER+'s (--votes)")
    models = [_Model(bundle) for bundle in bundles]
    rows: list[dict[str, Any]] = [{"model": model.classifier.name, "sha256": model.bundle.sha256, "on": {},
                                   "on_both": {}}
                                  for model in models]  # fmt: skip
    for row, model in zip(rows, models, strict=True):
        if (head := benchmark_head(model.bundle)) is not None:
            guess = model.classifier.logits(model.inputs(data.pixels))[:, head].argmax(1)
            row["fer2013"] = _percent((guess == data.labels).mean())
    for name in (spoils.WHOLE, *spoils.SPOILS):
        pixels = spoils.spoiled(data.pixels, name)[chosen]
        for row, model in zip(rows, models, strict=True):
            _measured(row, name, model, model.inputs(pixels), truth[chosen])
    for row, model in zip(rows, models, strict=True):
        hard = [found["mean_recall"] for name, found in row["on"].items() if name != spoils.WHOLE]
        if posed is not None:
            _measured(row, POSED, model, posed.inputs, posed.labels)
            row["on"][POSED]["missed"] = row["on_both"][POSED]["missed"] = posed.missed
            hard.append(row["on"][POSED]["mean_recall"])
            _rested(row, model, posed, data.pixels[chosen & (truth == _NEUTRAL)])
        row["score"] = round(float(np.mean(hard)), 2)
        lost = rows[0]["on"][spoils.WHOLE]["accuracy"] - row["on"][spoils.WHOLE]["accuracy"]
        row["better"] = row["score"] > rows[0]["score"] and lost <= MOST_LOST
    return {"kind": "rooms", "split": "validation", "runtime": runtime_name(), "machine": machine(), "rows": rows,
            "goals": {name: list(goal) for name, goal in GOALS.items()}, "fer2013_goal": FER2013_GOAL}  # fmt: skip


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

    def both(
        self, inputs: NDArray[np.uint8], width: float | None = None
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """The same of one look, and the mean of this and of one in the mirror."""
        once = self.shown(inputs, width)
        return once, (once + self.shown(np.ascontiguousarray(inputs[:, :, ::-1]), width)) / 2


def _measured(
    row: dict[str, Any], name: str, model: _Model, inputs: NDArray[np.uint8], truth: NDArray[np.int64]
) -> None:
    """Faces as the model takes them, looked at once and twice, into the row."""
    for way, shown in zip(("on", "on_both"), model.both(inputs, spoils.WIDTHS.get(name)), strict=True):
        row[way][name] = _shown(shown, truth)
    del row["on_both"][name]["risk_coverage"]


def _rested(row: dict[str, Any], model: _Model, posed: PosedFaces, resting: NDArray[np.uint8]) -> None:
    """The posed faces once more, each reading less what is peculiar in the person's neutral portraits, into the row.

    That is the mean of the logarithms of what is said of the others of these, less the same of the `resting` faces of
    many people. Nothing where a table does not say who is who, or nobody rests.
    """
    if not posed.people or not len(resting):
        return
    people, neutral = np.array(posed.people), posed.labels == _NEUTRAL
    usual = model.both(model.inputs(resting))
    for way, shown, many in zip(("on", "on_both"), model.both(posed.inputs), usual, strict=True):
        logs, typical = np.log(np.maximum(shown, _FLOOR)), np.log(np.maximum(many, _FLOOR)).mean(axis=0)
        for index, person in enumerate(people):
            own = (people == person) & neutral
            own[index] = False
            if own.any():
                logs[index] -= np.log(np.maximum(shown[own], _FLOOR)).mean(axis=0) - typical
        row[way][RESTED] = _shown(metrics.softmax(logs).astype(np.float32), posed.labels)
        del row[way][RESTED]["risk_coverage"]


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
