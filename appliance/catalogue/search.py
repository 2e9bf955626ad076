"""Searching the catalogue: the songs that MPD has, by words, mood and order; read-only, beside the box."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from appliance.catalogue.reading import read_rows
from appliance.catalogue.songs import are_texts
from appliance.domain.emotions import Emotion, folder_of

Order = Literal["title", "artist", "album", "duration", "newest"]
_BY = {
    "title": "shown COLLATE NOCASE, file",
    "artist": "artist = '', artist COLLATE NOCASE, album COLLATE NOCASE, track + 0, shown COLLATE NOCASE, file",
    "album": "album = '', album COLLATE NOCASE, track + 0, shown COLLATE NOCASE, file",
    "duration": "duration IS NULL, duration, file",
    "newest": "modified DESC, file",
}
_SHOWN = "CASE WHEN title = '' THEN replace(file, rtrim(file, replace(file, '/', '')), '') ELSE title END"
_WORDS = 8  # of a search that are looked for


@dataclass(frozen=True, slots=True)
class FoundSong:
    """A song of the library. `mood` is the emotion whose folder it lies in; `duration` in seconds."""

    file: str
    title: str
    artist: str
    album: str
    duration: float | None
    mood: Emotion | None


def matching_songs(database: Path, words: str, mood: Emotion | None, order: Order) -> array[int]:
    """The rows of the songs that fit, in their order; none if there is no catalogue yet.

    Each of the `words` must be in title, artist, album or file. Raises CatalogueError.
    """
    conditions, values = ["gone_at IS NULL"], []
    if mood:
        conditions.append("file GLOB ?")
        values.append(f"{mood}/*")
    for word in words.split()[:_WORDS]:
        conditions.append("(title || ' ' || artist || ' ' || album || ' ' || file) LIKE ? ESCAPE '\\'")
        values.append("%" + word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%")
    rows = _read(
        database,
        f"SELECT id, {_SHOWN} AS shown FROM songs WHERE {' AND '.join(conditions)} ORDER BY {_BY[order]}",  # noqa: S608
        values,
    )
    return array("q", (row[0] for row in rows))


def songs_of_rows(database: Path, rows: Sequence[int]) -> list[FoundSong]:
    """The songs in these rows, in this order; a row that has gone meanwhile is left out. Raises CatalogueError."""
    marks = ", ".join("?" * len(rows))
    found = _read(
        database,
        f"SELECT id, file, title, artist, album, duration FROM songs WHERE id IN ({marks})",  # noqa: S608
        rows,
    )
    by_row = {
        row[0]: FoundSong(row[1], row[2], row[3], row[4], row[5], folder_of(row[1]))
        for row in found
        if are_texts(*row[1:5])
    }
    return [by_row[row] for row in rows if row in by_row]


def _read(database: Path, query: str, values: Sequence[str] | Sequence[int]) -> list[tuple[Any, ...]]:
    return list(read_rows(database, query, values, lambda data: data.decode(errors="backslashreplace")))
