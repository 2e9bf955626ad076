"""Too many connections at a time are told so and closed, so that the box's own need of files and memory is met."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from aiohttp import web

_WORDS = b'{"error":"too many connections are open; close some pages and try again"}'
_ANSWER = (
    b"HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\nRetry-After: 10\r\n"
    b"Connection: close\r\nContent-Length: %d\r\n\r\n%s" % (len(_WORDS), _WORDS)
)


class _Turned(asyncio.Protocol):
    """A connection that is one too many."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Say why, and close."""
        assert isinstance(transport, asyncio.Transport)
        transport.write(_ANSWER)
        transport.close()


def counted(server: web.Server, most: int) -> Callable[[], asyncio.BaseProtocol]:
    """The server as a protocol factory that takes at most so many connections at a time."""
    return lambda: server() if len(server.connections) < most else _Turned()
