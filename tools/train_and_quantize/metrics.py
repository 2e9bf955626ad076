"""Figures of merit, from logits and labels alone: the same for a network in training and for the shipped file."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tools.train_and_quantize import votes
from tools.train_and_quantize.dataset import Dataset
from tools.train_and_quantize.recipe import Recipe

EMOTIONS = 7


def summary(logits: NDArray[np.float32], data: Dataset, prior: NDArray[np.float32], recipe: Recipe) -> dict[str, float]:
    """The few figures worth a line while training; FER+ with the balance that the recipe will ship."""
    found = {"fer2013": round(100 * float((logits[:, :EMOTIONS].argmax(1) == data.labels).mean()), 2)}
    truth = votes.strict_majority(data.votes)
    known = truth >= 0
    if known.any():
        back = (recipe.loss.balance - recipe.export.balance) * np.log(prior)
        guess = (logits[known, EMOTIONS:] + back).argmax(1)
        found["ferplus"] = round(100 * float((guess == truth[known]).mean()), 2)
        found["recall"] = round(100 * mean_recall(guess, truth[known]), 2)
    return found


def recalls(guess: NDArray[np.int64], truth: NDArray[np.int64], classes: int = EMOTIONS) -> list[float]:
    """Share of each class's pictures that were found; NaN for a class without pictures."""
    return [float((guess[truth == c] == c).mean()) if (truth == c).any() else float("nan") for c in range(classes)]


def mean_recall(guess: NDArray[np.int64], truth: NDArray[np.int64]) -> float:
    """Mean of the recalls of the seven emotions."""
    return float(np.nanmean(recalls(guess, truth)))


def confusion(guess: NDArray[np.int64], truth: NDArray[np.int64], classes: int) -> list[list[int]]:
    """Counts: a row for each true class, a column for each guessed one."""
    table = np.zeros((classes, classes), np.int64)
    np.add.at(table, (truth, guess), 1)
    return [[int(cell) for cell in row] for row in table]


def reliability(
    probabilities: NDArray[np.floating[Any]], truth: NDArray[np.int64], bins: int = 15
) -> list[dict[str, float]]:
    """For each of `bins` equal widths of confidence that holds pictures: `share` of all, `confidence`, `accuracy`."""
    confidence, right = probabilities.max(1), probabilities.argmax(1) == truth
    which = np.minimum((confidence * bins).astype(int), bins - 1)
    return [
        {
            "share": round(float((which == b).mean()), 6),
            "confidence": round(float(confidence[which == b].mean()), 6),
            "accuracy": round(float(right[which == b].mean()), 6),
        }
        for b in range(bins)
        if (which == b).any()
    ]


def calibration_error(probabilities: NDArray[np.floating[Any]], truth: NDArray[np.int64], bins: int = 15) -> float:
    """Expected calibration error over equal-width bins of confidence (Guo et al. 2017, arXiv 1706.04599)."""
    return sum(abs(b["accuracy"] - b["confidence"]) * b["share"] for b in reliability(probabilities, truth, bins))


def risk_coverage(
    probabilities: NDArray[np.floating[Any]], truth: NDArray[np.int64], points: int = 40
) -> list[tuple[float, float]]:
    """(share, error among the surest `share` of the pictures), from few pictures to all (Geifman, El-Yaniv 2017)."""
    return [(round(i / points, 4), round(1 - surest(probabilities, truth, i / points), 6))
            for i in range(1, points + 1)]  # fmt: skip


def surest(probabilities: NDArray[np.floating[Any]], truth: NDArray[np.int64], share: float = 0.7) -> float:
    """Accuracy on the `share` of pictures with the highest confidence."""
    order = np.argsort(-probabilities.max(1), kind="stable")[: max(round(share * len(truth)), 1)]
    return float((probabilities[order].argmax(1) == truth[order]).mean())


def softmax(logits: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
    """Along the last axis."""
    raised = np.exp(logits - logits.max(-1, keepdims=True).astype(np.float64))
    return np.asarray(raised / raised.sum(-1, keepdims=True))


def fit_temperature(logits: NDArray[np.floating[Any]], truth: NDArray[np.int64]) -> float:
    """The temperature 0.3..4 with the least negative log-likelihood (golden-section search)."""

    def loss(temperature: float) -> float:
        chosen = softmax(logits / temperature)[np.arange(len(truth)), truth]
        return float(-np.log(np.maximum(chosen, 1e-12)).mean())

    low, high, ratio = 0.3, 4.0, (5**0.5 - 1) / 2
    for _ in range(40):
        a, b = high - ratio * (high - low), low + ratio * (high - low)
        low, high = (low, b) if loss(a) < loss(b) else (a, high)
    return round((low + high) / 2, 3)
