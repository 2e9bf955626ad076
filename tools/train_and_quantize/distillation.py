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

from tools.train_and_quantize import metrics, recipe
from tools.train_and_quantize.arrays import load_arrays, save_arrays
from tools.train_and_quantize.dataset import Dataset
from tools.train_and_quantize.engine import Engine
from tools.train_and_quantize.errors import RecipeError, RunError
from tools.train_and_quantize.recipe import Recipe
from tools.train_and_quantize.training import prior, restore_finished

_FILE = "teachers.npz"
_HEAD = 7
"""Logits of the FER2013 head, which come first."""


def opinions(
    teachers: Sequence[Path], student: Recipe, run: Path, training: Dataset, make: Callable[[Recipe], Engine]
) -> NDArray[np.float32]:
    """The teachers' mean probabilities (n, 15) at the student's temperature: two distributions a row.

    The FER+ head speaks as the data do, its logit adjustment counted in, as the student's loss does. Without any
    votes it says nothing: zeros. `make` makes an engine with the network of a recipe.
    Raises RunError for a folder that is not a finished run, and when `run` has the opinions of others or of other
    pictures.
    """
    if not student.distillation.share:
        raise RecipeError(f"{run / 'recipe.toml'}: distillation.share: expected more than 0 to learn from teachers")
    known = {teacher.resolve(): recipe.load(_described(teacher, run)) for teacher in teachers}
    identity = np.frombuffer(_identity(list(known), student, training), np.uint8).astype(np.float32)
    if (run / _FILE).exists():
        saved = load_arrays(run / _FILE)
        if "identity" not in saved or not np.array_equal(saved["identity"][0], identity):
            raise RunError(f"{run / _FILE}: these are the opinions of other teachers, or on other pictures; "
                           "take another run folder")  # fmt: skip
        return saved["probabilities"][0]
    frequencies = prior(training)
    total = np.zeros((len(training), 2 * _HEAD + 1))
    for number, (teacher, its) in enumerate(known.items(), 1):
        engine = make(its)
        restore_finished(teacher, engine)
        print(f"teacher {number} of {len(known)} looks at {len(training)} pictures and their mirror images", flush=True)
        adjust = its.loss.balance * np.log(frequencies)
        for pixels in (training.pixels, np.ascontiguousarray(training.pixels[:, :, ::-1])):
            total += _tempered(engine.logits(pixels), adjust, student.distillation.temperature)
    mean = (total / (2 * len(known))).astype(np.float32)
    if not training.votes.any():
        mean[:, _HEAD:] = 0
    save_arrays(run / _FILE, {"probabilities": [mean], "identity": [identity]})
    return mean


def _tempered(logits: NDArray[np.float32], adjust: NDArray[np.float32], heat: float) -> NDArray[np.float64]:
    heads = metrics.softmax(logits[:, :_HEAD] / heat), metrics.softmax((logits[:, _HEAD:] + adjust) / heat)
    return np.concatenate(heads, axis=1)


def _described(teacher: Path, run: Path) -> Path:
    if teacher.resolve() == run.resolve():
        raise RunError(f"{teacher}: a run cannot be its own teacher")
    for name in ("recipe.toml", "weights.npz"):
        if not (teacher / name).is_file():
            raise RunError(f"{teacher}: holds no {name}; a teacher is the folder of a finished run of `train`")
    return teacher / "recipe.toml"


def _identity(teachers: Sequence[Path], student: Recipe, training: Dataset) -> bytes:
    """Changes with the teachers, their weights, the temperature and the pictures."""
    digest = hashlib.sha256(f"{student.distillation.temperature} {bool(training.votes.any())}".encode())
    for teacher in teachers:
        digest.update((teacher / "recipe.toml").read_bytes())
        digest.update((teacher / "weights.npz").read_bytes())
    digest.update(np.ascontiguousarray(training.pixels).tobytes())
    return digest.digest()
