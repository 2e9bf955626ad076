"""Reading the catalogue's file from another process: read-only, beside the box that writes it, or while it is off."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from appliance.catalogue.database import COLUMNS
from appliance.catalogue.library_index import INDEX_ROWS, index_from_rows
from appliance.catalogue.songs import CatalogueError, SongTags, are_texts
from appliance.sound.index import SoundIndex


def read_rows(
    database: Path,
    query: str,
    values: Sequence[str] | Sequence[int] = (),
    text: Callable[[bytes], str] | None = None,
) -> Iterator[tuple[Any, ...]]:
    """The rows that a query finds, one by one; none if there is no catalogue yet. Raises CatalogueError.

    `text` makes texts of their bytes; without it bytes that are not UTF-8 are an error.
    """
    if not database.exists():
        return
    try:
        with contextlib.closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            connection.text_factory = text or str
            yield from connection.execute(query, tuple(values))
    except (sqlite3.Error, UnicodeDecodeError) as error:  # a name in a damaged schema may be no UTF-8
        raise CatalogueError(f"{database} cannot be read ({error}); is it yours to read?") from error


def read_index(database: Path) -> SoundIndex:
    """The index of the songs that MPD has; an empty one if there is no catalogue yet. Raises CatalogueError."""
    try:
        return index_from_rows(read_rows(database, INDEX_ROWS))
    except (ValueError, OverflowError) as error:
        raise CatalogueError(f"{database} has a damaged row ({error}); a box that starts sets it aside") from error


def read_tags(database: Path) -> Iterator[SongTags]:
    """The songs that MPD has, row by row, without damaged rows; none without a catalogue. Raises CatalogueError."""
    for row in read_rows(database, f"SELECT {COLUMNS} FROM songs WHERE gone_at IS NULL"):  # noqa: S608
        tags = dict(zip(COLUMNS.split(", "), row, strict=True))
        duration = tags.pop("duration")
        if are_texts(*tags.values()):
            yield SongTags(**tags, duration=duration if isinstance(duration, float) else None)
