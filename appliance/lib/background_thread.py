"""Blocking work in order, in a thread of its own: a slow disk then keeps nobody but that work waiting."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

Result = TypeVar("Result")


class BackgroundThread:
    """Runs what is submitted, one after the other. A daemon thread: work that never ends does not hold up an exit."""

    def __init__(self, name: str) -> None:
        self._queue: queue.SimpleQueue[tuple[Callable[[], Any], Future[Any]] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    @property
    def waiting(self) -> int:
        """How much work has not begun yet."""
        return self._queue.qsize()

    def submit(self, work: Callable[[], Result]) -> Future[Result]:
        """Do it after all that was submitted before; its result or exception is in the future."""
        future: Future[Result] = Future()
        self._queue.put((work, future))
        return future

    def close(self, timeout: float) -> bool:
        """Finish what was submitted; False if that takes longer than `timeout` seconds, and is then left undone."""
        self._queue.put(None)
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while (task := self._queue.get()) is not None:
            work, future = task
            if not future.set_running_or_notify_cancel():
                continue
            try:
                future.set_result(work())
            except BaseException as error:  # noqa: BLE001 - whoever waits for it is told
                future.set_exception(error)
