"""A bare TFLite file for measurements beside the shipped model: its float twin, or somebody else's network."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from appliance.model.runtime import load_interpreter
from tools.train_and_quantize.errors import DataError

OURS = 1 / 128
"""Step of a grey level in the input of our networks, which runs from -1."""
WHOLE = 1 / 127.5
"""The same for networks whose input runs from -1 to 1, both included."""


class TfliteFile:
    """One face at a time, grey, with one thread."""

    def __init__(self, content: bytes, step: float) -> None:
        """`step`: what one grey level is worth in a real-valued input, which begins at -1.

        Raises ModelError when the runtime refuses the file, DataError when it does not take one grey picture.
        """
        self._interpreter = load_interpreter(content)
        inputs = self._interpreter.get_input_details()
        shape = tuple(int(size) for size in inputs[0]["shape"])
        if len(inputs) != 1 or len(shape) != 4 or shape[0] != 1 or shape[3] != 1:
            raise DataError(f"expected a model that takes one grey picture (1, height, width, 1), found {shape}")
        self._input, self._output = inputs[0], self._interpreter.get_output_details()[0]
        self._size, self._step = (shape[2], shape[1]), step
        self.bytes = len(content)

    def one(self, picture: NDArray[np.uint8]) -> NDArray[np.float32]:
        """A grey face (h, w) of any size → what the model gives, (classes,)."""
        if picture.shape != self._size[::-1]:
            picture = np.asarray(cv2.resize(picture, self._size, interpolation=cv2.INTER_LINEAR), np.uint8)
        self._interpreter.set_tensor(self._input["index"], self._quantized(picture)[None, :, :, None])
        self._interpreter.invoke()
        found = self._interpreter.get_tensor(self._output["index"])[0]
        if found.dtype == np.float32:
            return np.asarray(found, np.float32)
        scale, zero = self._output["quantization"]
        return np.asarray((found.astype(np.float32) - zero) * scale, np.float32)

    def all(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        """The same for faces (n, h, w): (n, classes)."""
        return np.stack([self.one(picture) for picture in pixels])

    def _quantized(self, picture: NDArray[np.uint8]) -> NDArray[Any]:
        """Integer inputs span the greys, whatever real values they stand for."""
        kind = self._input["dtype"]
        if kind == np.float32:
            return picture.astype(np.float32) * np.float32(self._step) - 1
        return picture if kind == np.uint8 else (picture ^ 0x80).view(np.int8)
