"""Ways in which a file is damaged on a memory card, from a seed."""

from __future__ import annotations

import random
from collections.abc import Iterator


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
