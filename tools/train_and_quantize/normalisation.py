"""Batch normalisation: a layer that trains at full speed on torch, and its statistics measured again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import keras


@keras.saving.register_keras_serializable("moodbox")
class FusedBatchNormalization(keras.layers.BatchNormalization):
    """Keras' layer, except that on torch it calls torch's fused kernel.

    Keras builds it from eight separate operations there, which nearly halves the training speed. Weights and results
    are those of Keras' own layer.
    """

    def call(self, inputs: Any, training: bool | None = None, mask: Any = None) -> Any:
        """The normalised maps, of the shape of `inputs`."""
        channels_first = keras.config.image_data_format() == "channels_first"
        if keras.backend.backend() != "torch" or not channels_first:
            return super().call(inputs, training=training, mask=mask)
        import torch

        return torch.nn.functional.batch_norm(
            inputs,
            self.moving_mean.value,
            self.moving_variance.value,
            self.gamma.value,
            self.beta.value,
            training=bool(training) and self.trainable,  # as Keras' own: a frozen one is used as it is
            momentum=1.0 - self.momentum,
            eps=self.epsilon,
        )

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Normalise along the channels, wherever Keras' image data format puts them."""
        self.axis = 1 if keras.config.image_data_format() == "channels_first" else -1
        super().build(input_shape)


def settle(model: keras.Model, inputs: Iterable[Any]) -> None:
    """Measure the statistics of the model's normalisation as the plain mean over batches of its inputs."""
    found = [layer for layer in model.layers if isinstance(layer, keras.layers.BatchNormalization)]
    before = [layer.momentum for layer in found]
    for index, batch in enumerate(inputs):
        for layer in found:
            layer.momentum = index / (index + 1)
        model(batch, training=True)
    for layer, momentum in zip(found, before, strict=True):
        layer.momentum = momentum
