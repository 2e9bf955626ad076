"""The training step by Keras' own generic loop, on whichever backend Keras was started with: JAX, TensorFlow or torch.

The same network, loss and optimiser as `torch_engine`, and the same checkpoints.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import keras
import numpy as np
from keras import ops
from numpy.typing import NDArray

from tools.train_and_quantize.engine import Arrays
from tools.train_and_quantize.network import FER2013_CLASSES, FERPLUS_CLASSES, build, freeze
from tools.train_and_quantize.normalisation import settle
from tools.train_and_quantize.recipe import Distillation, Loss, Optimiser, Recipe


class KerasEngine:
    """See `engine.Engine`."""

    def __init__(self, recipe: Recipe, prior: NDArray[np.float32], compiled: bool = False) -> None:  # noqa: ARG002
        self._backend = keras.backend.backend()
        self._first = self._backend == "torch"
        keras.config.set_image_data_format("channels_first" if self._first else "channels_last")
        keras.utils.set_random_seed(recipe.seed)
        self._recipe = recipe
        self.model = build(recipe.architecture)
        if recipe.optimiser.frozen:
            freeze(self.model)
        self._weights = [weight for weight in self.model.weights if "seed_generator" not in weight.path]
        self._optimiser = AveragingSgd(recipe.optimiser)
        self._optimiser.build(self.model.trainable_variables)
        adjust = (recipe.loss.balance * np.log(prior)).astype(np.float32)
        loss = TwoHeads(recipe.loss, recipe.distillation, adjust)
        # XLA compiles JAX's step always; on TensorFlow's CPU build it would take oneDNN's fast convolutions away.
        self.model.compile(self._optimiser, loss, jit_compile=self._backend == "jax")

    def begin(self, epoch: int) -> None:
        """See `engine.Engine`."""
        keras.utils.set_random_seed(self._recipe.seed * 1_000_003 + epoch)
        for layer in self.model.layers:
            if isinstance(layer, keras.layers.Dropout) and layer.rate > 0:
                layer.seed_generator.state.assign([self._recipe.seed, epoch])

    def step(
        self, pixels: NDArray[np.uint8], labels: NDArray[np.int64], targets: NDArray[np.float32], rate: float,
        taught: NDArray[np.float32] | None = None,
    ) -> float:  # fmt: skip
        """See `engine.Engine`."""
        self._optimiser.learning_rate = rate
        self.model.reset_metrics()
        return float(self.model.train_on_batch(self._input(pixels), pack(labels, targets, taught)))

    def logits(self, pixels: NDArray[np.uint8], batch: int = 256) -> NDArray[np.float32]:
        """See `engine.Engine`."""
        found = [
            np.asarray(self.model.predict_on_batch(self._input(pixels[start : start + batch])))
            for start in range(0, len(pixels), batch)
        ]
        return np.concatenate(found)

    def settle(self, batches: Iterable[NDArray[np.uint8]]) -> None:
        """See `engine.Engine`."""
        settle(self.model, map(self._input, batches))

    def weights(self) -> Arrays:
        """See `engine.Engine`."""
        return [_array(weight) for weight in self._weights]

    def average(self) -> Arrays:
        """See `engine.Engine`. Statistics of normalisation are not averaged: `settle` measures them."""
        averages = {weight.path: average for weight, average in self._averaged()}
        return [_array(averages.get(weight.path, weight)) for weight in self._weights]

    def momentum(self) -> Arrays:
        """See `engine.Engine`."""
        return [_array(buffer) for buffer in self._optimiser.buffers]

    def restore(self, weights: Arrays, average: Arrays | None = None, momentum: Arrays | None = None) -> None:
        """See `engine.Engine`."""
        for target, source in zip(self._weights, weights, strict=True):
            target.assign(source.copy())
        if average is not None:
            sources = dict(zip([weight.path for weight in self._weights], average, strict=True))
            for weight, target in self._averaged():
                target.assign(sources[weight.path].copy())
        if momentum is not None:
            for target, source in zip(self._optimiser.buffers, momentum, strict=True):
                target.assign(source)

    def _averaged(self) -> list[tuple[Any, Any]]:
        return list(zip(self.model.trainable_variables, self._optimiser.averages, strict=True))

    def _input(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        x = (pixels.astype(np.float32) - 128) / 128
        return x[:, None] if self._first else x[..., None]


class AveragingSgd(keras.optimizers.Optimizer):
    """SGD with Nesterov momentum as torch defines it, and a moving average of the weights beside it.

    Keras' own keeps the rate inside the momentum, so that its memory could not be exchanged with torch's.
    """

    def __init__(self, options: Optimiser) -> None:
        super().__init__(learning_rate=0.0, name="sgd")
        self._options = options
        self.buffers: list[keras.Variable] = []
        self.averages: list[keras.Variable] = []

    def build(self, variables: list[keras.Variable]) -> None:
        """Make the memory for these variables, once."""
        if self.built:
            return
        super().build(variables)
        for variable in variables:
            self.buffers.append(self.add_variable_from_reference(variable, name="momentum"))
            average = self.add_variable_from_reference(variable, name="average")
            average.assign(_array(variable))  # of its own: JAX gives each buffer away once a step
            self.averages.append(average)

    def update_step(self, gradient: Any, variable: keras.Variable, learning_rate: Any) -> None:
        """Change one variable by one step."""
        index, options = self._get_variable_index(variable), self._options
        buffer, average = self.buffers[index], self.averages[index]
        if len(variable.shape) > 1:
            gradient = gradient + options.weight_decay * variable
        buffer.assign(options.momentum * buffer + gradient)
        variable.assign(variable - learning_rate * (gradient + options.momentum * buffer))
        average.assign(average + (1 - options.average) * (variable - average))


class TwoHeads:
    """The loss of `torch_engine`, in Keras' operations."""

    __name__ = "two_heads"

    def __init__(self, loss: Loss, distillation: Distillation, adjust: NDArray[np.float32]) -> None:
        """`adjust` is what the logit adjustment adds to the FER+ head, (8,)."""
        self._loss = loss
        self._distillation = distillation
        self._adjust = ops.convert_to_tensor(adjust)

    def __call__(self, packed: Any, logits: Any) -> Any:
        """The mean loss for what `pack` made (n, 30) and logits (n, 15)."""
        labels = packed[:, :FER2013_CLASSES]
        wanted = packed[:, FER2013_CLASSES : FER2013_CLASSES + FERPLUS_CLASSES]
        taught = packed[:, FER2013_CLASSES + FERPLUS_CLASSES :]
        fer2013 = logits[:, :FER2013_CLASSES]
        ferplus = logits[:, FER2013_CLASSES:] + self._adjust
        smoothing = self._loss.smoothing
        learnt = self._both(labels * (1 - smoothing) + smoothing / FER2013_CLASSES, wanted, fer2013, ferplus)
        share = self._distillation.share * ops.cast(ops.sum(taught) > 0, "float32")
        heat = self._distillation.temperature
        copied = self._both(taught[:, :FER2013_CLASSES], taught[:, FER2013_CLASSES:], fer2013 / heat, ferplus / heat)
        return (1 - share) * learnt + share * heat**2 * copied

    def _both(self, labels: Any, votes: Any, fer2013: Any, ferplus: Any) -> Any:
        """Cross-entropies of the heads, weighed; without any votes the FER2013 head has it all."""
        known = ops.sum(votes)
        weight = self._loss.ferplus * ops.cast(known > 0, "float32")
        first = -ops.mean(ops.sum(labels * ops.log_softmax(fer2013), axis=1))
        second = -ops.sum(votes * ops.log_softmax(ferplus)) / ops.maximum(known, 1.0)
        return (1 - weight) * first + weight * second


def pack(
    labels: NDArray[np.int64], targets: NDArray[np.float32], taught: NDArray[np.float32] | None
) -> NDArray[np.float32]:
    """One array (n, 30), for Keras takes one: labels as one-hot (7), votes (8), the teachers' opinion (15)."""
    both = FER2013_CLASSES + FERPLUS_CLASSES
    opinion = np.zeros((len(labels), both), np.float32) if taught is None else taught
    return np.concatenate([np.eye(FER2013_CLASSES, dtype=np.float32)[labels], targets, opinion], axis=1)


def _array(variable: keras.Variable) -> NDArray[np.float32]:
    return np.array(ops.convert_to_numpy(variable.value), np.float32)
