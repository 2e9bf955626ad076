"""Tiny model bundles, made byte by byte: a TFLite flatbuffer is written here without any TensorFlow.

The model looks at seven horizontal bands of a 16-pixel picture; the brightest band names the emotion.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from appliance.domain.emotions import EMOTIONS
from appliance.model import bundle
from appliance.model.golden import Golden
from appliance.model.manifest import Crop, Input, Manifest, Outputs

SIZE = 16
LABELS = ("happy", "angry", "sad", "neutral", "fear", "surprise", "disgust")
_FLOAT32, _UINT8 = 0, 3
_ADD, _CONV_2D, _DEQUANTIZE, _FULLY_CONNECTED = 0, 3, 6, 9
_CONV_2D_OPTIONS = 1


class Packed(bytes):
    """A vector of numbers: its count comes first, then these bytes."""

    width = 1


def _vector(kind: str, values: Sequence[float]) -> Packed:
    packed = Packed(struct.pack(f"<{len(values)}{kind}", *values))
    packed.width = struct.calcsize(kind)
    return packed


def flatbuffer(root: dict[int, object], identifier: bytes) -> bytes:
    """A flatbuffer: tables are dicts from field number to inline bytes, a table, a list of tables or a Packed."""
    data = bytearray(struct.pack("<I", 0) + identifier)
    struct.pack_into("<I", data, 0, _table(data, root))
    return bytes(data)


def _table(data: bytearray, fields: Mapping[int, object]) -> int:
    slots = max(fields, default=-1) + 1
    offsets, body = [0] * slots, bytearray(4)
    children = []
    for number, value in sorted(fields.items()):
        inline = value if isinstance(value, bytes) and not isinstance(value, Packed) else bytes(4)
        body += bytes(-len(body) % len(inline))
        offsets[number] = len(body)
        if inline is not value:
            children.append((len(body), value))
        body += inline
    while (len(data) + 4 + 2 * slots) % 8:
        data += b"\0"
    vtable = len(data)
    data += struct.pack(f"<{2 + slots}H", 4 + 2 * slots, len(body), *offsets)
    start = len(data)
    struct.pack_into("<i", body, 0, start - vtable)
    data += body
    for place, child in children:
        where = _child(data, child)
        struct.pack_into("<I", data, start + place, where - (start + place))
    return start


def _child(data: bytearray, value: object) -> int:
    if isinstance(value, dict):
        return _table(data, value)
    while (len(data) + 4) % 16:
        data += b"\0"
    start = len(data)
    if isinstance(value, Packed):
        data += struct.pack("<I", len(value) // value.width) + value + b"\0"
        return start
    assert isinstance(value, list)
    data += struct.pack("<I", len(value)) + bytes(4 * len(value))
    for index, entry in enumerate(value):
        place = start + 4 + 4 * index
        struct.pack_into("<I", data, place, _child(data, entry) - place)
    return start


def _int(value: int) -> bytes:
    return struct.pack("<i", value)


def _tensor(shape: Sequence[int], kind: int, buffer: int, scale: float | None = None) -> dict[int, object]:
    tensor: dict[int, object] = {0: _vector("i", shape), 1: struct.pack("<b", kind), 2: _int(buffer)}
    if scale:
        tensor[4] = {2: _vector("f", [scale]), 3: _vector("q", [0])}
    return tensor


def _operator(
    code: int, inputs: Sequence[int], output: int, options: dict[int, object] | None = None
) -> dict[int, object]:
    operator: dict[int, object] = {0: _int(code), 1: _vector("i", inputs), 2: _vector("i", [output])}
    if options:
        operator |= {3: struct.pack("<B", _CONV_2D_OPTIONS), 4: options}
    return operator


def weights(size: int = SIZE) -> NDArray[np.float32]:
    """float32 (7, size * size): each row is 1 over its band, scaled so that a full band gives about 8."""
    found = np.zeros((7, size, size), np.float32)
    for band in range(7):
        rows = slice(band * size // 7, (band + 1) * size // 7)
        found[band, rows] = 8 / (255 * size * (rows.stop - rows.start))
    return found.reshape(7, -1)


def tflite(size: int = SIZE, bias: float = 0.0, burden: int = 0, greedy: bool = False, version: int = 1) -> bytes:
    """A model: uint8 (1, size, size, 1) → float32 (1, 7) logits in the order of `LABELS`.

    `burden` convolutions with 64 channels make it slow, and a `greedy` model keeps all their results in memory.
    `version` is what the model says of its operations.
    """
    held = [b"", weights(size).tobytes(), np.full(7, bias, np.float32).tobytes()]
    if burden:
        held += [bytes(4 * 64 * 3 * 3), bytes(4 * 64), bytes(4 * 64 * 3 * 3 * 64), bytes(4)]
    tensors = [
        _tensor((1, size, size, 1), _UINT8, 0, scale=1.0),
        _tensor((1, size, size, 1), _FLOAT32, 0),
        _tensor((7, size * size), _FLOAT32, 1),
        _tensor((7,), _FLOAT32, 2),
        _tensor((1, 7), _FLOAT32, 0),
    ]
    if burden:
        tensors += [
            _tensor((64, 3, 3, 1), _FLOAT32, 3),
            _tensor((64,), _FLOAT32, 4),
            _tensor((64, 3, 3, 64), _FLOAT32, 5),
            _tensor((1, 3, 3, 64), _FLOAT32, 3),
            _tensor((1,), _FLOAT32, 6),
            _tensor((1, size, size, 1), _FLOAT32, 0),
            _tensor((1, size, size, 1), _FLOAT32, 0),
        ]
    operators = [_operator(0, [0], 1)]
    options: dict[int, object] = {0: b"\0", 1: _int(1), 2: _int(1)}
    for index in range(burden):
        tensors.append(_tensor((1, size, size, 64), _FLOAT32, 0))
        source = [len(tensors) - 2, 7, 6] if index else [1, 5, 6]
        operators.append(_operator(2, source, len(tensors) - 1, options))
    if burden:  # the convolutions' zeros are added to the picture, for a runtime may leave out what nobody asks for
        operators += [_operator(2, [len(tensors) - 1, 8, 9], 10, options), _operator(3, [1, 10], 11)]
    operators.append(_operator(1, [11 if burden else 1, 2, 3], 4))
    outputs = [4, *range(12, len(tensors))] if greedy else [4]
    kinds = (_DEQUANTIZE, _FULLY_CONNECTED, _CONV_2D, _ADD)
    codes = [{0: struct.pack("<b", code), 2: _int(version), 3: _int(code)} for code in kinds]
    graph = {0: tensors, 1: _vector("i", [0]), 2: _vector("i", outputs), 3: operators}
    buffers = [{0: _vector("B", content)} if content else {} for content in held]
    return flatbuffer({0: _int(3), 1: codes, 2: [graph], 4: buffers}, b"TFL3")


def crashing() -> bytes:
    """A model that leads its runtime astray: the list of its operations lies far outside."""
    model = bytearray(tflite())
    struct.pack_into("<I", model, 24, 0x7FFFFFF0)
    return bytes(model)


def golden(size: int = SIZE) -> Golden:
    """What a right model makes of one picture for each band, and of noise."""
    pictures = np.zeros((8, size, size, 1), np.uint8)
    for band in range(7):
        pictures[band, band * size // 7 : (band + 1) * size // 7] = 200
    pictures[7] = np.random.default_rng(7).integers(0, 256, (size, size, 1))
    logits = pictures.reshape(8, -1).astype(np.float32) @ weights(size).T
    raised = np.exp(logits[:, [LABELS.index(emotion) for emotion in EMOTIONS]])
    return Golden(pictures, np.asarray(raised / raised.sum(axis=1, keepdims=True), np.float32))


def manifest(version: str = "1.0.0", size: int = SIZE, labels: tuple[str, ...] = LABELS) -> Manifest:
    return Manifest(
        name="tiny",
        version=version,
        created="2026-01-31T12:00:00Z",
        labels=labels,
        input=Input(height=size, width=size, channels=1, layout="nhwc", colour="grey", dtype="uint8"),
        crop=Crop(scale=1.05, up=0.05, shape="square", align="none"),
        quantization="float32",
        outputs=Outputs(tensor=0, kind="logits", width=7, emotions=tuple(range(7)), others={}, benchmarks={}),
        temperature=1.0,
        metrics=(),
        members={},
    )


def make(version: str = "1.0.0", model: bytes | None = None, size: int = SIZE,
         labels: tuple[str, ...] = LABELS) -> bytes:  # fmt: skip
    """The bytes of a bundle whose manifest and golden vectors are for `size`, whatever `model` is."""
    return bundle.pack_bundle(manifest(version, size, labels), model or tflite(size), golden(size))
