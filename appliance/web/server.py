"""The page as a part of the box: listens where the settings say, and tries again for as long as it cannot."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Callable
from contextlib import AsyncExitStack

from aiohttp import web

from appliance.background import background
from appliance.web import app
from appliance.web.address import address_of, addresses
from appliance.web.context import Context
from appliance.web.crowd import counted
from appliance.web.door import Door
from appliance.web.stream import Streams

log = logging.getLogger(__name__)

# What it says is said of requests that are none, with a trace each; our own faults are logged by the application.
_unheard = logging.getLogger("appliance.web.aiohttp")
_unheard.setLevel(logging.CRITICAL)

_FIRST, _LONGEST = 1.0, 60.0  # seconds until listening is tried again: doubled each time, up to the second
_BACKLOG = 64
_IDLE = 30.0  # seconds that a connection may be open without a request
MOST_CONNECTIONS = 128
"""Connections at a time: far from the 1024 file descriptors that the conductor has for everything."""


class Page:
    """`run` it in the background."""

    def __init__(self, context: Context, installed: bool, say: Callable[[str], None]) -> None:
        """`installed`: the box is installed for good, and not run from a clone. `say` is told once it is there."""
        self._context = context
        self._say = say
        self._streams = Streams(context)
        self._addresses = addresses(context.settings.web, installed)
        self.url = address_of(context.settings.web, installed)

    def changed(self) -> None:
        """Something may have happened that open pages should show. Call it after every event."""
        self._streams.changed()

    async def run(self) -> None:
        """Serve until cancelled."""
        listeners = await self._listen()
        context = self._context
        streams = self._streams = Streams(context)
        door = Door(context.settings.state_dir, context.settings.run_dir, context.clock)
        runner = web.AppRunner(
            app.make(context, door, streams),
            handle_signals=False,
            access_log=None,
            logger=_unheard,
            shutdown_timeout=1.0,
            keepalive_timeout=_IDLE,
            auto_decompress=False,
        )
        async with AsyncExitStack() as parts:
            await runner.setup()
            parts.push_async_callback(runner.cleanup)
            parts.callback(streams.close)
            await parts.enter_async_context(background("live page", streams.run))
            assert runner.server
            for listener in listeners:
                server = await asyncio.get_running_loop().create_server(
                    counted(runner.server, MOST_CONNECTIONS), sock=listener, backlog=_BACKLOG
                )
                parts.callback(server.close)
            self._say(f"The page is at {self.url}")
            await asyncio.Event().wait()

    async def _listen(self) -> list[socket.socket]:
        delay, failed = _FIRST, False
        while True:
            try:
                return _bind(self._addresses)
            except OSError as error:
                if not failed:
                    host, port = self._addresses[-1]
                    log.warning(
                        "the page cannot listen at %s port %d (%s); the music plays on, and it is tried again; "
                        "another port can be set as web.port",
                        host or "*", port, error.strerror or error,
                    )  # fmt: skip
                failed = True
            await asyncio.sleep(delay)
            delay = min(2 * delay, _LONGEST)


def _bind(wanted: list[tuple[str, int]]) -> list[socket.socket]:
    """Listening sockets; only the last address must be there. Raises OSError."""
    listeners: list[socket.socket] = []
    try:
        for place in wanted:
            family = socket.AF_INET6 if ":" in place[0] else socket.AF_INET
            try:
                listener = socket.socket(family, socket.SOCK_STREAM)
                listeners.append(listener)
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                if family == socket.AF_INET6:
                    listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
                listener.bind(place)
            except OSError:
                if place is wanted[-1]:
                    raise
                listeners.pop().close()
    except OSError:
        for listener in listeners:
            listener.close()
        raise
    return listeners
