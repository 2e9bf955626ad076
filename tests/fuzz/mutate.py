"""Changes to good input that make bad input of it."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from random import Random
from typing import Any

ODD_BYTES = (
    b"",
    b"\0",
    b"\n",
    b"\r\n",
    b"\xff",
    b"\xc3\x28",
    b"\xed\xa0\x80",
    b'"',
    b"\\",
    b"{",
    b"[" * 300,
    b"A" * 5000,
    b"-1",
    b"0",
    b"1e999",
    b"NaN",
    b"9" * 400,
    b"99999999999999999999",
    b"%n%s",
    b"../" * 8,
    b"\x1b[2J",
    "é😀\u202e".encode(),
)
ODD_VALUES: tuple[Any, ...] = (
    None,
    True,
    False,
    0,
    -1,
    1,
    2**31,
    2**63,
    -(2**63),
    10**30,
    0.5,
    -0.0,
    1e12,
    1e308,
    -1e308,
    5e-324,
    "",
    "happy",
    "\0",
    "x" * 3000,
    "\ud83d\ude00",
    [],
    {},
    [[]],
    {"": None},
    [0] * 40,
)


def mutated(random: Random, good: bytes, words: Sequence[bytes] = ODD_BYTES, most: int = 6) -> bytes:
    """Bytes with up to so many changes: flipped, put in, taken out, repeated, exchanged or cut off."""
    data = bytearray(good)
    for _ in range(random.randint(1, most)):
        at = random.randint(0, len(data))
        length = min(len(data) - at, 1 << random.randrange(8))
        match random.randrange(7):
            case 0 if at < len(data):
                data[at] ^= 1 << random.randrange(8)
            case 1 if at < len(data):
                data[at] = random.randrange(256)
            case 2:
                data[at:at] = random.choice(words)
            case 3:
                del data[at : at + length]
            case 4:
                data[at:at] = data[at : at + length] * random.randint(1, 4)
            case 5:
                data[at : at + length] = random.choice(words)
            case _:
                if random.random() < 0.2:
                    del data[at:]
    return bytes(data)


def mutated_json(random: Random, good: Any, most: int = 3) -> Any:
    """A JSON value with up to so many of its parts changed, left out, doubled or added."""
    value = copy.deepcopy(good)
    for _ in range(random.randint(1, most)):
        value = _with_one_change(random, value)
    return value


def _with_one_change(random: Random, value: Any) -> Any:
    if not isinstance(value, (dict, list)) or not value or random.random() < 0.1:
        return _odd(random, value)
    key = random.choice(list(value)) if isinstance(value, dict) else random.randrange(len(value))
    match random.randrange(8):
        case 0:
            del value[key]
        case 1 if isinstance(value, dict):
            value[random.choice(("", "extra", "type", "time", key.upper()))] = _odd(random, value[key])
        case 1:
            value.insert(key, copy.deepcopy(value[key]))
        case _:
            value[key] = _with_one_change(random, value[key])
    return value


def _odd(random: Random, value: Any) -> Any:
    if isinstance(value, (int, float)) and not isinstance(value, bool) and random.random() < 0.5:
        return value + random.choice((-1e6, -100.0, -1.0, -0.001, 0.001, 1.0, 61.0, 1e6))
    return copy.deepcopy(random.choice(ODD_VALUES))
