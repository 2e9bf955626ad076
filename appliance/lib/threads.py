"""Threads for what may wait for a disk: a program does not end later because one of them waits for ever."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

PATIENCE = 2.0
"""Seconds for which the threads are waited for at the end."""
Result = TypeVar("Result")


class PatientExecutor(ThreadPoolExecutor):
    """As its parent, but what is not done `patience` seconds after the shutdown is left behind."""

    def __init__(self, patience: float = PATIENCE) -> None:
        super().__init__(thread_name_prefix="waiting")
        self._patience = patience

    @property
    def stuck(self) -> bool:
        """A thread is at work; after the shutdown: it was left behind."""
        return any(thread.is_alive() for thread in self._threads)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the threads, and wait for `patience` seconds at most."""
        super().shutdown(wait=False, cancel_futures=cancel_futures)
        until = time.monotonic() + (self._patience if wait else 0.0)
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))


def run_and_leave(part: Callable[[], Awaitable[Result]], last: Callable[[Result], None]) -> Result:
    """`asyncio.run` with a `PatientExecutor`. Where threads are left behind, `last` is called and the process ended.

    Python itself would wait for those threads before it ends.
    """
    executor = PatientExecutor()

    async def run() -> Result:
        asyncio.get_running_loop().set_default_executor(executor)
        return await part()

    result = asyncio.run(run())
    if executor.stuck:
        last(result)
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)
    return result
