"""A small file that is written by a thread of its own, so that a slow card keeps nobody waiting."""

from __future__ import annotations

import logging
import threading
from pathlib import Path

from appliance.lib import atomic_file

log = logging.getLogger(__name__)


class KeptFile:
    """Of several contents that wait to be written the newest is; what cannot be written is only logged.

    For content that may be lost, such as who is signed in: nobody is told when it is on disk. The owner alone may read
    the file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._changed = threading.Condition()
        self._next: bytes | None = None
        self._busy = False

    def write(self, data: bytes) -> None:
        """Have this written; returns at once."""
        with self._changed:
            self._next = data
            if not self._busy:
                self._busy = True
                # A daemon: a disk that is stuck does not hold up the end of the process.
                threading.Thread(target=self._work, name=f"writes {self.path.name}", daemon=True).start()

    def settle(self, timeout: float) -> bool:
        """Wait until all is written, for `timeout` seconds at most; False if it is not by then."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._busy, timeout)

    def _work(self) -> None:
        while (data := self._taken()) is not None:
            try:
                atomic_file.write(self.path, data, 0o600)
            except OSError as error:
                log.debug("%s: %s", self.path, error)

    def _taken(self) -> bytes | None:
        with self._changed:
            data, self._next = self._next, None
            if data is None:
                self._busy = False
                self._changed.notify_all()
            return data
