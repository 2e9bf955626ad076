"""How the C library keeps memory that is free again."""

from __future__ import annotations

import contextlib
import ctypes

_MMAP_THRESHOLD = -3  # malloc.h
LARGE = 1 << 20
"""Bytes from which a block goes back to the system as soon as it is free."""


def return_large_blocks() -> None:
    """Have large blocks given back at once, instead of each thread keeping one for the next time.

    scrypt takes 8 MB for a password, in any of the threads that there are for what may wait: after some guesses all of
    them would have kept as much. Nothing happens where the C library is not glibc (mallopt(3)).
    """
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(_MMAP_THRESHOLD, LARGE)
