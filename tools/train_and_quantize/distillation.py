"""What trained networks say of the training pictures, as a second opinion beside labels and votes.

Distillation after Hinton et al. 2015 (arXiv 1503.02531): the student learns the tempered probabilities of one or
several teachers. Each looks at every picture and at its mirror image; the probabilities are averaged and kept in the
run's folder, so that a run which is continued learns from the same.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tools.train_and_quantize import metrics
from tools.train_and_quantize.arrays import load_arrays, save_arrays
from tools.train_and_quantize.dataset import Dataset
from tools.train_and_quantize.engine import Engine
from tools.train_and_quantize.errors import RecipeError, RunError
from tools.train_and_quantize.recipe import Recipe
from tools.train_and_quantize.recipe_file import load_recipe
from tools.train_and_quantize.training import prior, restore_finished

_FILE = "teachers.npz"
_HEAD = 7
"""Logits of the FER2013 head, which come first."""


def roster(teachers: Sequence[Path], student: Recipe, run: Path) -> dict[Path, Recipe]:
    """The teachers' folders and recipes. Raises RecipeError for a student that would not listen, RunError for a teacher
    that is no finished run; nothing is written.
    """
    if not student.distillation.share:
        raise RecipeError(f"the recipe {student.name}: distillation.share: expected more than 0 to learn from teachers")
    found = {}
    for teacher in (folder.resolve() for folder in teachers):
        if teacher == run.resolve():
            raise RunError(f"{teacher}: a run cannot be its own teacher")
        for name in ("recipe.toml", "weights.npz"):
            if not (teacher / name).is_file():
                raise RunError(f"{teacher}: holds no {name}; a teacher is the folder of a finished run of `train`")
        found[teacher] = load_recipe(teacher / "recipe.toml")
    return found


def opinions(
    teachers: dict[Path, Recipe], student: Recipe, run: Path, training: Dataset, make: Callable[[Recipe], Engine]
) -> NDArray[np.float32]:
    """The mean probabilities (n, 15) of a `roster` at the student's temperature: two distributions a row.

    The FER+ head speaks as the data do, its logit adjustment counted in, as the student's loss does. Without any
    votes it says nothing: zeros. `make` makes an engine with the network of a recipe.
    Raises RunError for weights that do not fit, and when `run` has the opinions of others or on other pictures.
    """
    identity = np.frombuffer(_identity(list(teachers), student, training), np.uint8).astype(np.float32)
    if (run / _FILE).exists():
        saved = load_arrays(run / _FILE)
        if "identity" not in saved or not np.array_equal(saved["identity"][0], identity):
            raise RunError(f"{run / _FILE}: these are the opinions of other teachers, or on other pictures; "
                           "take another run folder")  # fmt: skip
        return saved["probabilities"][0]
    frequencies = prior(training)
    total = np.zeros((len(training), 2 * _HEAD + 1))
    for number, (teacher, its) in enumerate(teachers.items(), 1):
        engine = make(its)
        restore_finished(teacher, engine)
        print(f"teacher {number} of {len(teachers)} looks at {len(training)} pictures and their mirror images",
              flush=True)  # fmt: skip
        adjust = its.loss.balance * np.log(frequencies)
        for pixels in (training.pixels, np.ascontiguousarray(training.pixels[:, :, ::-1])):
            total += _tempered(engine.logits(pixels), adjust, student.distillation.temperature)
    mean = (total / (2 * len(teachers))).astype(np.float32)
    if not training.votes.any():
        mean[:, _HEAD:] = 0
    save_arrays(run / _FILE, {"probabilities": [mean], "identity": [identity]})
    return mean


def _tempered(logits: NDArray[np.float32], adjust: NDArray[np.float32], heat: float) -> NDArray[np.float64]:
    heads = metrics.softmax(logits[:, :_HEAD] / heat), metrics.softmax((logits[:, _HEAD:] + adjust) / heat)
    return np.concatenate(heads, axis=1)


def _identity(teachers: Sequence[Path], student: Recipe, training: Dataset) -> bytes:
    """Changes with the teachers, their weights, the temperature and the pictures."""
    digest = hashlib.sha256(f"{student.distillation.temperature} {bool(training.votes.any())}".encode())
    for teacher in teachers:
        digest.update((teacher / "recipe.toml").read_bytes())
        digest.update((teacher / "weights.npz").read_bytes())
    digest.update(np.ascontiguousarray(training.pixels).tobytes())
    return digest.digest()
