"""Searching the catalogue: the songs that MPD has, by words, mood and order; read-only, beside the box."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

from msgspec import Struct

from appliance.catalogue.reading import read_rows
from appliance.catalogue.songs import are_texts
from appliance.domain.emotions import Emotion, folder_of
from appliance.lib.text import utf8_text

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


class FoundSong(Struct, frozen=True):
    """A song by its tags; what they lack is empty. `mood`: the folder that it lies in, null for none."""

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
    return array("q", (row[0] for row in rows if isinstance(row[0], int)))


def songs_of_rows(database: Path, rows: Sequence[int]) -> list[FoundSong]:
    """The songs in these rows, in this order; a row that has gone meanwhile is left out. Raises CatalogueError."""
    by_row = _found(database, "id", rows)
    return [by_row[row] for row in rows if row in by_row]


def songs_of_files(database: Path, files: Sequence[str]) -> list[FoundSong]:
    """The songs of these files, in this order; a file that has gone is left out. Raises CatalogueError."""
    by_file = _found(database, "file", files)
    return [by_file[file] for file in files if file in by_file]


def _found(database: Path, key: str, values: Sequence[int] | Sequence[str]) -> dict[int | str, FoundSong]:
    marks = ", ".join("?" * len(values))
    rows = _read(
        database,
        f"SELECT {key}, file, title, artist, album, duration FROM songs WHERE {key} IN ({marks})",  # noqa: S608
        values,
    )
    return {
        row[0]: FoundSong(utf8_text(row[1]), row[2], row[3], row[4], row[5], folder_of(row[1]))
        for row in rows
        if are_texts(*row[1:5])
    }


def _read(database: Path, query: str, values: Sequence[str] | Sequence[int]) -> list[tuple[Any, ...]]:
    return list(read_rows(database, query, values, lambda data: data.decode(errors="backslashreplace")))
