"""Accepts a limited number of connections; further ones get an answer that says so and are closed.

So the box keeps the files and the memory that it needs itself, and no single visitor can keep the others out.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket

from aiohttp import web

from appliance.web.auth.local_network import neighbourhood

log = logging.getLogger(__name__)

MOST = 128
"""Connections at a time: far from the 1024 file descriptors that the conductor has for everything."""
MOST_FROM_ONE = 48
"""Connections at a time from one address; a browser opens six."""
_WORDS = b'{"error":"too many connections are open; close some pages and try again"}'
_ANSWER = (
    b"HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\nRetry-After: 10\r\n"
    b"Connection: close\r\nContent-Length: %d\r\n\r\n%s" % (len(_WORDS), _WORDS)
)
_REST = 1.0  # seconds after which a connection that could not be taken is tried again


async def accept(listener: socket.socket, server: web.Server) -> None:
    """Hand the connections of a listening, non-blocking socket to the server, until cancelled."""
    loop = asyncio.get_running_loop()
    while True:
        try:
            connection, place = await loop.sock_accept(listener)
        except OSError as error:  # no file descriptor left, or a visitor who has gone again
            log.debug("no connection: %s", error)
            await asyncio.sleep(_REST)
            continue
        try:
            if _crowded(server, place[0]):
                _turn_away(connection)
            else:
                await loop.connect_accepted_socket(server, connection)
        except OSError:
            connection.close()


def _crowded(server: web.Server, address: str) -> bool:
    connections = server.connections
    if len(connections) >= MOST:
        return True
    here = neighbourhood(address)
    return sum(neighbourhood(other.peername[0]) == here for other in connections if other.peername) >= MOST_FROM_ONE


def _turn_away(connection: socket.socket) -> None:
    connection.setblocking(False)
    with contextlib.suppress(BlockingIOError):
        connection.recv(65_536)  # closing with something unread would take the answer back
    with contextlib.suppress(BlockingIOError):
        connection.send(_ANSWER)
    connection.close()
