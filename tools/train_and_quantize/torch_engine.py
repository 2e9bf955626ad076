"""The training step on torch: bfloat16 autocast, channels-last memory, torch's own SGD.

More than twice as fast on a CPU as Keras' generic loop; the network is a Keras model and exports through TensorFlow.
"""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Iterable
from typing import Any

import keras
import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn.functional import cross_entropy

from tools.train_and_quantize.engine import Arrays
from tools.train_and_quantize.errors import RunError
from tools.train_and_quantize.network import FER2013_CLASSES, build, freeze
from tools.train_and_quantize.normalisation import settle
from tools.train_and_quantize.recipe import Recipe


class TorchEngine:
    """See `engine.Engine`."""

    def __init__(self, recipe: Recipe, prior: NDArray[np.float32], compiled: bool = False) -> None:
        torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "1")))
        keras.config.set_image_data_format("channels_first")
        keras.utils.set_random_seed(recipe.seed)
        self._recipe = recipe
        self.model = build(recipe.architecture)
        if recipe.optimiser.frozen:
            freeze(self.model)
        self._device = next(self.model.parameters()).device
        self._forward = torch.compile(self.model, dynamic=False) if compiled else self.model
        self._weights = [weight.value for weight in self.model.weights if "seed_generator" not in weight.path]
        self._average = [weight.detach().clone() for weight in self._weights]
        self._adjust = torch.tensor(recipe.loss.balance * np.log(prior), dtype=torch.float32, device=self._device)
        trained = [weight.value for weight in self.model.trainable_weights]
        self._trained = trained
        kernels = [weight for weight in trained if weight.ndim > 1]
        rest = [weight for weight in trained if weight.ndim <= 1]
        groups = [
            {"params": kernels, "weight_decay": recipe.optimiser.weight_decay},
            {"params": rest, "weight_decay": 0.0},
        ]
        self._sgd = torch.optim.SGD(groups, lr=0.0, momentum=recipe.optimiser.momentum, nesterov=True)

    def begin(self, epoch: int) -> None:
        """See `engine.Engine`."""
        torch.manual_seed(self._recipe.seed * 1_000_003 + epoch)
        _return_memory()

    def step(
        self, pixels: NDArray[np.uint8], labels: NDArray[np.int64], targets: NDArray[np.float32], rate: float,
        taught: NDArray[np.float32] | None = None,
    ) -> float:  # fmt: skip
        """See `engine.Engine`. Raises RunError where torch cannot compile, or the card's memory is too small."""
        try:
            return self._step(pixels, labels, targets, rate, taught)
        except torch.OutOfMemoryError:
            raise RunError(f"not enough memory on {self._device}; a smaller batch in the recipe may help") from None
        except RuntimeError as error:
            if not type(error).__module__.startswith(("torch._dynamo", "torch._inductor")):
                raise
            why = str(error).partition("\n")[0]
            raise RunError(f"--compile: torch cannot compile here: {why}; install a C++ compiler and Python's headers "
                           "(g++, python3-dev), or leave --compile away") from None  # fmt: skip

    def _step(
        self, pixels: NDArray[np.uint8], labels: NDArray[np.int64], targets: NDArray[np.float32], rate: float,
        taught: NDArray[np.float32] | None,
    ) -> float:  # fmt: skip
        for group in self._sgd.param_groups:
            group["lr"] = rate
        with torch.autocast(self._device.type, torch.bfloat16):
            logits = self._forward(self._input(pixels), training=True).float()
        loss = self._loss(logits, self._there(labels), self._there(targets))
        if taught is not None:
            share = self._recipe.distillation.share
            loss = (1 - share) * loss + share * self._distance(logits, self._there(taught))
        self._sgd.zero_grad()
        loss.backward()
        self._sgd.step()
        with torch.no_grad():
            torch._foreach_lerp_(self._average, self._weights, 1 - self._recipe.optimiser.average)
        return float(loss.detach())

    def _loss(self, logits: torch.Tensor, labels: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        smoothing = self._recipe.loss.smoothing
        fer2013 = cross_entropy(logits[:, :FER2013_CLASSES], labels, label_smoothing=smoothing)
        return self._blend(fer2013, logits[:, FER2013_CLASSES:] + self._adjust, targets)

    def _distance(self, logits: torch.Tensor, taught: torch.Tensor) -> torch.Tensor:
        """From the teachers' tempered probabilities; times T², which keeps the gradients' size (Hinton et al.)."""
        heat = self._recipe.distillation.temperature
        fer2013 = cross_entropy(logits[:, :FER2013_CLASSES] / heat, taught[:, :FER2013_CLASSES])
        ferplus = (logits[:, FER2013_CLASSES:] + self._adjust) / heat
        return heat**2 * self._blend(fer2013, ferplus, taught[:, FER2013_CLASSES:])

    def _blend(self, fer2013: torch.Tensor, ferplus: torch.Tensor, wanted: torch.Tensor) -> torch.Tensor:
        """Both heads' losses, weighed; pictures without votes have rows of zeros in `wanted`."""
        known = wanted.sum()
        weight = self._recipe.loss.ferplus * (known > 0).float()
        return (1 - weight) * fer2013 + weight * cross_entropy(ferplus, wanted, reduction="sum") / known.clamp(min=1)

    def logits(self, pixels: NDArray[np.uint8], batch: int = 256) -> NDArray[np.float32]:
        """See `engine.Engine`."""
        with torch.no_grad(), torch.autocast(self._device.type, torch.bfloat16):
            found = [
                self.model(self._input(pixels[start : start + batch]), training=False).float().cpu()
                for start in range(0, len(pixels), batch)
            ]
        return torch.cat(found).numpy()

    def settle(self, batches: Iterable[NDArray[np.uint8]]) -> None:
        """See `engine.Engine`."""
        with torch.no_grad(), torch.autocast(self._device.type, torch.bfloat16):
            settle(self.model, map(self._input, batches))

    def weights(self) -> Arrays:
        """See `engine.Engine`."""
        return [weight.detach().cpu().numpy().copy() for weight in self._weights]

    def average(self) -> Arrays:
        """See `engine.Engine`."""
        return [weight.cpu().numpy().copy() for weight in self._average]

    def momentum(self) -> Arrays:
        """See `engine.Engine`."""
        state = [self._sgd.state[weight].get("momentum_buffer") for weight in self._trained]
        return [np.zeros(tuple(w.shape), np.float32) if s is None else s.cpu().numpy().copy()
                for w, s in zip(self._trained, state, strict=True)]  # fmt: skip

    def restore(self, weights: Arrays, average: Arrays | None = None, momentum: Arrays | None = None) -> None:
        """See `engine.Engine`."""
        with torch.no_grad():
            for target, source in zip(self._weights, weights, strict=True):
                target.copy_(torch.from_numpy(source))
            for target, source in zip(self._average, average or [], strict=average is not None):
                target.copy_(torch.from_numpy(source))
        for weight, source in zip(self._trained, momentum or [], strict=momentum is not None):
            self._sgd.state[weight]["momentum_buffer"] = self._there(source.copy())

    def _there(self, array: NDArray[Any]) -> torch.Tensor:
        return torch.from_numpy(array).to(self._device)

    def _input(self, pixels: NDArray[np.uint8]) -> torch.Tensor:
        x = (self._there(pixels)[:, None].float() - 128) / 128
        return x.contiguous(memory_format=torch.channels_last)


def _return_memory() -> None:
    """Give freed memory back to the system: pictures that grow leave glibc's heap in pieces, 0.4 GB in an epoch."""
    if sys.platform == "linux" and hasattr(library := ctypes.CDLL(None), "malloc_trim"):
        library.malloc_trim(0)
