"""Log lines as journald keeps them: with the part that says them and the mood of the moment as fields of their own.

journalctl MOODBOX_PART=vision
journalctl MOODBOX_MOOD=sad
"""

from __future__ import annotations

import contextlib
import logging
import os
import sys
from collections.abc import Mapping
from pathlib import Path

try:
    from systemd.journal import sendv
except ImportError:  # it comes with Debian's python3-systemd alone
    sendv = None

JOURNAL = Path("/run/systemd/journal/socket")  # where the library writes

_PRIORITIES = ((logging.CRITICAL, 2), (logging.ERROR, 3), (logging.WARNING, 4), (logging.INFO, 6))


def under_systemd(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether this process is a unit whose output goes to the journal."""
    return "NOTIFY_SOCKET" in environment and JOURNAL.exists()


class Journal:
    """Writes entries. `part` names this process; `mood` is set as it changes."""

    def __init__(self, part: str) -> None:
        self._part = part
        self.mood = ""

    def write(self, text: str, priority: int = 6, part: str = "") -> None:
        """Write one entry; `priority` as syslog's. What journald does not take goes to standard error."""
        fields = {"MESSAGE": text, "PRIORITY": str(priority), "SYSLOG_IDENTIFIER": "moodbox"}
        fields["MOODBOX_PART"] = part or self._part
        if self.mood:
            fields["MOODBOX_MOOD"] = self.mood
        if not _taken(fields):
            with contextlib.suppress(OSError):
                print(text, file=sys.stderr, flush=True)


def _taken(fields: Mapping[str, str]) -> bool:
    """Whether journald has taken the entry; values may hold line breaks."""
    # without its socket the library drops the entry and says nothing
    if sendv is None or not JOURNAL.exists():
        return False
    try:
        # sendv, because send adds this line of code to every entry as the place that it comes from
        sendv(*(f"{name}={value}".encode(errors="backslashreplace") for name, value in fields.items()))
    except OSError:
        return False
    return True


class JournalHandler(logging.Handler):
    """Passes log records to a journal; the part is the module that speaks: `music`, `mqtt`, `vision` …"""

    def __init__(self, journal: Journal) -> None:
        super().__init__()
        self._journal = journal

    def emit(self, record: logging.LogRecord) -> None:
        """Write the record, with its trace if it has one."""
        priority = next((number for level, number in _PRIORITIES if record.levelno >= level), 7)
        package, _, module = record.name.partition(".")
        part = module.partition(".")[0] if package == "appliance" else package
        self._journal.write(self.format(record), priority, part)
