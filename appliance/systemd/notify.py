"""What systemd is told of a unit: that it is ready, how it is, and its progress, which alone feeds the watchdog."""

from __future__ import annotations

import contextlib
import os
import socket
import time
from collections.abc import Mapping

_RARELY = 2.0  # seconds between two pings that say the same


class Notifier:
    """Speaks sd_notify's protocol to the socket that systemd names; without one every call does nothing.

    The watchdog is fed by `progress` alone, which says how long the next step may take: systemd waits for so long and
    the unit's WatchdogSec on top, so a camera tried again in a minute and a loop hanging for seconds are told apart.
    """

    def __init__(self, environment: Mapping[str, str] = os.environ) -> None:
        """`environment` holds what systemd has set: NOTIFY_SOCKET and WATCHDOG_USEC."""
        self._address = environment.get("NOTIFY_SOCKET", "")
        self._grace = int(environment.get("WATCHDOG_USEC") or 0)
        self._status = ""
        self._promised = 0.0
        self._pinged = float("-inf")

    @property
    def listening(self) -> bool:
        """Whether systemd has started this process and listens."""
        return bool(self._address)

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
        if not self._address:
            return
        address = "\0" + self._address[1:] if self._address.startswith("@") else self._address
        # systemd that cannot be told is no reason to do anything else differently
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as out:
            out.settimeout(1.0)
            out.sendto(message.encode(errors="replace"), address)


def _one_line(text: str) -> str:
    return " ".join(text.split())
