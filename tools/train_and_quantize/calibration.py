"""Fitting how sure a model may be: its temperature, and how much that rises on dark, noisy, blurred and small faces."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from appliance.model.tempering import MOST, Tempering, troubles
from tools.train_and_quantize import metrics

_STEPS = (0.4, 0.2, 0.1, 0.05, 0.02, 0.01)
_MOST_EACH = 2.0
"""The manifest's limit of each figure."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What a model said of faces in one condition."""

    logits: NDArray[np.float32]
    """(n, 7)."""
    truth: NDArray[np.int64]
    troubles: NDArray[np.float64]
    """(n, 5), see `tempering.troubles`."""
    weight: float
    """What the whole condition counts."""


def look(logits: NDArray[np.float32], truth: NDArray[np.int64], inputs: NDArray[np.uint8], width: float | None,
         weight: float) -> Looked:  # fmt: skip
    """A condition of faces (n, h, w, channels) that were `width` pixels wide, where that is known."""
    return Looked(logits, truth, np.array([troubles(face, width) for face in inputs]), weight)


def fit(looked: list[Looked]) -> tuple[float, Tempering]:
    """The temperature of clear faces and the tempering with the least negative log-likelihood over all conditions.

    Steps along one figure at a time, smaller and smaller; each figure stays 0 or more, so that no trouble makes a model
    surer than it is of clear faces.
    """
    count = len(fields(Tempering))
    point = np.zeros(1 + count)
    point[0] = np.log(metrics.fit_temperature(looked[0].logits, looked[0].truth))
    least = _loss(point, looked)
    for step in _STEPS:
        moved = True
        while moved:
            moved = False
            for place in range(len(point)):
                for sign in (1, -1):
                    tried = point.copy()
                    tried[place] += sign * step
                    if place:
                        tried[place] = np.clip(tried[place], 0.0, _MOST_EACH)
                    if (loss := _loss(tried, looked)) < least - 1e-9:
                        point, least, moved = tried, loss, True
    return round(float(np.exp(point[0])), 3), Tempering(*(round(float(value), 3) for value in point[1:]))


def _loss(point: NDArray[np.float64], looked: list[Looked]) -> float:
    total = 0.0
    for one in looked:
        heat = np.exp(point[0]) * np.clip(np.exp(one.troubles @ point[1:]), 1.0, MOST)
        chosen = metrics.softmax(one.logits / heat[:, None])[np.arange(len(one.truth)), one.truth]
        total += one.weight * float(-np.log(np.maximum(chosen, 1e-12)).mean())
    return total / sum(one.weight for one in looked)
