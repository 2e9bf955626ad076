"""Checked access to a table that came from outside, one key at a time."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from typing import TypeVar

from appliance.model.errors import ManifestError

T = TypeVar("T")


class Fields:
    """A JSON object whose every key must be asked for, be of the right kind and in range."""

    def __init__(self, table: object, where: str, path: str) -> None:
        if not isinstance(table, dict):
            raise ManifestError(f"{where}: {path or 'it'} must be an object, found {_shown(table)}")
        self._table: dict[str, object] = table
        self._where = where
        self._path = path
        self._asked: set[str] = set()

    def wrong(self, key: str, expected: object, found: object) -> ManifestError:
        """The error to raise about `key`."""
        name = ".".join(part for part in (self._path, key) if part)
        return ManifestError(f"{self._where}: {name}: expected {expected}, found {_shown(found)}")

    def names(self) -> list[str]:
        """The keys that are there."""
        return list(self._table)

    def done(self) -> None:
        """Raises ManifestError if a key was never asked for, because it would be ignored."""
        if unknown := [name for name in self._table if name not in self._asked]:
            raise self.wrong(unknown[0], "no such key", self._table[unknown[0]])

    def text(self, key: str) -> str:
        """A text of 1 to 500 characters."""
        value = self._get(key)
        if not isinstance(value, str) or not 0 < len(value) <= 500:
            raise self.wrong(key, "a text of 1 to 500 characters", value)
        return value

    def matching(self, key: str, pattern: str) -> str:
        """A text that matches the whole `pattern`."""
        value = self._get(key)
        if not isinstance(value, str) or not re.fullmatch(pattern, value, re.ASCII):
            raise self.wrong(key, f"a text like {pattern}", value)
        return value

    def one_of(self, key: str, *choices: str) -> str:
        """One of the `choices`."""
        value = self._get(key)
        if not isinstance(value, str) or value not in choices:
            raise self.wrong(key, " or ".join(choices), value)
        return value

    def integer(self, key: str, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both included."""
        value = self._get(key)
        if type(value) is not int or not low <= value <= high:
            raise self.wrong(key, f"a whole number {low}..{high}", value)
        return value

    def number(self, key: str, low: float, high: float) -> float:
        """A finite number from `low` to `high`, both included."""
        value = self._get(key)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.wrong(key, "a number", value)
        if not low <= value <= high or not math.isfinite(value):
            raise self.wrong(key, f"a number {low}..{high}", value)
        return float(value)

    def strings(self, key: str) -> tuple[str, ...]:
        """A list of texts."""
        return tuple(self._each(key, str, "texts"))

    def indices(self, key: str, count: int, below: int) -> tuple[int, ...]:
        """`count` different whole numbers from 0 up to `below`, exclusive."""
        values = tuple(self._each(key, int, "whole numbers"))
        if len(values) != count or len(set(values)) != count or not all(0 <= value < below for value in values):
            raise self.wrong(key, f"{count} different whole numbers 0..{below - 1}", values)
        return values

    def table(self, key: str) -> Fields:
        """The object under `key`."""
        return Fields(self._get(key), self._where, f"{self._path}.{key}" if self._path else key)

    def tables(self, key: str) -> Iterable[Fields]:
        """The list of objects under `key`."""
        value = self._get(key)
        if not isinstance(value, list) or len(value) > 100:
            raise self.wrong(key, "a list of at most 100 objects", value)
        return [Fields(entry, self._where, f"{key}[{index}]") for index, entry in enumerate(value)]

    def _each(self, key: str, kind: type[T], words: str) -> list[T]:
        value = self._get(key)
        if not isinstance(value, list) or len(value) > 100:
            raise self.wrong(key, f"a list of {words}", value)
        entries = [entry for entry in value if isinstance(entry, kind) and not isinstance(entry, bool)]
        if len(entries) != len(value):
            raise self.wrong(key, f"a list of {words}", value)
        return entries

    def _get(self, key: str) -> object:
        self._asked.add(key)
        if key not in self._table:
            raise self.wrong(key, "an entry", "none")
        return self._table[key]


def _shown(value: object) -> str:
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= 80 else text[:77] + "…"
