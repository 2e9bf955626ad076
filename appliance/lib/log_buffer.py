"""The last lines that the box has said, kept in memory for the owner's page."""

from __future__ import annotations

import contextlib
import logging
from collections import deque
from collections.abc import Callable, Iterator
from datetime import datetime

KEPT = 200
_LONGEST = 500  # characters of a line


class LogBuffer(logging.Handler):
    """Keeps the last lines, of the log and of what the box tells its owner."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        super().__init__(logging.INFO)
        self._now = now
        self._lines: deque[str] = deque(maxlen=KEPT)

    @property
    def lines(self) -> list[str]:
        """The lines, the newest last, each with its time of day."""
        return list(self._lines)

    def note(self, text: str) -> None:
        """Keep a line."""
        at = self._now().astimezone().strftime("%H:%M:%S")
        self._lines.append(f"{at}  {text[:_LONGEST]}")

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a log record, without its trace."""
        level = "" if record.levelno < logging.WARNING else f"{record.levelname.lower()}: "
        self.note(level + record.getMessage())


@contextlib.contextmanager
def log_to(handler: logging.Handler) -> Iterator[None]:
    """Pass what the box logs on to this handler while the context is open."""
    logger = logging.getLogger("appliance")
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)
