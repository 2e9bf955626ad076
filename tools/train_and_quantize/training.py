"""The training run: epochs, schedule, checkpoints, progress. A stopped run continues at its last whole epoch."""

from __future__ import annotations

import json
import os
import shutil
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tools.train_and_quantize import metrics, votes
from tools.train_and_quantize.augment import augment
from tools.train_and_quantize.dataset import Dataset
from tools.train_and_quantize.errors import RunError
from tools.train_and_quantize.recipe import Recipe

if TYPE_CHECKING:
    from tools.train_and_quantize.torch_engine import TorchEngine

SETTLE_BATCHES = 24
REPORT_EVERY = 20.0
"""Seconds between two lines of progress."""


def train(
    recipe_file: Path, recipe: Recipe, run: Path, training: Dataset, validation: Dataset, engine: TorchEngine,
    evaluate_every: int = 2, start: Path | None = None,
) -> None:  # fmt: skip
    """Train to the end of the recipe in the folder `run`, or continue there. Leaves `weights.npz`.

    A new run begins with the weights of the finished run `start`, if one is given (a warm restart,
    Loshchilov and Hutter 2017, arXiv 1608.03983), else with random ones.
    """
    run.mkdir(parents=True, exist_ok=True)
    copy = run / "recipe.toml"
    if copy.exists() and copy.read_bytes() != recipe_file.read_bytes():
        raise RunError(f"{copy}: this run was started with another recipe; take another run folder")
    shutil.copyfile(recipe_file, copy)
    first = _resume(run, engine)
    if start is not None and not first:
        _begin_with(start, engine)
    targets = votes.soft_targets(training.votes)
    started = time.monotonic()
    for epoch in range(first, recipe.epochs):
        loss = _epoch(epoch, first, recipe, training, targets, engine, started)
        entry: dict[str, Any] = {"epoch": epoch + 1, "loss": round(loss, 4), "minutes": _minutes(started)}
        if (epoch + 1) % evaluate_every == 0 or epoch + 1 == recipe.epochs:
            entry |= _validate(run, recipe, training, validation, engine)
        _checkpoint(run, epoch + 1, engine)
        with (run / "history.jsonl").open("a", encoding="utf-8") as log:
            log.write(json.dumps(entry) + "\n")
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


def _epoch(
    epoch: int, first: int, recipe: Recipe, training: Dataset, targets: NDArray[np.float32], engine: TorchEngine,
    started: float,
) -> float:  # fmt: skip
    """One pass; the mean loss. Its random numbers depend on the seed and the epoch alone."""
    rng = np.random.default_rng((recipe.seed, epoch))
    engine.begin(epoch)
    order = rng.permutation(len(training))
    steps = max(len(order) // recipe.batch, 1)
    losses, told = [], time.monotonic()
    for step in range(steps):
        progress = (epoch + step / steps) / recipe.epochs
        chosen = order[step * recipe.batch : (step + 1) * recipe.batch]
        pixels = augment(training.pixels[chosen], recipe.size_at(progress), recipe.augment, rng)
        losses.append(engine.step(pixels, training.labels[chosen], targets[chosen], rate_at(recipe, progress)))
        if not np.isfinite(losses[-1]):
            raise RunError(f"the loss became {losses[-1]} in epoch {epoch + 1}; a lower rate in the recipe may help")
        if (now := time.monotonic()) - told > REPORT_EVERY:
            told = now
            done = epoch - first + (step + 1) / steps
            left = (now - started) / done * (recipe.epochs - first - done)
            print(f"epoch {epoch + 1}/{recipe.epochs} {100 * (step + 1) / steps:3.0f} %  "
                  f"loss {np.mean(losses):.3f}  {left / 60:.1f} min left", flush=True)  # fmt: skip
    return float(np.mean(losses))


def _validate(
    run: Path, recipe: Recipe, training: Dataset, validation: Dataset, engine: TorchEngine
) -> dict[str, float]:
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
        yield augment(training.pixels[chosen], recipe.size_at(1.0), recipe.augment, rng)


def _checkpoint(run: Path, done: int, engine: TorchEngine) -> None:
    save_arrays(
        run / "checkpoint.npz",
        {"weights": engine.weights(), "average": engine.average(), "momentum": engine.momentum(),
         "done": [np.array([done], np.float32)]},
    )  # fmt: skip


def _resume(run: Path, engine: TorchEngine) -> int:
    """Continue from the checkpoint, if there is one; the number of epochs done."""
    if not (run / "checkpoint.npz").exists():
        return 0
    saved = load_arrays(run / "checkpoint.npz")
    try:
        engine.restore(saved["weights"], saved["average"], saved["momentum"])
    except (KeyError, ValueError, RuntimeError) as error:
        raise RunError(f"{run / 'checkpoint.npz'}: does not fit this recipe: {error}") from None
    done = int(saved["done"][0][0])
    print(f"continuing after epoch {done}", flush=True)
    return done


def _begin_with(start: Path, engine: TorchEngine) -> None:
    weights = load_arrays(start / "weights.npz").get("weights", [])
    try:
        engine.restore(weights, weights)
    except (ValueError, RuntimeError) as error:
        raise RunError(f"{start / 'weights.npz'}: does not fit this recipe: {error}") from None
    print(f"beginning with the weights of {start}", flush=True)


def save_arrays(path: Path, lists: dict[str, list[NDArray[np.float32]]]) -> None:
    """Write lists of arrays so that the file is either the old one or the new one."""
    partial = path.with_name(path.name + ".part")
    with partial.open("wb") as file:
        np.savez(file, **{f"{name}_{i:03d}": array for name, arrays in lists.items() for i, array in enumerate(arrays)})
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)


def load_arrays(path: Path) -> dict[str, list[NDArray[np.float32]]]:
    """Read what `save_arrays` wrote. Raises RunError when the file is missing or damaged."""
    lists: dict[str, list[NDArray[np.float32]]] = {}
    try:
        with np.load(path, allow_pickle=False) as saved:
            for key in sorted(saved.files):
                lists.setdefault(key.rsplit("_", 1)[0], []).append(saved[key])
    except (OSError, ValueError, EOFError, zipfile.BadZipFile, KeyError) as error:
        raise RunError(f"{path}: cannot be read: {error}") from None
    return lists


def _minutes(started: float) -> float:
    return round((time.monotonic() - started) / 60, 1)
