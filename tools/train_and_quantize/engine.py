"""What trains a network: the seam between the training run and a numeric library."""

from __future__ import annotations

import importlib
import importlib.util
import os
from collections.abc import Iterable
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from tools.train_and_quantize.errors import RunError
from tools.train_and_quantize.recipe import Recipe

if TYPE_CHECKING:
    import keras

Arrays = list[NDArray[np.float32]]

ENGINES = {
    "torch": ("torch", "torch_engine.TorchEngine"),
    "keras-torch": ("torch", "keras_engine.KerasEngine"),
    "keras-jax": ("jax", "keras_engine.KerasEngine"),
    "keras-tensorflow": ("tensorflow", "keras_engine.KerasEngine"),
}
"""Name → Keras backend and the class here that drives it. All train the same networks and share their run folders."""


class Engine(Protocol):
    """Holds a network, the optimiser's memory and the moving average of the weights."""

    model: keras.Model

    def begin(self, epoch: int) -> None:
        """Set the random numbers of the dropout, so that a continued run goes on as if it had never stopped."""

    def step(
        self, pixels: NDArray[np.uint8], labels: NDArray[np.int64], targets: NDArray[np.float32], rate: float,
        taught: NDArray[np.float32] | None = None,
    ) -> float:  # fmt: skip
        """One step on pictures (n, s, s), FER2013 labels (n,), FER+ distributions (n, 8); the loss.

        `taught` are the teachers' tempered probabilities (n, 15), for both heads.
        """

    def logits(self, pixels: NDArray[np.uint8], batch: int = 256) -> NDArray[np.float32]:
        """Logits (n, 15) of the network as it stands, for pictures (n, s, s)."""

    def settle(self, batches: Iterable[NDArray[np.uint8]]) -> None:
        """Measure the normalisation statistics again over `batches`.

        Those gathered while training belong to other weights than the averaged ones.
        """

    def weights(self) -> Arrays:
        """The weights as they are being trained, in the model's order and Keras' shapes."""

    def average(self) -> Arrays:
        """The moving average of the weights."""

    def momentum(self) -> Arrays:
        """The optimiser's memory, one array for each trained weight."""

    def restore(self, weights: Arrays, average: Arrays | None = None, momentum: Arrays | None = None) -> None:
        """Continue from these. Raises ValueError or RuntimeError when they do not fit the network."""


def choose(name: str) -> None:
    """Prepare Keras for the engine `name`; before Keras is imported. Raises RunError when its library is missing."""
    backend, _ = ENGINES[name]
    for library in ("keras", backend):
        if importlib.util.find_spec(library) is None:
            raise RunError(f"the engine {name} needs {library}, which is not installed here "
                           "(tools/train_and_quantize/requirements.txt)")  # fmt: skip
    os.environ["KERAS_BACKEND"] = backend


def make(name: str, recipe: Recipe, prior: NDArray[np.float32], compiled: bool = False) -> Engine:
    """An engine with a fresh network. `prior` are the eight FER+ class frequencies for the logit adjustment.

    Call `choose` first. `compiled` is for the engine `torch`; Keras compiles by itself.
    """
    module, kind = ENGINES[name][1].split(".")
    made: Engine = getattr(importlib.import_module(f"tools.train_and_quantize.{module}"), kind)(recipe, prior, compiled)
    return made
