"""The push protocol: a line of JSON with the sizes, then the signature, then the bundle."""

from __future__ import annotations

import os
import select
import time
from typing import Annotated, Literal

import msgspec

from appliance.model import bundle, signature
from appliance.model.errors import ModelError

IDLE, TOTAL = 30.0, 600.0
"""Seconds without a byte, and seconds altogether, after which a push is given up: a dead one must not hold the lock."""

_LONGEST_HEADER = 200
_CHUNK = 65_536


class WireError(ModelError):
    """A push that is cut off, too long, too slow or not a push."""


class _Header(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    moodbox_push: Literal[1]
    signature: Annotated[int, msgspec.Meta(ge=1, le=signature.LARGEST)]
    bundle: Annotated[int, msgspec.Meta(ge=1, le=bundle.LARGEST)]


def pack_push(signed: bytes, data: bytes) -> bytes:
    """The bytes of a push of the bundle `data` with its signature."""
    return msgspec.json.encode(_Header(1, len(signed), len(data))) + b"\n" + signed + data


def read_push(source: int, idle: float = IDLE, total: float = TOTAL) -> tuple[bytes, bytes]:
    """(signature, bundle) from a file descriptor, read to its end. Raises WireError.

    No more is ever read into memory than the header may announce; `idle` and `total` are in seconds.
    """
    stream = _Stream(source, idle, total)
    line = stream.until_newline()
    try:
        header = msgspec.json.decode(line, type=_Header)
    except msgspec.DecodeError as error:
        raise WireError(f"not a push: its first line is wrong: {error}") from None
    signed, data = stream.exactly(header.signature, "signature"), stream.exactly(header.bundle, "bundle")
    if stream.more():
        raise WireError(f"bytes follow after the {header.bundle} bytes of the bundle that were announced")
    return signed, data


class _Stream:
    """Reads within both time limits."""

    def __init__(self, source: int, idle: float, total: float) -> None:
        self._source, self._idle, self._total = source, idle, total
        self._until = time.monotonic() + total
        self._pending = b""

    def until_newline(self) -> bytes:
        while b"\n" not in self._pending:
            if len(self._pending) > _LONGEST_HEADER:
                raise WireError(f"not a push: its first line is longer than {_LONGEST_HEADER} bytes")
            before = self._pending
            self._pending = b""
            if not self.more():
                raise WireError("cut off before the end of its first line")
            self._pending = before + self._pending
        line, _, self._pending = self._pending.partition(b"\n")
        return line

    def exactly(self, count: int, what: str) -> bytes:
        parts, have = [self._pending[:count]], len(self._pending[:count])
        self._pending = self._pending[count:]
        while have < count:
            if not self.more():
                raise WireError(f"cut off: {have} of {count} bytes of the {what} came")
            parts.append(self._pending[: count - have])
            self._pending = self._pending[count - have :]
            have += len(parts[-1])
        return b"".join(parts)

    def more(self) -> bool:
        """Whether there are bytes beyond those handed out; False at the end of the stream."""
        if self._pending:
            return True
        left = min(self._idle, self._until - time.monotonic())
        ready, _, _ = select.select([self._source], [], [], max(0.0, left))
        if not ready:
            raise WireError(f"no byte for {self._idle:g} s, or not done within {self._total:g} s; given up")
        self._pending = os.read(self._source, _CHUNK)
        return bool(self._pending)
