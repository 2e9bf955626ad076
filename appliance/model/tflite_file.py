"""Verifies a TFLite file before a runtime, which believes every offset and index in it, gets to see it.

Damage here may crash the runtime, or pass its own tests by luck, because it reads what lies next to the file in memory.
The numbers of fields are those of TFLite's schema (version 3).
"""

from __future__ import annotations

import math

from appliance.model.errors import ModelError
from appliance.model.flatbuffer import Flatbuffer, FlatbufferTable

IDENTIFIER = b"TFL3"
LARGEST_TENSOR = 64_000_000
"""Bytes."""

_BYTES = {0: 4, 1: 2, 2: 4, 3: 1, 4: 8, 6: 1, 7: 2, 9: 1, 10: 8, 15: 4, 16: 2}
"""Of each type of tensor: floats, integers and booleans; text, and numbers of less than a byte, are not taken."""
_CUSTOM = 32
"""The code of operations that TFLite itself does not have."""
_LAST_OPTIONS = 126
_OPTIONS_WITH_VECTORS = {8: {5}, 17: {0}, 30: {0}}
"""Of fully connected, reshape and squeeze; the options of all others hold numbers."""
_OPTIONS_NOT_TAKEN = {3, 111, 115}
"""Of concatenated embeddings, variables and buckets, which hold more than numbers."""
_FIRST_NOT_KNOWN = {"model": 8, "code": 4, "graph": 6, "tensor": 9, "quantization": 7, "operator": 14, "buffer": 1,
                    "metadata": 2, "signature": 5, "name": 2}  # fmt: skip
_NOT_TAKEN = {"tensor": {6}, "quantization": {4, 5}, "operator": {9, 10, 11, 12}}
"""Sparse tensors, quantization of other kinds, options outside the file, and the second set of operations."""


class TfliteFileError(ModelError):
    """A TFLite file that is damaged, or has what Moodbox's models have not."""


def verify_tflite(data: bytes) -> None:
    """Raises TfliteFileError or FlatbufferError unless a runtime can follow every offset and index in this file.

    It must be whole in itself: one graph of builtin operations, each of which reads only what is given, is constant
    or was computed before it, with as many bytes behind each constant as its shape needs.
    """
    if data[4:8] != IDENTIFIER:
        raise TfliteFileError(f"not a TFLite model: {len(data)} bytes without its identifier {IDENTIFIER.decode()}")
    model = _known("model", Flatbuffer(data).root)
    model.text(3)
    buffers = [_known("buffer", buffer).span(0, 1)[1] for buffer in model.tables(4)]
    model.numbers(5, "i")
    for note in model.tables(6):
        _known("metadata", note).text(0)
        _within(note.number(1, "I"), len(buffers), "buffer")
    codes = model.tables(1)
    for code in codes:
        _known("code", code).text(1)
        if _CUSTOM in (code.number(0, "b"), code.number(3, "i")):
            raise TfliteFileError("the model has operations of its own, which no runtime here knows")
    graphs = model.tables(2)
    if len(graphs) != 1:
        raise TfliteFileError(f"the model has {len(graphs)} graphs, it must have one")
    tensors = _verify_graph(_known("graph", graphs[0]), len(codes), buffers)
    for signature in model.tables(7):
        _known("signature", signature).text(2)
        _within(signature.number(4, "I"), 1, "graph")
        for entry in signature.tables(0) + signature.tables(1):
            _known("name", entry).text(0)
            _within(entry.number(1, "I"), tensors, "tensor")


def _verify_graph(graph: FlatbufferTable, codes: int, buffers: list[int]) -> int:
    """Verify tensors and operations; how many tensors there are."""
    graph.text(4)
    tensors = graph.tables(0)
    filled = {index for index, tensor in enumerate(tensors) if _verify_tensor(_known("tensor", tensor), buffers)}
    for index in graph.integers(1):
        _within(index, len(tensors), "tensor")
        filled.add(index)
    for operator in graph.tables(3):
        _verify_operator(_known("operator", operator), codes)
        for index in operator.integers(1):
            if index != -1 and _within(index, len(tensors), "tensor") not in filled:
                raise TfliteFileError(f"an operation reads tensor {index} before it holds anything")
        for index in operator.integers(8):
            _within(index, len(tensors), "tensor")
        for index in operator.integers(2):
            if _within(index, len(tensors), "tensor") in filled:
                raise TfliteFileError(f"an operation overwrites tensor {index}")
            filled.add(index)
    for index in graph.integers(2):
        if _within(index, len(tensors), "tensor") not in filled:
            raise TfliteFileError(f"the model's output, tensor {index}, holds nothing")
    return len(tensors)


def _verify_tensor(tensor: FlatbufferTable, buffers: list[int]) -> bool:
    """Whether it is filled from the start: a constant, or a variable, which begins with zeros."""
    tensor.text(3)
    shape, kind = tensor.integers(0), tensor.number(1, "b")
    tensor.integers(7)
    if kind not in _BYTES:
        raise TfliteFileError(f"the model has a tensor of type {kind}, which is not taken")
    if min(shape, default=1) < 1 or (size := math.prod(shape) * _BYTES[kind]) > LARGEST_TENSOR:
        raise TfliteFileError(f"the model has a tensor of shape {shape[:8]}, which is not taken")
    held = buffers[_within(tensor.number(2, "I"), len(buffers), "buffer")]
    if held not in (0, size):
        raise TfliteFileError(f"a constant of shape {shape[:8]} has {held} bytes, it must have {size}")
    if quantization := tensor.table(4):
        _verify_quantization(_known("quantization", quantization), shape)
    return bool(held or tensor.number(5, "b"))


def _verify_quantization(quantization: FlatbufferTable, shape: list[int]) -> None:
    quantization.numbers(0, "f")
    quantization.numbers(1, "f")
    scales, zeros = quantization.numbers(2, "f"), quantization.numbers(3, "q")
    axis = quantization.number(6, "i")
    one_each = shape[axis] if 0 <= axis < len(shape) else 1
    if len(scales) not in (0, 1, one_each) or len(zeros) not in (0, len(scales)):
        raise TfliteFileError(f"a tensor of shape {shape[:8]} has {len(scales)} scales and {len(zeros)} zero points")
    if not all(math.isfinite(scale) and scale > 0 for scale in scales):
        raise TfliteFileError("a tensor has a scale that is not finite and positive")


def _verify_operator(operator: FlatbufferTable, codes: int) -> None:
    _within(operator.number(0, "I"), codes, "operation")
    operator.span(5, 1)
    operator.span(7, 1)
    kind, options = operator.number(3, "B"), operator.table(4)
    if kind > _LAST_OPTIONS or kind in _OPTIONS_NOT_TAKEN or (options is None) is not (kind == 0):
        raise TfliteFileError(f"an operation has options of kind {kind}, which are not taken")
    if options:
        options.expect_numbers(but=_OPTIONS_WITH_VECTORS.get(kind, set()))


def _known(what: str, table: FlatbufferTable) -> FlatbufferTable:
    taken = set(range(_FIRST_NOT_KNOWN[what])) - _NOT_TAKEN.get(what, set())
    if strange := sorted(table.present - taken):
        raise TfliteFileError(f"the model's file has field {strange[0]} in a {what}, which is not taken")
    return table


def _within(index: int, count: int, what: str) -> int:
    if not 0 <= index < count:
        raise TfliteFileError(f"the model's file names {what} {index}, but has {count}")
    return index
