"""A small file of the page's that may be lost, written in the background."""

from __future__ import annotations

import logging
from pathlib import Path

from appliance.lib import atomic_file
from appliance.lib.json_file import Kept, read_json
from appliance.lib.newest_writer import NewestWriter

log = logging.getLogger(__name__)


class KeptFile:
    """For content such as who is signed in: nobody is told when it is on disk; what cannot be written is only logged.

    The owner alone may read the file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._writer = NewestWriter(f"writes {path.name}", self._write)

    def read(self, kind: type[Kept]) -> Kept | None:
        """What was kept before; None if that is nothing, or cannot be understood."""
        try:
            return read_json(self.path, kind)
        except FileNotFoundError:
            pass
        except (OSError, ValueError) as error:
            log.debug("%s: %s", self.path, error)
        return None

    def write(self, data: bytes) -> None:
        """Have this written; returns at once."""
        self._writer.put(data)

    def settle(self, timeout: float) -> bool:
        """Wait until all is written, for `timeout` seconds at most; False if it is not by then."""
        return self._writer.settle(timeout)

    def _write(self, data: bytes) -> None:
        try:
            atomic_file.write(self.path, data, 0o600)
        except OSError as error:
            log.debug("%s: %s", self.path, error)
