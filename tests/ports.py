"""Ports of this machine for tests that must know one before anybody listens there."""

from __future__ import annotations

import os
import random
import socket

_FIRST, _END = 20_000, 32_000  # ip_local_port_range begins at 32768
_given: set[int] = set()


def _of_this_worker() -> range:
    """The ports that are this process's to give: of tests that run side by side no two get the same."""
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    number = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    return range(_FIRST + number % workers, _END, workers)


def free_port() -> int:
    """A port on 127.0.0.1 where nobody listens, and which the kernel gives to no outgoing connection meanwhile.

    No two calls give the same.
    """
    chosen, mine = random.SystemRandom(), _of_this_worker()
    while True:
        port = chosen.choice(mine)
        if port in _given:
            continue
        _given.add(port)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port
