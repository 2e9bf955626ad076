"""The trunks that are trained from scratch: pictures in, maps of features out."""

from __future__ import annotations

import keras
from keras import layers

from tools.train_and_quantize.normalisation import FusedBatchNormalization
from tools.train_and_quantize.recipe import Architecture


def edge(x: keras.KerasTensor, architecture: Architecture) -> keras.KerasTensor:
    """The shipped model's: residual, every stage entered with stride 2.

    Dense convolutions because depthwise ones train several times slower on a CPU; strides enter each stage so that
    every stage is one ReLU-ended map that quantizes well. Residual blocks after He et al. 2016 (arXiv 1512.03385).
    """
    return _stages(_conv_bn_relu(x, architecture.stem, 1), architecture, first=2)


def resnet(x: keras.KerasTensor, architecture: Architecture) -> keras.KerasTensor:
    """He et al.'s basic residual network with the stem for small pictures: the first stage keeps their size."""
    return _stages(_conv_bn_relu(x, architecture.stem, 1), architecture, first=1)


def plain(x: keras.KerasTensor, architecture: Architecture) -> keras.KerasTensor:
    """Convolutions and a maximum over 2x2 after each stage (VGG: Simonyan and Zisserman 2015, arXiv 1409.1556)."""
    for width, depth in architecture.stages:
        for _ in range(depth):
            x = _conv_bn_relu(x, width, 1)
        x = layers.MaxPooling2D(2)(x)
    return x


def _stages(x: keras.KerasTensor, architecture: Architecture, first: int) -> keras.KerasTensor:
    for number, (width, depth) in enumerate(architecture.stages):
        for index in range(depth):
            stride = (first if number == 0 else 2) if index == 0 else 1
            x = _block(x, width, stride, projected=index == 0 and (stride != 1 or width != architecture.stem))
    return x


def _block(x: keras.KerasTensor, width: int, stride: int, projected: bool) -> keras.KerasTensor:
    """Two 3x3 convolutions beside a shortcut, which is projected where the shape changes."""
    shortcut = _bn(_conv(x, width, stride, 1)) if projected else x
    y = _conv_bn_relu(x, width, stride)
    y = _bn(_conv(y, width, 1, 3))
    return layers.ReLU()(layers.Add()([y, shortcut]))


def _conv_bn_relu(x: keras.KerasTensor, width: int, stride: int) -> keras.KerasTensor:
    return layers.ReLU()(_bn(_conv(x, width, stride, 3)))


def _conv(x: keras.KerasTensor, width: int, stride: int, size: int) -> keras.KerasTensor:
    return layers.Conv2D(width, size, strides=stride, padding="same", use_bias=False, kernel_initializer="he_normal")(x)


def _bn(x: keras.KerasTensor) -> keras.KerasTensor:
    return FusedBatchNormalization(momentum=0.9, epsilon=1e-5)(x)
