"""Fitting how sure a model may be: its temperature, and how much that rises on dark, noisy, blurred and small faces."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
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
    """(n, 6), see `tempering.troubles`."""


def look(
    logits: NDArray[np.float32], truth: NDArray[np.int64], inputs: NDArray[np.uint8], width: float | None
) -> Looked:
    """A condition of faces (n, h, w, channels) that were `width` pixels wide, where that is known."""
    return Looked(logits, truth, np.array([troubles(face, width) for face in inputs]))


def fit(whole: Looked, spoiled: Sequence[Looked]) -> tuple[float, Tempering]:
    """The temperature with the least negative log-likelihood on `whole` faces, and with it the tempering that has the
    least over all conditions.

    Steps along one figure at a time, smaller and smaller; each figure stays 0 or more, so that no trouble makes a model
    surer than it is of whole faces.
    """
    temperature = metrics.fit_temperature(whole.logits, whole.truth)
    by, looked = np.zeros(len(fields(Tempering))), [whole, *spoiled]
    least = _loss(temperature, by, looked)
    for step in _STEPS:
        moved = True
        while moved:
            moved = False
            for place, sign in itertools.product(range(by.size), (1, -1)):
                tried = by.copy()
                tried[place] = np.clip(tried[place] + sign * step, 0.0, _MOST_EACH)
                if (loss := _loss(temperature, tried, looked)) < least - 1e-9:
                    by, least, moved = tried, loss, True
    return temperature, Tempering(*(round(float(value), 3) for value in by))


def _loss(temperature: float, by: NDArray[np.float64], looked: Sequence[Looked]) -> float:
    """Each condition counts alike."""
    total = 0.0
    for one in looked:
        heat = temperature * np.clip(np.exp(one.troubles @ by), 1.0, MOST)
        chosen = metrics.softmax(one.logits / heat[:, None])[np.arange(len(one.truth)), one.truth]
        total += float(-np.log(np.maximum(chosen, 1e-12)).mean())
    return total / len(looked)
