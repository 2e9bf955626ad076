"""Ways in which a file is damaged on a memory card, from a seed."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from typing import Any


def damaged(data: bytes, seed: int) -> bytes:
    """The file after something happened to it: bits, blocks of zeros or of another file, an end that is missing."""
    rng, content = random.Random(seed), bytearray(data)
    for _ in range(rng.choice((1, 1, 1, 3, 20))):
        at, length = rng.randrange(len(content) or 1), rng.choice((1, 16, 512, 4096))
        match rng.randrange(6):
            case 0:
                content[at : at + 1] = bytes([rng.randrange(256)])
            case 1:
                content[at : at + length] = bytes(len(content[at : at + length]))
            case 2:
                content[at : at + length] = rng.randbytes(len(content[at : at + length]))
            case 3:
                del content[at:]
            case 4:
                other = rng.randrange(len(content) or 1)
                content[at : at + length] = content[other : other + len(content[at : at + length])]
            case _:
                content += rng.randbytes(length)
    return bytes(content)


def each_byte_changed(data: bytes, end: int, step: int = 1) -> Iterator[bytes]:
    """The file with one byte changed, for every `step`th byte before `end`."""
    for at in range(0, min(end, len(data)), step):
        yield data[:at] + bytes([data[at] ^ 0xFF if at % 2 else (data[at] + 0x55) % 256]) + data[at + 1 :]


_OTHER_VALUES = (None, True, -1, 10**30, 1e300, "", "²", "\0é\udc80", "1.0.x", [], {}, [[[]]])


def each_value_changed(data: bytes) -> Iterator[bytes]:
    """The JSON file with each of its values, at whatever depth, in turn replaced by others, and each key left out."""
    whole = json.loads(data)
    for path in _places(whole):
        for value in _OTHER_VALUES:
            yield json.dumps(_with(whole, path, value)).encode()
        yield json.dumps(_with(whole, path, _GONE)).encode()


_GONE = object()


def _places(value: Any) -> Iterator[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    yield ()
    for key, child in inner:
        yield from ((key, *rest) for rest in _places(child))


def _with(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return None if new is _GONE else new
    copy = value.copy()
    if len(path) == 1 and new is _GONE:
        del copy[path[0]]
    else:
        copy[path[0]] = _with(value[path[0]], path[1:], new)
    return copy


def every_damage(data: bytes, seeds: int, bytes_to_change: int = 1_000_000, step: int = 1) -> Iterator[bytes]:
    """Each `step`th byte changed, so many random damages, nothing at all, and brackets without end."""
    yield from each_byte_changed(data, bytes_to_change, step)
    yield from (damaged(data, seed) for seed in range(seeds))
    yield from (b"", b"\0" * len(data), b"\xff" * len(data), b"[" * 100_000, b'{"a":' * 100_000)
