"""Small JSON files that the box keeps for itself."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

import msgspec

Kept = TypeVar("Kept")

MOST_BYTES = 1_000_000
"""None of ours is anywhere near as large; one that is has been damaged."""


def read_json(path: Path, kind: type[Kept]) -> Kept:
    """The file's content as `kind`. Raises OSError, or ValueError for whatever else the file may hold."""
    with path.open("rb") as file:
        return decode_json(file.read(MOST_BYTES + 1), kind)


def decode_json(content: bytes, kind: type[Kept]) -> Kept:
    """The same of content that has been read. Raises ValueError."""
    if len(content) > MOST_BYTES:
        raise ValueError("it is far too large")
    try:
        return msgspec.json.decode(content, type=kind)
    except RecursionError as error:
        raise ValueError("it has far too many brackets within brackets") from error
