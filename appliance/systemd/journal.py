"""Log lines as journald keeps them: with the part that says them and the mood of the moment as fields of their own.

journalctl MOODBOX_PART=vision
journalctl MOODBOX_MOOD=sad
"""

from __future__ import annotations

import contextlib
import logging
import os
import socket
import struct
import sys
from collections.abc import Mapping
from pathlib import Path

JOURNAL = Path("/run/systemd/journal/socket")

_PRIORITIES = ((logging.CRITICAL, 2), (logging.ERROR, 3), (logging.WARNING, 4), (logging.INFO, 6))


def under_systemd(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether this process is a unit whose output goes to the journal."""
    return "NOTIFY_SOCKET" in environment and JOURNAL.exists()


def encode(fields: Mapping[str, str]) -> bytes:
    """One entry in journald's native protocol (systemd's JOURNAL_NATIVE_PROTOCOL): values may hold line breaks."""
    entry = b""
    for name, value in fields.items():
        data = value.encode(errors="backslashreplace")
        entry += name.encode() + b"\n" + struct.pack("<Q", len(data)) + data + b"\n"
    return entry


class Journal:
    """Writes entries. `part` names this process; `mood` is set as it changes."""

    def __init__(self, part: str, path: Path = JOURNAL) -> None:
        self._part, self._path = part, path
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.mood = ""

    def write(self, text: str, priority: int = 6, part: str = "") -> None:
        """Write one entry; `priority` as syslog's. What journald does not take goes to standard error."""
        fields = {"MESSAGE": text, "PRIORITY": str(priority), "SYSLOG_IDENTIFIER": "moodbox"}
        fields["MOODBOX_PART"] = part or self._part
        if self.mood:
            fields["MOODBOX_MOOD"] = self.mood
        try:
            self._socket.sendto(encode(fields), str(self._path))
        except OSError:
            with contextlib.suppress(OSError):
                print(text, file=sys.stderr, flush=True)

    def close(self) -> None:
        """Let the socket go."""
        self._socket.close()


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
