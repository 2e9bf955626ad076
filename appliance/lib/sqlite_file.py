"""One SQLite file that looks after itself: migrated, checked, and set aside if it is broken.

It runs in WAL mode with synchronous=NORMAL: SQLite then keeps the file whole whenever the power goes, and syncs only at
a checkpoint, which spares an SD card. The price is that the last half minute before a power cut may be missing.
"""

from __future__ import annotations

import contextlib
import logging
import os
import sqlite3
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from appliance.lib.set_aside import set_aside

Result = TypeVar("Result")

_PATIENCE = 0.2  # seconds to wait for another process's lock: the caller may be the event loop
# What SQLite calls a file that is no database, is damaged inside, or has tables other than these.
_BROKEN = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR}


class _Broken(sqlite3.DatabaseError):
    """The file is not one that can be used."""


class SqliteFile:
    """The file, opened when first needed and again after trouble. `attempt` raises nothing for the disk's sake.

    `migrations` are scripts that each take the schema one version further; `tables` are all that they make. `meanwhile`
    says in words what happens while the file cannot be used. Of each kind of trouble there is one warning.
    """

    def __init__(
        self,
        file: Path,
        migrations: Sequence[str],
        tables: Sequence[str],
        meanwhile: str,
        log: logging.Logger,
        checkpoint: int = 1000,
    ) -> None:
        """`checkpoint`: pages in the log after which it is written into the file."""
        self._log = log
        self._file = file
        self._migrations, self._tables = migrations, tables
        self._meanwhile = meanwhile
        self._checkpoint = checkpoint
        self._connection: sqlite3.Connection | None = None
        self._ailing = False
        self._lock = threading.RLock()
        self.problem = ""
        """What the owner should know of the file for as long as the box runs, in words; empty if it is well."""

    def attempt(self, action: Callable[[sqlite3.Connection], Result]) -> Result | None:
        """Do something with the open file; with a fresh one, once, if it turns out to be broken. None on trouble."""
        with self._lock:
            for last in (False, True):
                try:
                    result = action(self.open())
                except (sqlite3.Error, OSError, ValueError, OverflowError) as error:
                    self.disconnect()
                    if last or not _is_broken(error) or not self._set_aside(str(error)):
                        self._complain(error)
                        return None
                else:
                    if self._ailing:
                        self._ailing, self.problem = False, ""
                        self._log.info("%s works again", self._file)
                    return result
            return None

    def open(self) -> sqlite3.Connection:
        """The open file, checked and migrated. Transactions are begun and ended by hand.

        Raises sqlite3.Error or OSError.
        """
        if self._connection:
            return self._connection
        self._file.parent.mkdir(parents=True, exist_ok=True)
        if self._file.exists():
            _check_head(self._file)
        connection = self._connection = sqlite3.connect(
            self._file, timeout=_PATIENCE, isolation_level=None, check_same_thread=False
        )
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute(f"PRAGMA wal_autocheckpoint = {self._checkpoint:d}")
        connection.execute("PRAGMA secure_delete = ON")  # what is deleted is overwritten
        if (verdict := connection.execute("PRAGMA quick_check(1)").fetchone()[0]) != "ok":
            raise _Broken(" ".join(verdict.split()))
        version, known = connection.execute("PRAGMA user_version").fetchone()[0], len(self._migrations)
        if version > known and not fits(connection, self._migrations, self._tables):
            raise _Broken(f"a newer Moodbox made it: version {version}, known here {known}")
        for number, script in enumerate(self._migrations[version:], version + 1):
            connection.executescript(f"BEGIN IMMEDIATE; {script} PRAGMA user_version = {number}; COMMIT;")
        if version <= known and not self._is_ours(connection):
            raise _Broken("its tables are not as they were made")
        return connection

    def _is_ours(self, connection: sqlite3.Connection) -> bool:
        """Whether every table has its columns and keys: one letter of them may have become another."""
        with contextlib.closing(sqlite3.connect(":memory:")) as ours:
            for script in self._migrations:
                ours.executescript(script)
            return all(_shape(ours, table) == _shape(connection, table) for table in self._tables)

    def disconnect(self) -> None:
        """Close the file; a transaction that is open is taken back."""
        connection, self._connection = self._connection, None
        if connection:
            with contextlib.suppress(sqlite3.Error):
                connection.close()

    def _set_aside(self, problem: str) -> bool:
        """Move a broken file out of the way, with its journal; False if that cannot be."""
        try:
            aside = set_aside(self._file, ("-wal", "-shm")).name
        except OSError:
            return False
        self._log.warning("%s is broken (%s): set aside as %s; a new one is begun", self._file, problem, aside)
        self.problem = f"{self._file.name} was broken and is set aside as {aside}; a new one was begun"
        return True

    def _complain(self, error: Exception) -> None:
        if not self._ailing:
            self._log.warning("%s cannot be used (%s): %s until it can be", self._file, error, self._meanwhile)
        self._ailing = True
        self.problem = f"{self._file.name} cannot be used ({error}); {self._meanwhile} until it can be"


def _check_head(file: Path) -> None:
    """Raises _Broken for what SQLite would take for an empty database, or for one that nobody may ever write."""
    handle = os.open(file, os.O_RDONLY | os.O_NONBLOCK)  # a pipe is not waited for
    try:
        head = os.read(handle, 19)
    finally:
        os.close(handle)
    if not head:
        raise _Broken("it is empty")
    if head[18:] > b"\2":  # the file format's write version
        raise _Broken(f"its format's version is {head[18]}, of which there are 1 and 2")


def fits(connection: sqlite3.Connection, migrations: Sequence[str], tables: Sequence[str]) -> bool:
    """Whether a file that a newer version made can be used: all known here is in it, and the rest may be left out.

    Raises sqlite3.Error.
    """
    with contextlib.closing(sqlite3.connect(":memory:")) as ours:
        for script in migrations:
            ours.executescript(script)
        return all(_table_fits(_columns(ours, table), _columns(connection, table)) for table in tables)


def _columns(connection: sqlite3.Connection, table: str) -> dict[str, bool]:
    """The table's columns, and whether each may be left out."""
    described = connection.execute(f"PRAGMA table_info({table})")
    return {name: not must or default is not None for _, name, _, must, default, _ in described}


def _shape(connection: sqlite3.Connection, table: str) -> tuple[set[tuple[Any, ...]], set[tuple[Any, ...]]]:
    """Names, types, and duties of the table's columns, and the columns that together name a row."""
    columns = {
        (name, kind, must, key) for _, name, kind, must, _, key in connection.execute(f"PRAGMA table_info({table})")
    }
    indexes = [name for _, name, unique, *_ in connection.execute(f"PRAGMA index_list({table})") if unique]
    keys = {tuple(row[2] for row in connection.execute(f"PRAGMA index_info('{name}')")) for name in indexes}
    return columns, keys


def _table_fits(ours: dict[str, bool], theirs: dict[str, bool]) -> bool:
    return ours.keys() <= theirs.keys() and all(theirs[name] for name in theirs.keys() - ours.keys())


def _is_broken(error: Exception) -> bool:
    """Whether the file itself is at fault and not the disk, its rights or another process."""
    # ValueError: names or texts in it are no UTF-8 (UnicodeDecodeError). OverflowError: a number that none of ours is.
    if isinstance(error, (_Broken, ValueError, OverflowError)):
        return True
    # A text that is no UTF-8 is an error of Python's own module, which has no code.
    code = sqlite3.SQLITE_CORRUPT if isinstance(error, sqlite3.OperationalError) else 0
    return getattr(error, "sqlite_errorcode", code) & 0xFF in _BROKEN
