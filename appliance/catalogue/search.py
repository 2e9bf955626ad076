"""Searching the catalogue: a page of the songs that MPD has, by words, mood and order; read-only, beside the box."""

from __future__ import annotations

import contextlib
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from appliance.catalogue.songs import CatalogueError
from appliance.domain.emotions import Emotion, folder_of

Order = Literal["title", "artist", "album", "duration", "newest"]
_BY = {
    "title": "shown COLLATE NOCASE, file",
    "artist": "artist = '', artist COLLATE NOCASE, album COLLATE NOCASE, track + 0, shown COLLATE NOCASE, file",
    "album": "album = '', album COLLATE NOCASE, track + 0, shown COLLATE NOCASE, file",
    "duration": "duration IS NULL, duration, file",
    "newest": "modified DESC, file",
}
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


def search_songs(
    database: Path, words: str, mood: Emotion | None, order: Order, offset: int, limit: int
) -> tuple[int, list[FoundSong]]:
    """How many songs fit, and `limit` of them from number `offset` on; none if there is no catalogue yet.

    Each of the `words` must be in title, artist, album or file. Raises CatalogueError.
    """
    if not database.exists():
        return 0, []
    conditions, values = ["gone_at IS NULL"], []
    if mood:
        conditions.append("file GLOB ?")
        values.append(f"{mood}/*")
    for word in words.split()[:_WORDS]:
        conditions.append("(title || ' ' || artist || ' ' || album || ' ' || file) LIKE ? ESCAPE '\\'")
        values.append("%" + word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%")
    where = " AND ".join(conditions)
    query = (
        "SELECT file, title, artist, album, duration, "  # noqa: S608 - nothing in it comes from outside
        "CASE WHEN title = '' THEN replace(file, rtrim(file, replace(file, '/', '')), '') ELSE title END AS shown "
        f"FROM songs WHERE {where} ORDER BY {_BY[order]} LIMIT ? OFFSET ?"
    )
    try:
        with contextlib.closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            connection.text_factory = lambda data: data.decode(errors="backslashreplace")
            total = int(connection.execute(f"SELECT count(*) FROM songs WHERE {where}", values).fetchone()[0])  # noqa: S608
            rows = connection.execute(query, (*values, limit, offset)).fetchall()
    except sqlite3.Error as error:
        raise CatalogueError(f"{database} cannot be read ({error}); is it yours to read?") from error
    return total, [FoundSong(row[0], row[1], row[2], row[3], row[4], folder_of(row[0])) for row in rows]
