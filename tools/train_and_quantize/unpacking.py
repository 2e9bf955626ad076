"""The weights of a bundle as a finished run, to go on training from or to be taught by, when its own run is lost.

A shipped file has its normalisation folded into the convolutions and its weights rounded to int8. Here each rounded
filter is scaled to length 1, and a normalisation that gives back the folded scale and bias is put behind it: the
network computes what the file does, and can be trained as one that was never exported.
"""

from __future__ import annotations

from dataclasses import dataclass

import keras
import numpy as np
from numpy.typing import NDArray

from appliance.model.bundle import Bundle
from tools.train_and_quantize.engine import Arrays, Engine
from tools.train_and_quantize.errors import RunError
from tools.train_and_quantize.network import FER2013_CLASSES
from tools.train_and_quantize.recipe import Recipe
from tools.train_and_quantize.tflite_layers import read_layers


def unpack(
    bundle: Bundle, recipe: Recipe, prior: NDArray[np.float32], engine: Engine, pixels: NDArray[np.uint8]
) -> Arrays:
    """The weights of the recipe's network that compute what the bundle's file computes, in the model's order.

    `engine` holds that network, and is left with these weights; `pixels` (n, s, s) are pictures on which its
    normalisation is measured. What the recipe's export put back into the biases of the FER+ head is taken out again.
    Raises RunError when the file is not one of such a network.
    """
    layers, weights = read_layers(bundle.model), engine.weights()
    for place in _places(engine.model):
        fitting = [layer for layer in layers if layer.kernel.shape == weights[place.kernel].shape]
        if not fitting:
            raise RunError(f"{bundle.manifest.name} {bundle.manifest.version}: its layers are not those of the recipe "
                           f"{recipe.name}")  # fmt: skip
        layer = fitting[0]
        layers = [other for other in layers if other is not layer]
        if place.normalisation is None:
            bias = layer.bias.copy()
            bias[FER2013_CLASSES:] -= (recipe.loss.balance - recipe.export.balance) * np.log(prior)
            weights[place.kernel], weights[place.rest[0]] = layer.kernel, bias
            continue
        length = np.sqrt((layer.kernel**2).sum(axis=(0, 1, 2))) + np.float32(1e-12)
        weights[place.kernel] = layer.kernel / length
        folded = length * np.float32(np.sqrt(1 + place.normalisation.epsilon))
        for index, array in zip(place.rest, (folded, layer.bias, 0 * length, 0 * length + 1), strict=True):
            weights[index] = array
    engine.restore(weights)
    return _normalised(engine, weights, pixels)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a layer's arrays stand in the list of weights."""

    kernel: int
    rest: list[int]
    """Of the dense layer its bias; of a convolution gamma, beta, mean and variance of the normalisation behind it."""
    normalisation: keras.layers.BatchNormalization | None


def _places(model: keras.Model) -> list[_Place]:
    """The convolutions in the order in which they compute, and the dense layer."""
    variables = [variable for variable in model.weights if "seed_generator" not in variable.path]
    index = {variable.path: number for number, variable in enumerate(variables)}
    found = []
    for layer in model.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            own = (layer.gamma, layer.beta, layer.moving_mean, layer.moving_variance)
            kernel = layer.input._keras_history.operation.kernel
            found.append(_Place(index[kernel.path], [index[variable.path] for variable in own], layer))
        elif isinstance(layer, keras.layers.Dense):
            found.append(_Place(index[layer.kernel.path], [index[layer.bias.path]], None))
    return found


def _normalised(engine: Engine, weights: Arrays, pixels: NDArray[np.uint8]) -> Arrays:
    """The same function, with each normalisation's mean and variance as they are on these pictures."""
    places = [place for place in _places(engine.model) if place.normalisation is not None]
    between = keras.Model(engine.model.inputs, [place.normalisation.input for place in places if place.normalisation])
    channel = 1 if keras.config.image_data_format() == "channels_first" else 3
    given = (np.expand_dims(pixels.astype(np.float32), channel) - 128) / 128
    rest = tuple(axis for axis in range(4) if axis != channel)
    maps = [keras.ops.convert_to_numpy(each).astype(np.float64) for each in between(given, training=False)]
    for place, values in zip(places, maps, strict=True):
        epsilon = place.normalisation.epsilon if place.normalisation else 0.0
        mean, variance = values.mean(rest), values.var(rest)
        gamma, beta = (weights[index].astype(np.float64) for index in place.rest[:2])
        scale = gamma / np.sqrt(1 + epsilon)
        measured = scale * np.sqrt(variance + epsilon), beta + scale * mean, mean, variance
        for index, array in zip(place.rest, measured, strict=True):
            weights[index] = array.astype(np.float32)
    engine.restore(weights)
    return weights
