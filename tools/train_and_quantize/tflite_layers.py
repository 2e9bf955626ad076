"""The layers of a quantized TFLite file as real numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from appliance.model.flatbuffer import Flatbuffer, FlatbufferTable
from appliance.model.tflite_file import verify_tflite
from tools.train_and_quantize.errors import RunError

_CONVOLUTION, _DENSE = 3, 9
"""Codes of TFLite's schema (version 3)."""
_KINDS = {0: np.dtype("<f4"), 2: np.dtype("<i4"), 9: np.dtype("i1")}


@dataclass(frozen=True, slots=True)
class FileLayer:
    """One convolution or dense layer."""

    kernel: NDArray[np.float32]
    """As Keras holds it: (height, width, in, out) or (in, out)."""
    bias: NDArray[np.float32]


def read_layers(model: bytes) -> list[FileLayer]:
    """The file's convolutions and dense layers in the order in which they compute."""
    verify_tflite(model)
    root = Flatbuffer(model).root
    buffers = [model[start : start + count] for start, count in (buffer.span(0, 1) for buffer in root.tables(4))]
    codes = [max(code.number(0, "b"), code.number(3, "i")) for code in root.tables(1)]
    graph = root.tables(2)[0]
    tensors = graph.tables(0)
    found = []
    for operator in graph.tables(3):
        if (code := codes[operator.number(0, "I")]) not in (_CONVOLUTION, _DENSE):
            continue
        kernel, bias = (_real(tensors[index], buffers) for index in operator.integers(1)[1:3])
        found.append(FileLayer(kernel.transpose((1, 2, 3, 0) if code == _CONVOLUTION else (1, 0)), bias))
    return found


def _real(tensor: FlatbufferTable, buffers: Sequence[bytes]) -> NDArray[np.float32]:
    """A constant, which may be quantized symmetrically in its first dimension."""
    shape, kind = tensor.integers(0), tensor.number(1, "b")
    content = buffers[tensor.number(2, "I")]
    if kind not in _KINDS or not content:
        raise RunError(f"the file has a layer whose weights are of type {kind}, or computed")
    values = np.frombuffer(content, _KINDS[kind]).reshape(shape).astype(np.float32)
    quantization = tensor.table(4)
    scales = np.array(quantization.numbers(2, "f") if quantization else (), np.float32)
    return np.asarray(values * scales.reshape(-1, *[1] * (values.ndim - 1)) if len(scales) else values, np.float32)
