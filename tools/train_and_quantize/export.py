"""From trained weights to a full int8 TFLite file that takes the raw bytes of a picture."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray
from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2

from tools.train_and_quantize.dataset import SIZE, Dataset
from tools.train_and_quantize.errors import RunError
from tools.train_and_quantize.network import FER2013_CLASSES, build
from tools.train_and_quantize.recipe import Recipe


def export(
    recipe: Recipe, weights: list[NDArray[np.float32]], prior: NDArray[np.float32], training: Dataset,
    quantized: bool = True,
) -> bytes:  # fmt: skip
    """The TFLite file: input uint8 (1, 48, 48, 1) (float32 in [-1, 1) when not `quantized`), output float32 (1, 15).

    With `recipe.export.mirror` the picture's mirror image is looked at too.
    Of the logit adjustment `recipe.export.balance` is kept; the rest goes back into the biases of the FER+ head.
    """
    keras.config.set_image_data_format("channels_last")
    model = build(recipe.architecture)
    _set(model, weights)
    heads = model.get_layer("heads")
    kernel, bias = heads.get_weights()
    bias[FER2013_CLASSES:] += (recipe.loss.balance - recipe.export.balance) * np.log(prior)
    heads.set_weights([kernel, bias])
    call = tf.function(_mirrored(model) if recipe.export.mirror else lambda pixels: model(pixels, training=False))
    concrete = call.get_concrete_function(tf.TensorSpec((1, SIZE, SIZE, 1), tf.float32))
    converter = tf.lite.TFLiteConverter.from_concrete_functions([convert_variables_to_constants_v2(concrete)])
    if quantized:
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
        converter.representative_dataset = lambda: _representative(training, recipe)
        converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
        converter.inference_input_type = tf.uint8
        converter.inference_output_type = tf.float32
    content = bytes(converter.convert())
    if quantized:
        _check_input(content)
    return content


def _mirrored(model: keras.Model) -> Callable[[tf.Tensor], tf.Tensor]:
    """The mean of the logits of a picture and of its mirror image, as a batch of two: the weights stand in once."""

    def call(pixels: tf.Tensor) -> tf.Tensor:
        both = tf.concat([pixels, tf.reverse(pixels, axis=[2])], axis=0)
        return tf.reduce_mean(model(both, training=False), axis=0, keepdims=True)

    return call


def _set(model: keras.Model, weights: list[NDArray[np.float32]]) -> None:
    variables = [variable for variable in model.weights if "seed_generator" not in variable.path]
    if [tuple(v.shape) for v in variables] != [w.shape for w in weights]:
        raise RunError(f"the weights do not fit the recipe: {len(weights)} arrays for {len(variables)} variables")
    for variable, weight in zip(variables, weights, strict=True):
        variable.assign(weight)


def _representative(training: Dataset, recipe: Recipe) -> Any:
    """Training pictures, as many of each emotion, and one that has every grey from 0 to 255.

    With it the input's scale is 1/128 about 128 exactly, so that the bytes of a picture are the quantized input.
    """
    rng = np.random.default_rng(recipe.seed)
    each = max(recipe.export.representative // (int(training.labels.max()) + 1), 1)
    chosen = [rng.permutation(np.flatnonzero(training.labels == label))[:each] for label in np.unique(training.labels)]
    ramp = np.tile(np.linspace(0, 255, SIZE).astype(np.uint8), (SIZE, 1))
    for picture in (ramp, *training.pixels[np.concatenate(chosen)]):
        yield [((picture.astype(np.float32) - 128) / 128)[None, :, :, None]]


def _check_input(content: bytes) -> None:
    interpreter = tf.lite.Interpreter(model_content=content)
    scale, zero = interpreter.get_input_details()[0]["quantization"]
    if abs(scale - 1 / 128) > 1e-6 or zero != 128:
        raise RunError(f"the input's scale is {scale} about {zero}, expected 1/128 about 128")
