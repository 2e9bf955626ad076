"""A number in a command."""

from __future__ import annotations

import math
import re

_NUMBER = re.compile(r"[0-9]{1,6}(\.[0-9]{1,6})?")


def read_number(text: str, low: float, high: float) -> float:
    """The number that a text is, `low` to `high`. Raises ValueError saying what would be right."""
    value = float(text) if _NUMBER.fullmatch(text) else math.nan
    if not low <= value <= high:
        raise ValueError(f"a number from {low:g} to {high:g}")
    return value
