"""Long-running parts as tasks: one that fails because of a bug is logged and restarted, and stops nothing else."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable

log = logging.getLogger(__name__)

_PAUSE = 5.0  # seconds before a part that failed is begun again


@contextlib.asynccontextmanager
async def supervise(name: str, part: Callable[[], Awaitable[None]], pause: float = _PAUSE) -> AsyncIterator[None]:
    """Run `part` while the context is open. It is cancelled, and waited for, at the end."""
    task = asyncio.create_task(_for_ever(name, part, pause), name=name)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _for_ever(name: str, part: Callable[[], Awaitable[None]], pause: float) -> None:
    while True:
        try:
            await part()
        except Exception:
            log.exception("%s failed; it begins again in %.0f s", name, pause)
            await asyncio.sleep(pause)
        else:
            return
