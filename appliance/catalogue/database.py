"""The catalogue's SQL: songs as MPD tells them, what was heard in them, and what of it can be taken over."""

from __future__ import annotations

import logging
import sqlite3
from array import array
from collections.abc import Callable, Iterable, Sequence
from dataclasses import astuple, fields
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from appliance.catalogue.schema import FILE, MIGRATIONS, TABLES
from appliance.catalogue.songs import Counts, SongSound, SongTags, Unheard, are_texts
from appliance.lib.clock import utc
from appliance.lib.sqlite_file import SqliteFile

Result = TypeVar("Result")

log = logging.getLogger(__name__)

FORGET_AFTER = timedelta(days=400)
"""What MPD has not had for so long is forgotten: by then no stick comes back."""
COLUMNS = ", ".join(field.name for field in fields(SongTags))
_MARKS = ", ".join("?" * len(fields(SongTags)))
_SETS = ", ".join(f"{field.name} = ?" for field in fields(SongTags))
_HERE = "gone_at IS NULL"
GENRES = f"SELECT file, genre FROM songs WHERE {_HERE} AND genre != ''"  # noqa: S608


class CatalogueDatabase:
    """Every method is for one thread at a time, waits for the disk, and raises nothing for its sake."""

    def __init__(self, folder: Path) -> None:
        self._file = SqliteFile(folder / FILE, MIGRATIONS, TABLES, "no song is known by its sound", log)
        self._seen = array("q")
        self._changed = False

    @property
    def problem(self) -> str:
        """What the owner should know of the file, in words; empty if it is well."""
        return self._file.problem

    def close(self) -> None:
        """Close the file."""
        self._file.disconnect()

    # What MPD has

    def begin_scan(self) -> None:
        """All that MPD has is going to be told, a page at a time."""
        self._seen, self._changed = array("q"), False

    def take_page(self, songs: Sequence[SongTags]) -> bool:
        """Keep a page of what MPD has: one transaction. A file that has changed is to be heard again.

        False if it could not be kept: then the scan must not be ended.
        """
        return self._file.attempt(lambda connection: self._take(connection, songs)) is not None

    def _take(self, connection: sqlite3.Connection, songs: Sequence[SongTags]) -> bool:
        with _transaction(connection):
            for song in songs:
                row = connection.execute(
                    f"SELECT id, gone_at, {COLUMNS} FROM songs WHERE file = ?", (song.file,)  # noqa: S608
                ).fetchone()  # fmt: skip
                values = astuple(song)
                if row is None:
                    added = connection.execute(f"INSERT INTO songs ({COLUMNS}) VALUES ({_MARKS})", values)  # noqa: S608
                    self._seen.append(added.lastrowid or 0)
                    self._changed = True
                    continue
                number, gone, *known = row
                self._seen.append(number)
                if gone is None and tuple(known) == values:
                    continue
                self._changed = True
                connection.execute(f"UPDATE songs SET gone_at = NULL, {_SETS} WHERE id = ?", (*values, number))  # noqa: S608
                if known[1] != song.modified:
                    _unhear(connection, number)
        return True

    def end_scan(self, now: datetime) -> bool:
        """What was not told is gone; whether anything is other than before the scan."""
        return bool(self._file.attempt(lambda connection: self._end(connection, now)))

    def _end(self, connection: sqlite3.Connection, now: datetime) -> bool:
        present = {number for (number,) in connection.execute(f"SELECT id FROM songs WHERE {_HERE}")}  # noqa: S608
        gone = sorted(present.difference(self._seen))
        self._seen = array("q")
        with _transaction(connection):
            connection.executemany("UPDATE songs SET gone_at = ? WHERE id = ?", ((utc(now), each) for each in gone))
            old = [each for (each,) in connection.execute(
                "SELECT id FROM songs WHERE gone_at < ?", (utc(now - FORGET_AFTER),))]  # fmt: skip
            for number in old:
                _delete(connection, number)
        return self._changed or bool(gone)

    def counts(self) -> Counts:
        """How many songs there are, and how many have been heard."""
        row = self._file.attempt(
            lambda connection: connection.execute(
                f"SELECT count(*), count(heard_at), count(problem) FROM songs WHERE {_HERE}"  # noqa: S608
            ).fetchone()
        )
        return Counts(*row) if row else Counts()

    def song(self, file: str) -> tuple[SongTags | None, str]:
        """What MPD tells of a song, None if it has none of that name; and why it cannot be heard, empty if it can."""
        rows = self.rows(f"SELECT problem, {COLUMNS} FROM songs WHERE file = ? AND {_HERE}", file)  # noqa: S608
        if not rows:
            return None, ""
        problem, *values = rows[0]
        return SongTags(**dict(zip(COLUMNS.split(", "), values, strict=True))), problem or ""

    # What is heard in them

    def unheard(self, limit: int, below: str = "") -> list[Unheard]:
        """Some songs that are still to be heard, of all by chance: so half a library heard stands for the whole."""
        rows = self._file.attempt(
            lambda connection: connection.execute(
                f"SELECT id, file FROM songs WHERE {_HERE} AND heard_at IS NULL AND problem IS NULL "  # noqa: S608
                "AND substr(file, 1, length(?1)) = ?1 ORDER BY random() LIMIT ?2",
                (below, limit),
            ).fetchall()
        )
        return [Unheard(*row) for row in rows or () if are_texts(row[1])]

    def take_over(self, number: int, content: bytes, now: datetime) -> bool:
        """Note a song's content. True if another with the same has been heard: that is then taken over.

        Where the other is gone, this is the same file in another place: what was taught of it comes along.
        """
        return bool(self._file.attempt(lambda connection: _take_over(connection, number, content, utc(now))))

    def write_heard(self, number: int, heard: SongSound, now: datetime) -> None:
        """Keep what was heard in a song: one transaction."""
        self._file.attempt(lambda connection: _write_heard(connection, number, heard, utc(now)))

    def write_problem(self, number: int, problem: str) -> None:
        """Keep why a song cannot be heard; it is tried again when the file has changed."""
        self._file.attempt(
            lambda connection: connection.execute("UPDATE songs SET problem = ? WHERE id = ?", (problem, number))
        )

    def forget_older(self, version: int) -> int:
        """Have all songs heard again that an older program heard; how many those are."""
        changed = self._file.attempt(
            lambda connection: (
                connection.execute(
                    "UPDATE songs SET heard_at = NULL, content = NULL "
                    "WHERE id IN (SELECT song FROM sounds WHERE version < ?)",
                    (version,),
                ).rowcount
            )
        )
        return changed or 0

    # Reading

    def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """The rows of a query; none while the file cannot be read."""
        return self._file.attempt(lambda connection: connection.execute(sql, values).fetchall()) or []

    def read(self, sql: str, work: Callable[[Iterable[tuple[Any, ...]]], Result]) -> Result | None:
        """Do something with the rows of a query, one after the other; None while the file cannot be read."""
        return self._file.attempt(lambda connection: work(connection.execute(sql)))

    def attempt(self, sql: str, *values: object) -> int:
        """Execute a statement in a transaction of its own; the number of rows changed, 0 if it could not be done."""
        return self._file.attempt(lambda connection: connection.execute(sql, values).rowcount) or 0


class _transaction:  # noqa: N801 - used like a function
    """Commits at the end, or takes everything back."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def __enter__(self) -> None:
        self._connection.execute("BEGIN IMMEDIATE")

    def __exit__(self, kind: object, *_: object) -> None:
        self._connection.execute("COMMIT" if kind is None else "ROLLBACK")


def _take_over(connection: sqlite3.Connection, number: int, content: bytes, now: str) -> bool:
    found = connection.execute(
        "SELECT id, file, gone_at FROM songs WHERE content = ? AND heard_at IS NOT NULL AND id != ? "
        "ORDER BY gone_at IS NULL, gone_at DESC",
        (content, number),
    ).fetchone()
    with _transaction(connection):
        connection.execute("UPDATE songs SET content = ? WHERE id = ?", (content, number))
        if found is None:
            return False
        other, file, gone = found
        connection.execute("UPDATE songs SET heard_at = ?, problem = NULL WHERE id = ?", (now, number))
        for table in ("sounds", "features"):
            columns = [each[1] for each in connection.execute(f"PRAGMA table_info({table})")][1:]
            names = ", ".join(columns)
            connection.execute(
                f"INSERT OR REPLACE INTO {table} (song, {names}) SELECT ?, {names} FROM {table} WHERE song = ?",  # noqa: S608
                (number, other),
            )
        if gone is not None:
            connection.execute(
                "UPDATE OR REPLACE taught SET file = (SELECT file FROM songs WHERE id = ?) WHERE file = ?",
                (number, file),
            )
            _delete(connection, other)
    return True


def _write_heard(connection: sqlite3.Connection, number: int, heard: SongSound, now: str) -> None:
    with _transaction(connection):
        known = connection.execute("UPDATE songs SET heard_at = ?, problem = NULL WHERE id = ?", (now, number))
        if known.rowcount == 0:  # forgotten meanwhile
            return
        connection.execute(
            "INSERT OR REPLACE INTO sounds (song, version, valence, arousal, tempo, mode, traits, sound) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (number, heard.version, heard.valence, heard.arousal, heard.tempo, heard.mode, heard.traits, heard.sound),
        )
        connection.execute(
            "INSERT OR REPLACE INTO features (song, features) VALUES (?, ?)", (number, heard.features)
        )  # fmt: skip


def _unhear(connection: sqlite3.Connection, number: int) -> None:
    connection.execute("UPDATE songs SET heard_at = NULL, problem = NULL, content = NULL WHERE id = ?", (number,))
    for table in ("sounds", "features"):
        connection.execute(f"DELETE FROM {table} WHERE song = ?", (number,))  # noqa: S608


def _delete(connection: sqlite3.Connection, number: int) -> None:
    _unhear(connection, number)
    connection.execute("DELETE FROM songs WHERE id = ?", (number,))
