"""The history's database in a thread of its own: a card that takes seconds for a write keeps nobody waiting."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TypeVar

from appliance.history.database import WAITING, Database
from appliance.lib.background_thread import BackgroundThread

Result = TypeVar("Result")

log = logging.getLogger(__name__)

LAST = 10.0
"""Seconds that what still waits may take when the box stops."""


class BackgroundDatabase:
    """Passes work on to a database. For the loop's thread; what waits is bounded by `WAITING`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._thread = BackgroundThread("history")
        self._late = False

    def run(self, work: Callable[[Database], Result]) -> Result:
        """Do some work after all that waits, and wait for its result."""
        return self._thread.submit(lambda: work(self._database)).result()

    def later(self, work: Callable[[Database], object]) -> None:
        """Do some work after all that waits; nothing is waited for."""
        waiting = self._thread.waiting
        if waiting < WAITING:
            self._late = self._late and waiting > WAITING // 2
            self._thread.submit(lambda: work(self._database))
            return
        if not self._late:
            log.warning("the disk takes too long: what happens now is missing from the history")
        self._late = True

    def close(self) -> None:
        """Write what waits and close the file; a disk that hangs is given up."""
        self._thread.submit(self._database.close)
        if not self._thread.close(LAST):
            log.warning("the disk hangs: the last of the history may be missing")
