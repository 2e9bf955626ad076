"""The files that MPD keeps: those that would stop its start are set aside before it."""

from __future__ import annotations

import contextlib
import logging
import os
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

from appliance.lib.set_aside import BROKEN, set_aside

log = logging.getLogger(__name__)

DATABASE, STATE, STICKERS = FILES = ("database", "state", "stickers")
"""Within MPD's own folder. MPD makes each of them again where it is missing."""
NOTE = "mpd.set-aside"
"""In MPD's run directory: a line for each file that was set aside since that directory was made."""
_STARTS = "mpd.starts"
"""Beside it: when MPD was started, in seconds of CLOCK_BOOTTIME."""
STARTS, STARTS_WITHIN = 4, 40.0
"""After so many starts within so many seconds, none of which came to an orderly end, MPD's files are suspected."""


def before_start(state: Path, run: Path) -> None:
    """Set aside what would stop MPD's start. To be called before each start, as what becomes MPD or is its parent.

    `state` is MPD's own folder, `run` the one for its socket. MPD heals a damaged database by itself and passes over
    what it cannot read in its state, but it ends where its stickers are damaged, and ends or waits for ever where a
    file of its is no file. What it dies of for another reason (of a fault of its own, say) is known by its dying again
    and again: then all of its files are set aside, once. Never raises.
    """
    try:
        for name in FILES:
            if problem := _problem(state / name):
                _move_away(state / name, problem, run)
        if _dies_again_and_again(state, run):
            for name in FILES:
                if os.path.lexists(state / name):
                    _move_away(state / name, "MPD has ended several times soon after its start", run)
    except OSError as error:
        log.warning("MPD's files cannot be examined: %s", error)


def problems(run: Path) -> tuple[str, ...]:
    """What was set aside, in words; `run` is the folder of MPD's socket. Empty where there is no such folder."""
    try:
        return tuple((run / NOTE).read_text(errors="replace").splitlines())
    except OSError:
        return ()


def broken_files(state: Path) -> list[Path]:
    """The files that were ever set aside in MPD's own folder and not been deleted since. Raises OSError."""
    return sorted(path for name in FILES for path in state.glob(f"{name}{BROKEN}*"))


def _problem(file: Path) -> str:
    """Why MPD would not start with this file, empty if it would."""
    if not file.exists():
        return ""  # nor does a link to nowhere matter to it
    if not file.is_file():
        return "it is no file"
    return _sticker_problem(file) if file.name == STICKERS else ""


def _sticker_problem(file: Path) -> str:
    try:
        with contextlib.closing(sqlite3.connect(file, timeout=0)) as stickers:
            (verdict,) = stickers.execute("PRAGMA quick_check(1)").fetchone()
            # What MPD asks of it at once.
            stickers.execute(
                "CREATE TABLE IF NOT EXISTS sticker(type VARCHAR, uri VARCHAR, name VARCHAR, value VARCHAR)"
            )
            stickers.execute("SELECT type, uri, name, value FROM sticker LIMIT 1").fetchall()
    except sqlite3.OperationalError as error:
        busy = error.sqlite_errorcode & 0xFF in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
        return "" if busy else str(error)
    except Exception as error:  # noqa: BLE001 - damage shows in every way, as text that is no UTF-8 for example
        return str(error) or type(error).__name__
    return "" if verdict == "ok" else " ".join(str(verdict).split())


def _dies_again_and_again(state: Path, run: Path) -> bool:
    """Note this start, and say whether it is one of many. MPD writes its state whenever it comes to an orderly end."""
    now = time.clock_gettime(time.CLOCK_BOOTTIME)
    file = run / _STARTS
    run.mkdir(parents=True, exist_ok=True)
    ended_well = 0.0
    with contextlib.suppress(OSError):
        age = time.time() - (state / STATE).stat().st_mtime
        ended_well = now - age if age >= 0 else 0.0  # the clock may have been put back
    starts = [at for at in _read_starts(file) if now - STARTS_WITHIN < at <= now and at > ended_well]
    often = len(starts) + 1 >= STARTS and not problems(run)
    file.write_text("".join(f"{at!r}\n" for at in [*starts, now][-STARTS:]))
    return often


def _read_starts(file: Path) -> Iterator[float]:
    with contextlib.suppress(OSError, ValueError):
        yield from map(float, file.read_text().split())


def _move_away(file: Path, problem: str, run: Path) -> None:
    try:
        aside = set_aside(file, ("-journal",))
    except OSError as error:
        log.warning("%s stops MPD's start (%s) and cannot be set aside: %s", file, problem, error.strerror)
        return
    text = f"MPD's file {file} is broken ({problem}): set aside as {aside.name}; MPD begins a new one"
    log.warning("%s", text)
    with contextlib.suppress(OSError):
        run.mkdir(parents=True, exist_ok=True)
        with (run / NOTE).open("a") as note:
            note.write(text + "\n")
