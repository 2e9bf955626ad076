"""ResNet-50 (He et al. 2016, arXiv 1512.03385) with the weights that Keras offers for ImageNet.

Built here and not by `keras.applications`, so that it trains with our fused normalisation and, in a test, with few
channels. Layers bear Keras' names: the weights are taken over name by name.
"""

from __future__ import annotations

import keras
from keras import layers

from tools.train_and_quantize.errors import RunError
from tools.train_and_quantize.normalisation import FusedBatchNormalization
from tools.train_and_quantize.recipe import Architecture

_MEANS = (103.939, 116.779, 123.68)
"""ImageNet's mean blue, green and red, which are taken off the pixels 0..255 before."""
_WIDENING = 4
"""Channels at the end of a block to those within."""


def trunk(x: keras.KerasTensor, architecture: Architecture) -> keras.KerasTensor:
    """Grey pictures of [-1, 1) in, `4 * width` maps of the last stage out."""
    axis = 1 if keras.config.image_data_format() == "channels_first" else -1
    x = layers.Concatenate(axis, name="colour")([layers.Rescaling(128.0, 128.0 - mean)(x) for mean in _MEANS])
    x = layers.ZeroPadding2D(3, name="conv1_pad")(x)
    x = layers.ReLU()(_bn(_conv(x, architecture.stem, 7, 2, "conv1_conv", "valid"), "conv1_bn"))
    x = layers.MaxPooling2D(3, strides=2, name="pool1_pool")(layers.ZeroPadding2D(1, name="pool1_pad")(x))
    for number, (width, depth) in enumerate(architecture.stages):
        for index in range(depth):
            stride = 2 if number > 0 and index == 0 else 1
            x = _block(x, width, stride, index == 0, f"conv{number + 2}_block{index + 1}")
    return x


def begin_with_imagenet(model: keras.Model) -> None:
    """Set the trunk's weights to those that Keras fetches (94 MB, kept in its cache folder).

    Raises RunError when they cannot be fetched.
    """
    try:
        source = keras.applications.ResNet50(include_top=False, weights="imagenet")
    except Exception as error:  # noqa: BLE001 - Keras raises a plain Exception for a failed download
        raise RunError(f"ImageNet's weights cannot be fetched by Keras: {error}; connect this machine to the internet "
                       "once, or set imagenet = false in the recipe to begin with random ones") from None  # fmt: skip
    take_over(source, model)


def take_over(source: keras.Model, model: keras.Model) -> None:
    """Copy the weights of all layers that bear the same name."""
    names = {layer.name for layer in model.layers}
    for layer in source.layers:
        if layer.name in names and layer.weights:
            model.get_layer(layer.name).set_weights(layer.get_weights())


def _block(x: keras.KerasTensor, width: int, stride: int, projected: bool, name: str) -> keras.KerasTensor:
    """A bottleneck: 1x1 (with the stride, as in Keras' weights), 3x3, 1x1."""
    wide = _WIDENING * width
    shortcut = _bn(_conv(x, wide, 1, stride, f"{name}_0_conv"), f"{name}_0_bn") if projected else x
    y = layers.ReLU()(_bn(_conv(x, width, 1, stride, f"{name}_1_conv"), f"{name}_1_bn"))
    y = layers.ReLU()(_bn(_conv(y, width, 3, 1, f"{name}_2_conv"), f"{name}_2_bn"))
    y = _bn(_conv(y, wide, 1, 1, f"{name}_3_conv"), f"{name}_3_bn")
    return layers.ReLU()(layers.Add()([shortcut, y]))


def _conv(
    x: keras.KerasTensor, width: int, size: int, stride: int, name: str, padding: str = "same"
) -> keras.KerasTensor:
    return layers.Conv2D(width, size, strides=stride, padding=padding, kernel_initializer="he_normal", name=name)(x)


def _bn(x: keras.KerasTensor, name: str) -> keras.KerasTensor:
    return FusedBatchNormalization(momentum=0.9, epsilon=1.001e-5, name=name)(x)
