"""A history that lives in memory and is put on the disk rarely: for cards that should last, and for read-only roots."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sqlite3
import threading
from collections.abc import AsyncIterator
from pathlib import Path

from appliance.history.erase import FILE
from appliance.history.schema import TABLES
from appliance.lib import atomic_file

COPYING = threading.Lock()
"""Held while the history is put on the disk: what is erased meanwhile must not come back."""

log = logging.getLogger(__name__)

EVERY = 6 * 3600.0
"""Seconds between two times that the history is put on the disk, beside the one at the end."""


def folder_in_use(kept: Path, ram: Path, in_memory: bool) -> Path:
    """Where the history is now: in memory while a box runs that keeps it there, else where it is kept."""
    return ram if in_memory and (ram / FILE).exists() else kept


@contextlib.asynccontextmanager
async def in_ram(kept: Path, ram: Path, every: float = EVERY) -> AsyncIterator[Path]:
    """The folder in which the history is to be opened: `ram`, with what `kept` holds. It is put back now and then.

    What is in `ram` already counts for more: it is what a conductor that died had not yet put back.
    """
    if not (ram / FILE).exists() and (kept / FILE).exists():
        try:
            copy(kept / FILE, ram / FILE)
        except (OSError, sqlite3.Error) as error:
            log.warning("%s cannot be read (%s): it is set aside and the history begins anew", kept / FILE, error)
            with contextlib.suppress(OSError):
                (kept / FILE).replace(kept / f"{FILE}.broken")
    task = asyncio.create_task(_keep(kept, ram, every))
    try:
        yield ram
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        _put_back(kept, ram)


async def _keep(kept: Path, ram: Path, every: float) -> None:
    while True:
        await asyncio.sleep(every)
        await asyncio.to_thread(_put_back, kept, ram)


def _put_back(kept: Path, ram: Path) -> None:
    """Nothing is written if nothing has changed."""
    try:
        with COPYING:
            if (ram / FILE).exists() and not _same(kept / FILE, ram / FILE):
                copy(ram / FILE, kept / FILE)
    except (OSError, sqlite3.Error) as error:
        log.warning("the history cannot be put on the disk (%s)", error)


def _same(one: Path, other: Path) -> bool:
    return one.exists() and _last_rows(one) == _last_rows(other)


def _last_rows(file: Path) -> list[tuple[object, ...]]:
    """What differs as soon as a row is added, replaced or deleted, and between versions of the tables."""
    with contextlib.closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as database:
        there = {name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        return [
            (table, *database.execute(f"SELECT count(*), max(id), max(at) FROM {table}").fetchone())  # noqa: S608
            for table in TABLES
            if table in there
        ]


def copy(source: Path, target: Path) -> None:
    """Copy a database that may be in use; `target` is replaced in one step. Raises OSError or sqlite3.Error."""
    fresh = target.with_name(target.name + ".new")
    fresh.unlink(missing_ok=True)
    with (
        contextlib.closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as old,
        contextlib.closing(sqlite3.connect(fresh)) as new,
    ):
        old.backup(new)
    atomic_file.replace(fresh, target)
