"""The history of a run, and of those it continued, as curves."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tools.train_and_quantize.errors import RunError
from tools.train_and_quantize.svg import Axes, Canvas, steps

ACCURACIES = (("ferplus", "FER+", "la"), ("fer2013", "FER2013", "lb"), ("recall", "mean recall on FER+", "lc"))


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


def accuracy(history: Sequence[dict[str, Any]]) -> str:
    """Validation accuracies of the averaged weights over the epochs, each with its last value."""
    canvas, axes = _frame(history, "Accuracy on the validation split", [e[key] for e in history
                          for key, _, _ in ACCURACIES if key in e], "{:g} %".format, 176)  # fmt: skip
    ends: list[tuple[float, str]] = []
    for key, name, kind in ACCURACIES:
        points = [(entry["at"], entry[key]) for entry in history if key in entry]
        if points:
            axes.curve(points, kind)
            canvas.dot(axes.x(points[-1][0]), axes.y(points[-1][1]), kind[1:])
            ends.append((axes.y(points[-1][1]) + 4, f"{name} {points[-1][1]:.1f}"))
    lowest = 0.0
    for y, words in sorted(ends):
        lowest = max(y, lowest + 17)
        canvas.words(axes.right + 10, lowest, words, "ink small")
    return canvas.render()


def loss(history: Sequence[dict[str, Any]]) -> str:
    """Mean training loss of each epoch, on augmented pictures."""
    canvas, axes = _frame(history, "Loss on the augmented training pictures", [e["loss"] for e in history],
                          "{:g}".format, 60)  # fmt: skip
    axes.curve([(entry["at"], entry["loss"]) for entry in history], "la")
    last = history[-1]
    canvas.dot(axes.x(last["at"]), axes.y(last["loss"]), "a")
    canvas.words(axes.x(last["at"]) + 8, axes.y(last["loss"]) + 4, f"{last['loss']:.3f}", "ink small")
    return canvas.render()


def _frame(
    history: Sequence[dict[str, Any]], title: str, values: list[float], written: Any, right: int
) -> tuple[Canvas, Axes]:
    """A canvas whose axes hold these values, with a mark where a run continued another."""
    canvas = Canvas(640, 400, title, f"{title} over {len(history)} epochs")
    values = values or [0, 100]  # a run that was stopped before it was first validated
    up, across = steps(min(values), max(values)), steps(0, len(history))
    axes = Axes(canvas, (0, max(len(history), 1)), (up[0], up[-1]), (64, right, 56, 60))
    axes.ticks_up(up, written)
    axes.ticks_across([value for value in across if value <= len(history)])
    for entry in history[1:]:
        if entry["start"]:
            x = axes.x(entry["at"] - 1)
            canvas.line([(x, axes.top), (x, axes.bottom)], "guide")
            canvas.words(x + 6, axes.bottom - 8, "continued from here", "soft small")
    axes.names("epochs", "")
    return canvas, axes
