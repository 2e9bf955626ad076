"""A disk that hangs, as one in the network does: whatever asks it for something waits until it is killed."""

from __future__ import annotations

import contextlib
import ctypes
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

_DETACH = 2  # MNT_DETACH


@contextlib.contextmanager
def hung_mount(folder: Path) -> Iterator[None]:
    """A FUSE filesystem over `folder` that nobody serves, while the context is open. Needs root; skips without FUSE."""
    libc = ctypes.CDLL(None, use_errno=True)
    try:
        device = os.open("/dev/fuse", os.O_RDWR | os.O_CLOEXEC)
    except OSError as error:
        pytest.skip(f"/dev/fuse: {error.strerror}")
    try:
        options = f"fd={device},rootmode=40000,user_id=0,group_id=0,allow_other".encode()
        if libc.mount(b"hung", os.fsencode(folder), b"fuse", 0, options):
            pytest.skip(f"no filesystem can be mounted: {os.strerror(ctypes.get_errno())}")
        try:
            yield
        finally:
            libc.umount2(os.fsencode(folder), _DETACH)
    finally:
        os.close(device)  # now every request fails
