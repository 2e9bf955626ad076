"""How the C library keeps memory that is free again."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes

_MMAP_THRESHOLD, _ARENA_MAX = -3, -8  # malloc.h
LARGE = 1 << 20
"""Bytes from which a block goes back to the system as soon as it is free."""
ARENAS = 2
"""Heaps at most, whatever the number of threads. Each keeps what is free in it; the GIL lets one thread run anyway."""
EVERY = 60.0
"""Seconds from one return of what is free to the next."""


def return_large_blocks() -> None:
    """Have large blocks given back at once, instead of each thread keeping one for the next time; share few heaps.

    scrypt takes 8 MB for a password, in any of the threads that there are for what may wait: after some guesses all of
    them would have kept as much. Nothing happens where the C library is not glibc (mallopt(3)).
    """
    with contextlib.suppress(OSError, AttributeError):
        library = ctypes.CDLL(None)
        library.mallopt(_MMAP_THRESHOLD, LARGE)
        library.mallopt(_ARENA_MAX, ARENAS)


async def return_free_memory() -> None:
    """Give pages in which nothing is left back to the system now and then, until cancelled (malloc_trim(3)).

    Small blocks that come and go leave holes, and glibc by itself gives back only what is free at a heap's end.
    """
    while True:
        await asyncio.sleep(EVERY)
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).malloc_trim(0)
