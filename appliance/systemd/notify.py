"""What systemd is told of a unit: that it is ready, how it is, and its progress, which alone feeds the watchdog."""

from __future__ import annotations

import contextlib
import logging
import os
import time

try:
    from systemd.daemon import notify
except ImportError:  # it comes with Debian's python3-systemd alone
    notify = None

log = logging.getLogger(__name__)

_RARELY = 2.0  # seconds between two pings that say the same


class Notifier:
    """Tells systemd what a unit does. Outside a unit, and without python3-systemd, every call does nothing.

    The watchdog is fed by `progress` alone, which says how long the next step may take: systemd waits for so long and
    the unit's WatchdogSec on top, so a camera tried again in a minute and a loop hanging for seconds are told apart.
    """

    def __init__(self) -> None:
        """Reads what systemd has set in the environment: NOTIFY_SOCKET and WATCHDOG_USEC."""
        self._grace = int(os.environ.get("WATCHDOG_USEC") or 0)
        self._status = ""
        self._promised = 0.0
        self._pinged = float("-inf")
        if notify is None and "NOTIFY_SOCKET" in os.environ:
            log.error("systemd cannot be told that this unit runs, and will end it: sudo apt install python3-systemd")

    def ready(self, status: str) -> None:
        """The unit does its work from now on."""
        self._status = _one_line(status)
        self._send(f"READY=1\nSTATUS={self._status}")

    def status(self, text: str) -> None:
        """The line that `systemctl status` shows; sent only when it has changed."""
        text = _one_line(text)
        if text != self._status:
            self._status = text
            self._send(f"STATUS={text}")

    def progress(self, next_within: float = 0.0) -> None:
        """Something was really done; the next step is done within so many seconds."""
        now = time.monotonic()
        promised = float(round(next_within))
        if not self._grace or (promised == self._promised and now - self._pinged < _RARELY):
            return
        self._promised, self._pinged = promised, now
        self._send(f"WATCHDOG_USEC={self._grace + int(promised * 1e6)}\nWATCHDOG=1")

    def stopping(self) -> None:
        """The unit ends because it was told to."""
        self._send("STOPPING=1")

    def _send(self, message: str) -> None:
        # systemd that cannot be told is no reason to do anything else differently
        if notify is not None:
            with contextlib.suppress(OSError):
                notify(message)


def has_library() -> bool:
    """Whether python3-systemd is installed where this Python sees it."""
    return notify is not None


def _one_line(text: str) -> str:
    """The text on one line, of nothing but what UTF-8 and a C string can hold."""
    return " ".join(text.replace("\0", " ").split()).encode(errors="replace").decode()
