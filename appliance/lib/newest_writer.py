"""Writes the newest of several contents in a thread of its own, so that a slow card keeps nobody waiting."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

Content = TypeVar("Content")


class NewestWriter(Generic[Content]):
    """`write` is called in the thread, with the newest of what waits, and must not raise.

    From one write to the next `pause` seconds pass at least; a memory card wears with each. The thread is there only
    while there is something to write, and a daemon: a disk that is stuck does not hold up the end of the process.
    """

    def __init__(self, name: str, write: Callable[[Content], None], pause: float = 0.0) -> None:
        self._name, self._write, self._pause = name, write, pause
        self._changed = threading.Condition()
        self._next: list[Content] = []
        self._busy = False
        self._settling = 0

    def put(self, content: Content) -> None:
        """Have this written; returns at once."""
        with self._changed:
            self._next = [content]
            if not self._busy:
                self._busy = True
                threading.Thread(target=self._work, name=self._name, daemon=True).start()

    def settle(self, timeout: float) -> bool:
        """Wait without a pause until all is written, for `timeout` seconds at most; False if it is not by then."""
        with self._changed:
            self._settling += 1
            self._changed.notify_all()
            try:
                return self._changed.wait_for(lambda: not self._busy, timeout)
            finally:
                self._settling -= 1

    def _work(self) -> None:
        while waiting := self._taken():
            self._write(waiting[0])
            with self._changed:
                self._changed.wait_for(lambda: self._settling, self._pause)

    def _taken(self) -> list[Content]:
        with self._changed:
            taken, self._next = self._next, []
            if not taken:
                self._busy = False
                self._changed.notify_all()
            return taken
