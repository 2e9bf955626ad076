"""The whole history as a file for the owner: CSV for a spreadsheet, JSON for a program. Written a piece at a time."""

from __future__ import annotations

import csv
import io
import itertools
import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, get_args

from appliance.domain.emotions import EMOTIONS
from appliance.history.reading import opened, reason_of, shown
from appliance.words.english import reason_in_words

Format = Literal["csv", "json"]
FORMATS: tuple[Format, ...] = get_args(Format)
PIECE = 500
"""Rows in a piece, about 100 kB at most."""

COLUMNS: dict[str, tuple[str, ...]] = {
    "moods": ("at", "mood", "confidence", "valence", "arousal", "people", "lasts"),
    "plays": ("at", "emotion", "file", "why", "heard"),
    "corrections": ("at", "was", "mood", "model", *EMOTIONS),
    "dislikes": ("at", "emotion", "file"),
}
"""What is exported of each table; times are UTC."""
_COMPUTED = {
    "why": "coalesce(reason, why)",
    "heard": "(SELECT min(heard) FROM skips WHERE play = plays.id AND skips.file = plays.file)",
}
_KINDS = {"moods": "mood", "plays": "play", "corrections": "correction", "dislikes": "dislike"}
_HEADER = tuple(dict.fromkeys(("kind", *itertools.chain(*COLUMNS.values()))))
# What a spreadsheet takes for the beginning of a formula (OWASP, "CSV Injection").
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def pieces(folder: Path, form: Format) -> Iterator[bytes]:
    """The history in a folder, in UTF-8. May be asked from changing threads, one at a time. Raises HistoryError."""
    with opened(folder) as history:
        yield from _csv(history) if form == "csv" else _json(history)


def _rows(history: sqlite3.Connection | None, table: str) -> Iterator[dict[str, Any]]:
    if history is None:
        return
    columns = ", ".join(_COMPUTED.get(name, name) for name in COLUMNS[table])
    found = history.execute(f"SELECT {columns} FROM {table} ORDER BY at, id")  # noqa: S608 - the names stand above
    for row in found:
        yield {name: _value(name, value) for name, value in zip(COLUMNS[table], row, strict=True)}


def _value(column: str, stored: Any) -> Any:
    if column == "why":
        reason = reason_of(stored)
        return reason_in_words(reason) if reason else None
    return shown(stored) if isinstance(stored, (str, bytes)) else stored


def _json(history: sqlite3.Connection | None) -> Iterator[bytes]:
    """One object with a list for each table, a row a line."""
    for number, table in enumerate(COLUMNS):
        yield f"{'{' if number == 0 else '],'}\n{json.dumps(table)}: [\n".encode()
        rows, comma = _rows(history, table), ""
        while some := list(itertools.islice(rows, PIECE)):
            yield (comma + ",\n".join(json.dumps(row, ensure_ascii=False) for row in some)).encode()
            comma = ",\n"
        yield b"\n"
    yield b"]}\n"


def _csv(history: sqlite3.Connection | None) -> Iterator[bytes]:
    """One table for everything, `kind` first; a text that a spreadsheet would run is kept from it by a quote."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, _HEADER, restval="", lineterminator="\r\n")
    writer.writeheader()
    for table in COLUMNS:
        rows = _rows(history, table)
        while some := list(itertools.islice(rows, PIECE)):
            for row in some:
                writer.writerow({"kind": _KINDS[table]} | {name: _harmless(value) for name, value in row.items()})
            yield _taken(out)
    yield _taken(out)


def _harmless(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.lstrip(" ").startswith(_FORMULA) else value


def _taken(out: io.StringIO) -> bytes:
    text = out.getvalue()
    out.seek(0)
    out.truncate()
    return text.encode()
