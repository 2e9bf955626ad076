"""Accepts a limited number of connections; further ones get an answer that says so and are closed.

So the box keeps the files and the memory that it needs itself, and no single visitor can keep the others out. When
connections run out, a known browser or program gets one in any case: somebody unknown has to give up theirs.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
import ssl
from collections import Counter
from collections.abc import Callable, Iterable

from aiohttp import web

from appliance.web import headers
from appliance.web.auth.neighbours import NEIGHBOURS
from appliance.web.connection import Connection

log = logging.getLogger(__name__)

MOST = 128
"""Connections at a time: far from the 1024 file descriptors that the conductor has for everything."""
MOST_FROM_ONE = 48
"""Connections at a time from one device; a browser opens six."""
MOST_HANDSHAKES, MOST_HANDSHAKES_OF_ONE = 32, 8
"""Handshakes of TLS under way at a time, of all together and of one device."""
_HANDSHAKE = 10.0  # seconds for one
_MOST_WAITING = 64
"""Connections that are looked into at a time, when there is no room, before they are taken or turned away."""
_PATIENCE = 2.0  # seconds in which such a connection must say who it is
_LOOK_EVERY = 0.02  # seconds between two looks at what it has said
_LONGEST_HEAD = 16 * 1024  # bytes; aiohttp takes no longer line or header either
_WORDS = b'{"error":"too many connections are open; close some pages and try again"}'
_ANSWER = (
    b"HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\nRetry-After: 10\r\n"
    b"Connection: close\r\nContent-Length: %d\r\nCache-Control: no-store\r\n%s\r\n%s"
    % (len(_WORDS), "".join(f"{name}: {value}\r\n" for name, value in headers.ALWAYS.items()).encode(), _WORDS)
)
_REST = 1.0  # seconds after which a connection that could not be taken is tried again


class ConnectionLimit:
    """Hands connections on to `server`, one for all listening sockets.

    `connection` makes the protocol of one; `is_known` says by a request's first line and headers whether it comes from
    the owner, or from a browser that is known.
    """

    def __init__(
        self, server: web.Server, connection: Callable[[], Connection], is_known: Callable[[bytes], bool]
    ) -> None:
        self._server, self._connection, self._is_known = server, connection, is_known
        self._waiting: dict[asyncio.Task[None], None] = {}
        self._handshakes: Counter[str] = Counter()

    async def accept_tls(self, listener: socket.socket, context: Callable[[], ssl.SSLContext | None]) -> None:
        """The same for encrypted ones, by the `context` of the moment; without one they are closed.

        Who comes is known only after the handshake, so that nobody unknown gives up a connection for a known browser
        here; but whoever holds many does for a device with fewer.
        """
        loop = asyncio.get_running_loop()
        async with asyncio.TaskGroup() as tasks:
            while True:
                try:
                    connection, place = await loop.sock_accept(listener)
                except OSError as error:
                    log.debug("no connection: %s", error)
                    await asyncio.sleep(_REST)
                    continue
                visitor, tls = NEIGHBOURS.device_of(place[0]), context()
                shaking = self._handshakes
                crowded = shaking[visitor] >= MOST_HANDSHAKES_OF_ONE or shaking.total() >= MOST_HANDSHAKES
                if tls is None or crowded or not (self._has_room(visitor) or self._make_room(visitor, known=False)):
                    connection.close()
                    continue
                shaking[visitor] += 1
                tasks.create_task(self._shake(connection, visitor, tls))

    async def _shake(self, connection: socket.socket, visitor: str, tls: ssl.SSLContext) -> None:
        try:
            await self._take(connection, known=False, tls=tls)
        finally:
            self._handshakes[visitor] -= 1
            if not self._handshakes[visitor]:
                del self._handshakes[visitor]

    async def accept(self, listener: socket.socket) -> None:
        """Hand on the connections of a listening, non-blocking socket, until cancelled."""
        loop = asyncio.get_running_loop()
        async with asyncio.TaskGroup() as tasks:
            while True:
                try:
                    connection, place = await loop.sock_accept(listener)
                except OSError as error:  # no file descriptor left, or a visitor who has gone again
                    log.debug("no connection: %s", error)
                    await asyncio.sleep(_REST)
                    continue
                visitor = NEIGHBOURS.device_of(place[0])
                if self._has_room(visitor):
                    await self._take(connection, known=False)
                    continue
                if len(self._waiting) >= _MOST_WAITING:
                    longest = next(iter(self._waiting))
                    longest.cancel()
                    del self._waiting[longest]
                task = tasks.create_task(self._consider(connection, visitor))
                self._waiting[task] = None
                task.add_done_callback(lambda done: self._waiting.pop(done, None))
                await asyncio.sleep(0)  # it must have begun before it can be cancelled

    async def _take(self, connection: socket.socket, known: bool, tls: ssl.SSLContext | None = None) -> None:
        def make() -> Connection:
            made = self._connection()
            made.known = known
            return made

        try:
            patience = _HANDSHAKE if tls else None
            await asyncio.get_running_loop().connect_accepted_socket(
                make, connection, ssl=tls, ssl_handshake_timeout=patience
            )
        except OSError:
            connection.close()

    async def _consider(self, connection: socket.socket, visitor: str) -> None:
        """Take a connection for which there is no room in the place of another one, or turn it away."""
        try:
            known = self._is_known(await _first_head(connection))
            if self._has_room(visitor) or self._make_room(visitor, known):
                await self._take(connection, known)
                return
            _turn_away(connection)
        except OSError:
            connection.close()
        except asyncio.CancelledError:
            _turn_away(connection)
            raise

    def _open(self) -> list[Connection]:
        """The oldest first."""
        found = (each for each in self._server.connections if isinstance(each, Connection))
        return [each for each in found if each.transport and not each.transport.is_closing()]

    def _has_room(self, visitor: str) -> bool:
        connections = self._open()
        return len(connections) < MOST and sum(each.visitor == visitor for each in connections) < MOST_FROM_ONE

    def _make_room(self, visitor: str, known: bool) -> bool:
        """Close a connection of somebody unknown: for a known browser, or for one who has fewer of them."""
        connections = self._open()
        own = [each for each in connections if each.visitor == visitor]
        if len(own) >= MOST_FROM_ONE:
            return known and _close_one(own)
        counts = Counter(each.visitor for each in connections if not each.known)
        greediest, most = counts.most_common(1)[0] if counts else ("", 0)
        if not known and most <= len(own) + 1:
            return False
        return _close_one(each for each in connections if each.visitor == greediest)


def _close_one(connections: Iterable[Connection]) -> bool:
    """Close the first one that is not known; False if there is none."""
    for each in connections:
        if not each.known and each.transport:
            each.transport.abort()
            return True
    return False


async def _first_head(connection: socket.socket) -> bytes:
    """A request's first line and headers, which stay to be read; what there is of them if they do not come in time."""
    connection.setblocking(False)
    head = b""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_PATIENCE):
            while True:
                try:
                    head = connection.recv(_LONGEST_HEAD, socket.MSG_PEEK)
                except BlockingIOError:
                    pass
                else:
                    if not head or b"\r\n\r\n" in head or len(head) >= _LONGEST_HEAD:
                        return head
                await asyncio.sleep(_LOOK_EVERY)
    return head


def _turn_away(connection: socket.socket) -> None:
    connection.setblocking(False)
    with contextlib.suppress(OSError):
        connection.recv(65_536)  # closing with something unread would take the answer back
    with contextlib.suppress(OSError):
        connection.send(_ANSWER)
    connection.close()
