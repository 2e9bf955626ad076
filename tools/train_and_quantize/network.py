"""The network: a small residual CNN of dense 3x3 convolutions with two heads on one dense layer.

Dense convolutions because depthwise ones train several times slower on a CPU; strides enter each stage so that
every stage is one ReLU-ended map that quantizes well. Residual blocks after He et al. 2016 (arXiv 1512.03385).
"""

from __future__ import annotations

import keras
from keras import layers

from tools.train_and_quantize.normalisation import FusedBatchNormalization
from tools.train_and_quantize.recipe import Architecture

FER2013_CLASSES = 7
FERPLUS_CLASSES = 8


def build(architecture: Architecture, channels: int = 1) -> keras.Model:
    """Make the untrained network.

    Input: float32 of any square size, range [-1, 1) (see `scale_pixels`), in Keras' current image data format.
    Output: float32 logits (n, 15): seven FER2013 classes, then eight FER+ classes.
    """
    if keras.config.image_data_format() == "channels_first":
        shape: tuple[int | None, ...] = (channels, None, None)
    else:
        shape = (None, None, channels)
    inputs = keras.Input(shape=shape, name="pixels")
    x = _conv_bn_relu(inputs, architecture.stem, 1)
    for width, depth in architecture.stages:
        for index in range(depth):
            x = _block(x, width, 2 if index == 0 else 1)
    x = layers.GlobalAveragePooling2D(name="pool")(x)
    x = layers.Dropout(architecture.dropout, name="dropout")(x)
    logits = layers.Dense(FER2013_CLASSES + FERPLUS_CLASSES, name="heads", kernel_initializer="glorot_uniform")(x)
    return keras.Model(inputs, logits, name="edge")


def _block(x: keras.KerasTensor, width: int, stride: int) -> keras.KerasTensor:
    """Two 3x3 convolutions beside a shortcut, which is projected where the shape changes."""
    shortcut = x
    if stride != 1:
        shortcut = _bn(_conv(x, width, stride, 1))
    y = _conv_bn_relu(x, width, stride)
    y = _bn(_conv(y, width, 1, 3))
    return layers.ReLU()(layers.Add()([y, shortcut]))


def _conv_bn_relu(x: keras.KerasTensor, width: int, stride: int) -> keras.KerasTensor:
    return layers.ReLU()(_bn(_conv(x, width, stride, 3)))


def _conv(x: keras.KerasTensor, width: int, stride: int, size: int) -> keras.KerasTensor:
    return layers.Conv2D(width, size, strides=stride, padding="same", use_bias=False, kernel_initializer="he_normal")(x)


def _bn(x: keras.KerasTensor) -> keras.KerasTensor:
    return FusedBatchNormalization(momentum=0.9, epsilon=1e-5)(x)
