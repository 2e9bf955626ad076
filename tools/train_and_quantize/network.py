"""The network: one of several trunks, then the mean of its maps, then two heads on one dense layer.

Every trunk is fully convolutional, so that one network is trained on growing pictures.
"""

from __future__ import annotations

import keras
from keras import layers

from tools.train_and_quantize import resnet50, trunks
from tools.train_and_quantize.enlarging import Enlarge
from tools.train_and_quantize.recipe import Architecture

FER2013_CLASSES = 7
FERPLUS_CLASSES = 8

_TRUNKS = {
    "edge": trunks.edge,
    "cnn": trunks.plain,
    "vgg": trunks.plain,
    "resnet": trunks.resnet,
    "resnet50": resnet50.trunk,
}


def build(architecture: Architecture, channels: int = 1) -> keras.Model:
    """Make the untrained network.

    Input: float32 of any square size, range [-1, 1), in Keras' current image data format.
    Output: float32 logits (n, 15): seven FER2013 classes, then eight FER+ classes.
    """
    if keras.config.image_data_format() == "channels_first":
        shape: tuple[int | None, ...] = (channels, None, None)
    else:
        shape = (None, None, channels)
    inputs = keras.Input(shape=shape, name="pixels")
    x = Enlarge(architecture.enlarge, name="enlarge")(inputs) if architecture.enlarge > 1 else inputs
    x = _TRUNKS[architecture.kind](x, architecture)
    x = layers.GlobalAveragePooling2D(name="pool")(x)
    x = layers.Dropout(architecture.dropout, name="dropout")(x)
    logits = layers.Dense(FER2013_CLASSES + FERPLUS_CLASSES, name="heads", kernel_initializer="glorot_uniform")(x)
    return keras.Model(inputs, logits, name=architecture.kind)


def freeze(model: keras.Model) -> None:
    """Let only the last layer learn."""
    for layer in model.layers:
        layer.trainable = isinstance(layer, layers.Dense)
