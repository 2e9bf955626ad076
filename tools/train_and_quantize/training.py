"""The training run: epochs, schedule, progress. A stopped run continues at its last whole epoch."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tools.train_and_quantize import metrics, rooms, run_folder, votes
from tools.train_and_quantize.arrays import load_arrays, load_weights, save_arrays
from tools.train_and_quantize.dataset import Dataset
from tools.train_and_quantize.engine import Engine
from tools.train_and_quantize.errors import RunError
from tools.train_and_quantize.recipe import Recipe

SETTLE_BATCHES = 24
REPORT_EVERY = 20.0
"""Seconds between two lines of progress."""


@dataclass(frozen=True, slots=True)
class EpochBatches:
    """What is learnt: pictures, and what they are said to show."""

    training: Dataset
    targets: NDArray[np.float32]
    """FER+ distributions (n, 8)."""
    taught: NDArray[np.float32] | None = None
    """The teachers' tempered probabilities (n, 15), if there are teachers."""


def train(
    recipe: Recipe, run: Path, training: Dataset, validation: Dataset, engine: Engine,
    evaluate_every: int = 2, start: Path | None = None, taught: NDArray[np.float32] | None = None,
) -> None:  # fmt: skip
    """Train to the end of the recipe in the opened folder `run`, or continue there. Leaves `weights.npz`.

    A new run begins with the weights of the finished run `start`, if one is given (a warm restart,
    Loshchilov and Hutter 2017, arXiv 1608.03983), else with ImageNet's or random ones as the recipe says.
    `taught` are the opinions of teachers, see `distillation`.
    """
    first = _resume(run, engine)
    if first >= recipe.epochs:
        print(f"this run is finished: all its {recipe.epochs} epochs are done", flush=True)
    if not first:
        _begin(recipe, start, engine)
    lessons = EpochBatches(training, votes.soft_targets(training.votes), taught)
    started = time.monotonic()
    for epoch in range(first, recipe.epochs):
        loss = _epoch(epoch, first, recipe, lessons, engine, started)
        entry: dict[str, Any] = {"epoch": epoch + 1, "loss": round(loss, 4), "minutes": _minutes(started)}
        if (epoch + 1) % evaluate_every == 0 or epoch + 1 == recipe.epochs:
            entry |= _validate(run, recipe, training, validation, engine)
        run_folder.note(run, entry)  # first: what ends between the two steps does this epoch and its entry once more
        _checkpoint(run, epoch + 1, engine)
        print(json.dumps(entry), flush=True)


def rate_at(recipe: Recipe, progress: float) -> float:
    """Learning rate when `progress` (0..1) of the run is done."""
    warmup = recipe.optimiser.warmup
    if progress < warmup:
        return recipe.optimiser.rate * progress / warmup
    return float(recipe.optimiser.rate * 0.5 * (1 + np.cos(np.pi * (progress - warmup) / (1 - warmup))))


def prior(training: Dataset) -> NDArray[np.float32]:
    """Frequencies of the eight FER+ classes in the soft targets; equal ones where there are no votes."""
    total = votes.soft_targets(training.votes).sum(axis=0) + 1e-3
    return (total / total.sum()).astype(np.float32)


def _epoch(epoch: int, first: int, recipe: Recipe, lessons: EpochBatches, engine: Engine, started: float) -> float:
    """One pass; the mean loss. Its random numbers depend on the seed and the epoch alone."""
    rng = np.random.default_rng((recipe.seed, epoch))
    engine.begin(epoch)
    data = lessons.training
    order = rng.permutation(len(data))
    steps = max(len(order) // recipe.batch, 1)
    losses, told = [], time.monotonic()
    for step in range(steps):
        progress = (epoch + step / steps) / recipe.epochs
        chosen = order[step * recipe.batch : (step + 1) * recipe.batch]
        pixels = rooms.changed(data.pixels[chosen], recipe.size_at(progress), recipe, rng)
        taught = None if lessons.taught is None else lessons.taught[chosen]
        rate = rate_at(recipe, progress)
        losses.append(engine.step(pixels, data.labels[chosen], lessons.targets[chosen], rate, taught))
        if not np.isfinite(losses[-1]):
            raise RunError(f"the loss became {losses[-1]} in epoch {epoch + 1}; a lower rate in the recipe may help")
        if (now := time.monotonic()) - told > REPORT_EVERY:
            told = now
            done = epoch - first + (step + 1) / steps
            left = (now - started) / done * (recipe.epochs - first - done)
            print(f"epoch {epoch + 1}/{recipe.epochs} {100 * (step + 1) / steps:3.0f} %  "
                  f"loss {np.mean(losses):.3f}  {left / 60:.1f} min left", flush=True)  # fmt: skip
    return float(np.mean(losses))


def _validate(run: Path, recipe: Recipe, training: Dataset, validation: Dataset, engine: Engine) -> dict[str, float]:
    """Measure the averaged weights, keep them in `weights.npz`, and go back to those in training."""
    current = engine.weights()
    engine.restore(engine.average())
    engine.settle(_settle_batches(recipe, training))
    save_arrays(run / "weights.npz", {"weights": engine.weights()})
    figures = metrics.summary(engine.logits(validation.pixels), validation, prior(training), recipe)
    engine.restore(current)
    return figures


def _settle_batches(recipe: Recipe, training: Dataset) -> Iterator[NDArray[np.uint8]]:
    """Augmented pictures at the final size."""
    rng = np.random.default_rng((recipe.seed, recipe.epochs))
    for _ in range(SETTLE_BATCHES):
        chosen = rng.integers(0, len(training), recipe.batch)
        yield rooms.changed(training.pixels[chosen], recipe.size_at(1.0), recipe, rng)


def _checkpoint(run: Path, done: int, engine: Engine) -> None:
    save_arrays(
        run / run_folder.CHECKPOINT,
        {"weights": engine.weights(), "average": engine.average(), "momentum": engine.momentum(),
         "done": [np.array([done], np.float32)]},
    )  # fmt: skip


def _resume(run: Path, engine: Engine) -> int:
    """Continue from the checkpoint, if there is one; the number of epochs done."""
    path = run / run_folder.CHECKPOINT
    if not path.exists():
        return 0
    saved = load_arrays(path)
    try:
        engine.restore(saved["weights"], saved["average"], saved["momentum"])
        done = int(saved["done"][0][0])
    except (LookupError, ValueError, RuntimeError) as error:
        raise RunError(f"{path}: does not fit this recipe: {error}") from None
    print(f"continuing after epoch {done}", flush=True)
    return done


def _begin(recipe: Recipe, start: Path | None, engine: Engine) -> None:
    if start is not None:
        restore_finished(start, engine)
        print(f"beginning with the weights of {start}", flush=True)
    elif recipe.architecture.imagenet:
        from tools.train_and_quantize.resnet50 import begin_with_imagenet

        begin_with_imagenet(engine.model)
        engine.restore(engine.weights(), engine.weights())
        print("beginning with ImageNet's weights", flush=True)


def restore_finished(run: Path, engine: Engine) -> None:
    """Put the weights of a finished run into the engine. Raises RunError when they are not there or do not fit."""
    weights = load_weights(run)
    try:
        engine.restore(weights, weights)
    except (ValueError, RuntimeError) as error:
        raise RunError(f"{run / 'weights.npz'}: does not fit the network of the recipe: {error}") from None


def _minutes(started: float) -> float:
    return round((time.monotonic() - started) / 60, 1)
