"""Keras models of others: loaded, fed and converted to int8 TFLite, with TensorFlow on one thread."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import cv2
import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray
from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2

from tools.train_and_quantize.errors import DataError
from tools.train_and_quantize.tflite_file import WHOLE


def load(path: Path) -> keras.Model:
    """Read a whole saved model. Raises DataError when it is none, or does not take one grey picture."""
    if not path.is_file():
        raise DataError(f"{path}: no such file; expected a saved Keras model (.keras, .h5, .hdf5)")
    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    # Keras says this at every call of a model that was saved by an older version.
    warnings.filterwarnings("ignore", message="The structure of `inputs`")
    try:
        model = keras.saving.load_model(path, compile=False)
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise DataError(f"{path}: not a Keras model that can be read: {str(error)[:200]}") from None
    shape = model.input_shape
    if not isinstance(shape, tuple) or len(shape) != 4 or shape[3] != 1 or None in shape[1:]:
        raise DataError(f"{path}: expected a model that takes one grey picture (height, width, 1), found {shape}")
    return model


def prepared(model: keras.Model, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Faces (n, h, w) → (n, height, width, 1) from -1 to 1 as most models trained on FER2013 take them."""
    _, height, width, _ = model.input_shape
    sized = [cv2.resize(picture, (width, height), interpolation=cv2.INTER_LINEAR) for picture in pixels]
    return np.stack(sized).astype(np.float32)[..., None] * np.float32(WHOLE) - 1


def convert(model: keras.Model, pixels: NDArray[np.uint8]) -> bytes:
    """The model as full int8 TFLite with uint8 input, calibrated by these pictures (n, h, w)."""
    call = tf.function(lambda given: model(given, training=False))
    concrete = call.get_concrete_function(tf.TensorSpec((1, *model.input_shape[1:]), tf.float32))
    converter = tf.lite.TFLiteConverter.from_concrete_functions([convert_variables_to_constants_v2(concrete)])
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.representative_dataset = lambda: _faces(model, pixels)
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    converter.inference_input_type = tf.uint8
    return bytes(converter.convert())


def _faces(model: keras.Model, pixels: NDArray[np.uint8]) -> Any:
    for face in prepared(model, pixels):
        yield [face[None]]
