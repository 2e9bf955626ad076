"""The history's SQLite file: what cannot be written yet waits in memory, and erasing leaves nothing behind."""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from appliance.history.erase import empty
from appliance.history.errors import HistoryError
from appliance.history.schema import MIGRATIONS, TABLES
from appliance.lib.sqlite_file import SqliteFile

Result = TypeVar("Result")

log = logging.getLogger(__name__)

WAITING = 1000
"""Rows kept in memory at most while they cannot be written; the oldest go first."""
_CHECKPOINT = 150  # pages, which is hours: it keeps the log small


class Database:
    """The file, opened when first needed and again after trouble. No method but `erase` raises for the disk's sake.

    While there is trouble, rows wait in memory and are written when it is over.
    """

    def __init__(self, file: Path) -> None:
        self._path = file
        self._file = SqliteFile(file, MIGRATIONS, TABLES, "the history is kept in memory", log, _CHECKPOINT)
        self._waiting: deque[tuple[str, tuple[Any, ...]]] = deque(maxlen=WAITING)
        self._lock = threading.RLock()

    @property
    def problem(self) -> str:
        """What the owner should know of the file for as long as the box runs, in words; empty if it is well."""
        return self._file.problem

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
            return self._file.attempt(self._flush) or 0

    def read(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """The rows of a query; none while the file cannot be read."""
        with self._lock:
            return self._file.attempt(lambda connection: connection.execute(sql, values).fetchall()) or []

    def erase(self) -> None:
        """Delete every row, and what deleted rows leave behind in the file. Raises HistoryError."""
        with self._lock:
            self._waiting.clear()
            try:
                empty(self._file.open())
            except (sqlite3.Error, OSError, ValueError) as error:
                self._file.disconnect()
                raise HistoryError(
                    f"{self._path} cannot be erased ({error}); close what else uses it, and try again"
                ) from error

    def close(self) -> None:
        """Write what waits, if it can be, and close the file."""
        with self._lock:
            if self._waiting:
                self._file.attempt(self._flush)
            self._file.disconnect()

    def _flush(self, connection: sqlite3.Connection) -> int:
        changed = 0
        connection.execute("BEGIN IMMEDIATE")
        for sql, values in self._waiting:
            changed = connection.execute(sql, values).rowcount
        connection.execute("COMMIT")
        self._waiting.clear()
        return changed
