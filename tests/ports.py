"""Ports of this machine for tests that must know one before anybody listens there."""

from __future__ import annotations

import random
import socket


def free_port() -> int:
    """A port on 127.0.0.1 where nobody listens, and which the kernel gives to no outgoing connection meanwhile."""
    chosen = random.SystemRandom()
    while True:
        port = chosen.randrange(20_000, 32_000)  # ip_local_port_range begins at 32768
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port
