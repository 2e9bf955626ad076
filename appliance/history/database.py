"""One SQLite file that looks after itself: a broken one is set aside, and what cannot be written yet waits.

It runs in WAL mode with synchronous=NORMAL: SQLite then keeps the file whole whenever the power goes, and syncs only at
a checkpoint, about once in 150 pages (hours), which spares an SD card and keeps the log small. The price is
that the last half minute before a power cut may be missing from the history; nobody will miss it.
"""

from __future__ import annotations

import contextlib
import logging
import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from appliance.history.erase import empty
from appliance.history.errors import HistoryError
from appliance.history.schema import MIGRATIONS, fits

Result = TypeVar("Result")

log = logging.getLogger(__name__)

WAITING = 1000
"""Rows kept in memory at most while they cannot be written; the oldest go first."""
_PATIENCE = 0.2  # seconds to wait for another process's lock: the caller is the event loop
# What SQLite calls a file that is no database, is damaged inside, or has tables other than these.
_BROKEN = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR}


class _Broken(sqlite3.DatabaseError):
    """The file is not a history that can be used."""


class Database:
    """The file, opened when first needed and again after trouble. No method but `erase` raises for the disk's sake.

    Of each kind of trouble there is one warning; while it lasts, rows wait in memory and are written when it is over.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._connection: sqlite3.Connection | None = None
        self._waiting: deque[tuple[str, tuple[Any, ...]]] = deque(maxlen=WAITING)
        self._ailing = False
        self._lock = threading.RLock()
        self.problem = ""
        """What the owner should know of the file for as long as the box runs, in words; empty if it is well."""

    def run(self, work: Callable[[Database], Result]) -> Result:
        """Do some work with this database."""
        return work(self)

    def later(self, work: Callable[[Database], object]) -> None:
        """The same where nobody waits for the result; here it is done at once."""
        work(self)

    def write(self, sql: str, *values: Any) -> int:
        """Execute a statement now, or later in its turn if that cannot be; the number of rows it changed, if now."""
        with self._lock:
            self._waiting.append((sql, values))
            return self._attempt(self._flush) or 0

    def read(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """The rows of a query; none while the file cannot be read."""
        with self._lock:
            return self._attempt(lambda connection: connection.execute(sql, values).fetchall()) or []

    def erase(self) -> None:
        """Delete every row, and what deleted rows leave behind in the file. Raises HistoryError."""
        with self._lock:
            self._waiting.clear()
            try:
                empty(self._open())
            except (sqlite3.Error, OSError, ValueError) as error:
                self._disconnect()
                raise HistoryError(
                    f"{self._file} cannot be erased ({error}); close what else uses it, and try again"
                ) from error

    def close(self) -> None:
        """Write what waits, if it can be, and close the file."""
        with self._lock:
            if self._waiting:
                self._attempt(self._flush)
            self._disconnect()

    def _attempt(self, action: Callable[[sqlite3.Connection], Result]) -> Result | None:
        """Do something with the open file; with a fresh one, once, if it turns out to be broken. None on trouble."""
        for last in (False, True):
            try:
                result = action(self._open())
            except (sqlite3.Error, OSError, ValueError, OverflowError) as error:
                self._disconnect()
                if last or not _is_broken(error) or not self._set_aside(str(error)):
                    self._complain(error)
                    return None
            else:
                if self._ailing:
                    self._ailing, self.problem = False, ""
                    log.info("%s works again", self._file)
                return result
        return None

    def _flush(self, connection: sqlite3.Connection) -> int:
        changed = 0
        connection.execute("BEGIN IMMEDIATE")
        for sql, values in self._waiting:
            changed = connection.execute(sql, values).rowcount
        connection.execute("COMMIT")
        self._waiting.clear()
        return changed

    def _open(self) -> sqlite3.Connection:
        """The open file, checked and migrated. Raises sqlite3.Error or OSError."""
        if self._connection:
            return self._connection
        self._file.parent.mkdir(parents=True, exist_ok=True)
        if self._file.exists() and self._file.stat().st_size == 0:
            raise _Broken("it is empty")
        # Transactions are begun and ended by hand.
        connection = self._connection = sqlite3.connect(
            self._file, timeout=_PATIENCE, isolation_level=None, check_same_thread=False
        )
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA wal_autocheckpoint = 150")
        connection.execute("PRAGMA secure_delete = ON")  # what is deleted is overwritten
        if (verdict := connection.execute("PRAGMA quick_check(1)").fetchone()[0]) != "ok":
            raise _Broken(" ".join(verdict.split()))
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if version > len(MIGRATIONS) and not fits(connection):
            raise _Broken(f"a newer Moodbox made it: version {version}, known here {len(MIGRATIONS)}")
        for number, script in enumerate(MIGRATIONS[version:], version + 1):
            connection.executescript(f"BEGIN IMMEDIATE; {script} PRAGMA user_version = {number}; COMMIT;")
        return connection

    def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        if connection:
            with contextlib.suppress(sqlite3.Error):
                connection.close()

    def _set_aside(self, problem: str) -> bool:
        """Move a broken file out of the way, with its journal; False if that cannot be."""
        aside = f"{self._file.name}.broken-{time.strftime('%Y%m%d-%H%M%S', time.gmtime())}"
        try:
            for suffix in ("", "-wal", "-shm"):
                part = self._file.with_name(self._file.name + suffix)
                if part.exists():
                    part.replace(part.with_name(aside + suffix))
        except OSError:
            return False
        log.warning("%s is broken (%s): set aside as %s; a new one is begun", self._file, problem, aside)
        self.problem = f"{self._file.name} was broken and is set aside as {aside}; a new one was begun"
        return True

    def _complain(self, error: Exception) -> None:
        if not self._ailing:
            log.warning("%s cannot be used (%s): the history is kept in memory until it can be", self._file, error)
        self._ailing = True
        self.problem = f"{self._file.name} cannot be used ({error}); it is kept in memory until it can be"


def _is_broken(error: Exception) -> bool:
    """Whether the file itself is at fault and not the disk, its rights or another process."""
    # ValueError: names or texts in it are no UTF-8 (UnicodeDecodeError). OverflowError: a number that none of ours is.
    if isinstance(error, (_Broken, ValueError, OverflowError)):
        return True
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in _BROKEN
