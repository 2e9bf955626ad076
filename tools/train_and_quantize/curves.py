"""The history of a run, and of those it continued, as curves."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from tools.train_and_quantize.errors import RunError
from tools.train_and_quantize.figure import (
    DASHED,
    FIRST,
    INK,
    SECOND,
    SMALL,
    THIRD,
    as_svg,
    axes,
    dots,
    sheet,
    styled,
)

ACCURACIES = (("ferplus", "FER+", FIRST), ("fer2013", "FER2013", SECOND), ("recall", "mean recall on FER+", THIRD))


def read(runs: Sequence[Path]) -> list[dict[str, Any]]:
    """The epochs of these runs one after the other; `at` counts them through, `start` marks a run's first.

    Raises RunError when a run has no history, or one that is damaged.
    """
    found: list[dict[str, Any]] = []
    for run in runs:
        path, done = run / "history.jsonl", len(found)
        try:
            lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
            epochs = {int(entry["epoch"]): entry | {"loss": float(entry["loss"])} for entry in lines}
        except FileNotFoundError:
            raise RunError(f"{path}: no such file; expected the folder of a run with at least one epoch") from None
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise RunError(f"{path}: not the history of a run: {error!r}") from None
        if not epochs:
            raise RunError(f"{path}: no epoch in it; expected the folder of a run with at least one")
        for epoch in sorted(epochs):
            found.append(epochs[epoch] | {"at": len(found) + 1, "start": len(found) == done})
    return found


@styled
def accuracy(history: Sequence[dict[str, Any]]) -> str:
    """Validation accuracies of the averaged weights over the epochs, each with its last value."""
    title = "Accuracy on the validation split"
    figure, plot = _frame(history, title, 176)
    ends: list[tuple[float, str]] = []
    for key, name, color in ACCURACIES:
        if found := [(entry["at"], entry[key]) for entry in history if key in entry]:
            _curve(plot, found, color)
            ends.append((found[-1][1], f"{name} {found[-1][1]:.1f}"))
    if not ends:  # a run that was stopped before it was first validated
        plot.set_ylim(0, 100)
    plot.yaxis.set_major_formatter("{x:g} %")
    _room(plot)
    low, high = plot.get_ylim()
    line = 17 / plot.bbox.height * (high - low)
    highest = high + line
    for value, words in sorted(ends, reverse=True):
        highest = min(value, highest - line)
        plot.annotate(words, (1, highest), (10, 0), xycoords=plot.get_yaxis_transform(), textcoords="offset points",
                      va="center", color=INK, fontsize=SMALL, annotation_clip=False)  # fmt: skip
    return as_svg(figure, f"{title} over {len(history)} epochs")


@styled
def loss(history: Sequence[dict[str, Any]]) -> str:
    """Mean training loss of each epoch, on augmented pictures."""
    title = "Loss on the augmented training pictures"
    figure, plot = _frame(history, title, 60)
    _curve(plot, [(entry["at"], entry["loss"]) for entry in history], FIRST)
    last = history[-1]
    plot.annotate(f"{last['loss']:.3f}", (last["at"], last["loss"]), (8, 0), textcoords="offset points",
                  va="center", color=INK, fontsize=SMALL, annotation_clip=False)  # fmt: skip
    _room(plot)
    return as_svg(figure, f"{title} over {len(history)} epochs")


def _frame(history: Sequence[dict[str, Any]], title: str, right: int) -> tuple[Figure, Axes]:
    """A figure whose axes hold the epochs, with a mark where a run continued another."""
    figure = sheet(640, 400, title)
    plot = axes(figure, 64, right, 56, 60)
    plot.set(xlim=(0, len(history)), xlabel="epochs")
    plot.xaxis.set_major_locator(MaxNLocator(7, steps=[1, 2, 5, 10], integer=True))
    plot.yaxis.set_major_locator(MaxNLocator(7, steps=[1, 2, 5, 10]))
    for entry in history[1:]:
        if entry["start"]:
            plot.axvline(entry["at"] - 1, **DASHED)
            plot.annotate("continued from here", (entry["at"] - 1, 0), (6, 8), textcoords="offset points",
                          xycoords=plot.get_xaxis_transform(), fontsize=SMALL)  # fmt: skip
    return figure, plot


def _curve(plot: Axes, points: Sequence[tuple[float, float]], color: str) -> None:
    across, up = zip(*points, strict=True)
    plot.plot(across, up, color=color)
    dots(plot, across[-1:], up[-1:], color)


def _room(plot: Axes) -> None:
    """No axis goes below zero: nothing that is drawn does."""
    plot.set_ylim(bottom=max(plot.get_ylim()[0], 0))
