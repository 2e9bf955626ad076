"""Golden vectors: inputs with the probabilities that they must give, stored with the model that gave them."""

from __future__ import annotations

import io
import struct
import tokenize
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from appliance.model import archive
from appliance.model.errors import BundleError
from appliance.model.labels import EXPRESSIONS

MOST = 64
"""Golden vectors in a bundle, at most."""

_LIMITS = {"inputs.npy": 2_000_000, "probabilities.npy": 20_000}
_SPACE = 1024
"""Bytes granted to the header of an array."""

_DAMAGE = (ValueError, SyntaxError, TypeError, LookupError, EOFError, RecursionError, MemoryError, OverflowError,
           struct.error, tokenize.TokenError)  # fmt: skip
"""What numpy raises on damaged headers."""

_npy: Any = np.lib.format  # untyped in numpy 1


@dataclass(frozen=True, slots=True)
class Golden:
    """`inputs` uint8 (n, height, width, channels); `probabilities` float32 (n, m) of the m emotions
    that the model names, in EMOTIONS order.
    """

    inputs: NDArray[np.uint8]
    probabilities: NDArray[np.float32]

    def to_bytes(self) -> bytes:
        """As stored in a bundle; numpy.load reads it too."""
        return pack_arrays({"inputs.npy": self.inputs, "probabilities.npy": self.probabilities})


def parse_golden(data: bytes, shape: tuple[int, int, int], where: str, named: int = len(EXPRESSIONS)) -> Golden:
    """Read golden vectors for a model with inputs of `shape` that names `named` emotions.

    Raises BundleError naming what does not fit.
    """
    members = archive.unpack_archive(data, _LIMITS, where)
    inputs = read_array(members["inputs.npy"], np.uint8, f"{where}: inputs")
    probabilities = read_array(members["probabilities.npy"], np.float32, f"{where}: probabilities")
    count = len(inputs) if inputs.ndim else 0
    if not 1 <= count <= MOST or inputs.shape != (count, *shape):
        raise BundleError(f"{where}: inputs: expected 1..{MOST} of shape {shape}, found {inputs.shape}")
    if probabilities.shape != (count, named):
        right = (count, named)
        raise BundleError(f"{where}: probabilities: expected shape {right}, found {probabilities.shape}")
    if not np.isfinite(probabilities).all() or np.abs(probabilities.sum(axis=1) - 1).max() > 0.01:
        raise BundleError(f"{where}: probabilities: each row must sum to 1")
    return Golden(inputs, probabilities)


def pack_arrays(arrays: Mapping[str, NDArray[Any]]) -> bytes:
    """Arrays by the names of their members; numpy.load reads it too."""
    members = {}
    for name, array in arrays.items():
        buffer = io.BytesIO()
        _npy.write_array(buffer, np.ascontiguousarray(array), version=(1, 0), allow_pickle=False)
        members[name] = buffer.getvalue()
    return archive.pack_archive(members)


def read_array(data: bytes, dtype: type[np.generic], where: str) -> NDArray[Any]:
    """The array in .npy bytes. Its header is believed only where it agrees with the bytes that are there."""
    stream = io.BytesIO(data)
    try:
        version = _npy.read_magic(stream)
        shape, fortran, found = _npy.read_array_header_1_0(stream, max_header_size=_SPACE)
    except _DAMAGE as error:
        raise BundleError(f"{where}: not an array: {error}") from None
    if version != (1, 0) or fortran or found != np.dtype(dtype):
        raise BundleError(f"{where}: expected {dtype.__name__} in C order, version 1.0; found {found}, {version}")
    try:
        return np.frombuffer(data[stream.tell() :], dtype).reshape(shape)
    except _DAMAGE as error:
        raise BundleError(f"{where}: not an array: {error}") from None
