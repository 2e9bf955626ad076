"""From features of music with and without a known feeling to an `Ear`. Nothing here is random."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from appliance.sound.ear import Ear
from appliance.sound.features import FEATURES
from appliance.sound.index import SOUND_SIZE
from appliance.sound.rule import rule

RIDGE = 3000.0
"""How strongly large weights are held down, for standardised features."""
UNHEARD = frozenset({"loud", "silence"})
"""Features that the composer's pieces cannot teach: how loud a recording is, is the mastering's choice."""
HOUSE_SHARE = 0.2
"""How much the composer's pieces say beside the rule."""
STEADIEST = 2.0
"""A feature counts for likeness by its steadiness within a song to this power."""

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Songs:
    """Features of songs, (n, F) each: of the whole, and of its first and second half."""

    whole: Numbers
    first: Numbers
    second: Numbers


def fit_ear(composed: Songs, feelings: Numbers, free: Songs) -> Ear:
    """The ear from composed pieces with their (n, 2) valence and arousal, and from free music of unknown feeling.

    The free music says what is usual. What the composed pieces show is learnt from their own standardised features, for
    synthetic sound differs from recordings as a whole.
    """
    low, high = np.percentile(free.whole, (2, 98), axis=0)
    clipped = free.whole.clip(low, high)
    mean, deviation = clipped.mean(axis=0), clipped.std(axis=0) + 1e-6
    house = _learnt(_standard(composed.whole, composed.whole), feelings)
    usual = (clipped - mean) / deviation
    balance = _balance(usual, house)
    return Ear(
        *(part.astype(np.float32) for part in (low, high, mean, deviation, house, balance)),
        projection=_projection(composed, free).astype(np.float32),
    )


def _standard(features: Numbers, by: Numbers) -> Numbers:
    low, high = np.percentile(by, (2, 98), axis=0)
    clipped = by.clip(low, high)
    return np.asarray((features.clip(low, high) - clipped.mean(axis=0)) / (clipped.std(axis=0) + 1e-6))


def _learnt(standardised: Numbers, feelings: Numbers) -> Numbers:
    """(2, F): ridge regression, in closed form."""
    taught = np.array([name not in UNHEARD for name in FEATURES])
    known = standardised[:, taught]
    target = feelings - feelings.mean(axis=0)
    weights = np.zeros((2, len(FEATURES)))
    weights[:, taught] = np.linalg.solve(known.T @ known + RIDGE * np.eye(known.shape[1]), known.T @ target).T
    return weights


def _balance(usual: Numbers, house: Numbers) -> Numbers:
    """(2, 2): factors for rule and house by their shares; the sum has deviation one over the usual music."""
    result = np.zeros((2, 2))
    for axis in (0, 1):
        said = np.stack((usual @ rule()[axis], usual @ house[axis]))
        factors = np.array([1 - HOUSE_SHARE, HOUSE_SHARE]) / said.std(axis=1)
        result[axis] = factors / (factors @ said).std()
    return result


def _projection(composed: Songs, free: Songs) -> Numbers:
    """(F, 32): principal components of features that count the more the steadier they are within a song."""
    whole = [_standard(each.whole, each.whole) for each in (composed, free)]
    halves = [(_standard(each.first, each.whole), _standard(each.second, each.whole)) for each in (composed, free)]
    change = np.mean([((first - second) ** 2).mean(axis=0) / 2 for first, second in halves], axis=0)
    steady = np.clip(1 - change, 0.05, 1) ** STEADIEST
    weighed = np.concatenate(whole) * steady
    _, _, directions = np.linalg.svd(weighed - weighed.mean(axis=0), full_matrices=False)
    kept = directions[:SOUND_SIZE].T
    kept = kept * np.sign(kept[np.abs(kept).argmax(axis=0), np.arange(SOUND_SIZE)])
    projection = steady[:, None] * kept
    return np.asarray(projection / (weighed @ kept).std(axis=0).max())
