"""Erasing that erases: no byte of what was written stays in any file of the history's."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from pathlib import Path

from appliance.history.errors import HistoryError

FILE = "history.sqlite"
_PATIENCE = 2000  # milliseconds to wait for whoever reads the file at this moment
_ZEROS = bytes(1 << 16)


def empty(connection: sqlite3.Connection) -> None:
    """Delete every row, and what deleted rows leave behind. Raises sqlite3.Error, also while someone reads the file."""
    patience = connection.execute("PRAGMA busy_timeout").fetchone()[0]
    connection.execute(f"PRAGMA busy_timeout = {_PATIENCE}")
    try:
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute("BEGIN IMMEDIATE")
        # Also those that only a newer version knows, and left here when it was taken back.
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        for (name,) in tables:
            if not name.startswith("sqlite_"):
                quoted = name.replace('"', '""')
                connection.execute(f'DELETE FROM "{quoted}"')  # noqa: S608 - quoted
        connection.execute("COMMIT")
        # First the zeros go over what was in the file, then the file is cut short.
        _checkpoint(connection)
        connection.execute("VACUUM")
        _checkpoint(connection)
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        connection.execute(f"PRAGMA busy_timeout = {patience}")


def wipe(folder: Path) -> None:
    """Remove every file of a history that nobody uses, and what was set aside of it. Raises HistoryError."""
    try:
        # A crash between two of these leaves no log that SQLite would play back: the file itself goes last.
        for file in sorted(folder.glob(f"{FILE}*"), reverse=True):
            shred(file)
    except OSError as error:
        raise HistoryError(f"{error.filename}: cannot be erased ({error.strerror}); run this as its owner") from error


def wipe_aside(folder: Path) -> None:
    """Remove what was set aside of a history that is in use. Raises HistoryError."""
    used = {FILE, f"{FILE}-wal", f"{FILE}-shm"}
    try:
        for file in folder.glob(f"{FILE}*"):
            if file.name not in used:
                shred(file)
    except OSError as error:
        raise HistoryError(f"{error.filename}: cannot be erased ({error.strerror}); free the disk") from error


def shred(file: Path) -> None:
    """Overwrite a file with zeros and remove it; a memory card may still keep old copies of its blocks. OSError."""
    with contextlib.suppress(FileNotFoundError):
        with file.open("r+b") as content:
            left = content.seek(0, os.SEEK_END)
            content.seek(0)
            while left > 0:
                left -= content.write(_ZEROS[:left])
            content.flush()
            os.fsync(content.fileno())
        file.unlink()


def _checkpoint(connection: sqlite3.Connection) -> None:
    busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    if busy:
        raise sqlite3.OperationalError("another program is reading it")
