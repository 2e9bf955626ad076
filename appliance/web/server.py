"""The page as a part of the box: listens where the settings say, and tries again for as long as it cannot."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
from collections.abc import Callable
from contextlib import AsyncExitStack
from functools import partial
from typing import Any

from aiohttp import web

from appliance.lib.backoff import Backoff
from appliance.lib.supervise import supervise
from appliance.web import app
from appliance.web.address import address_of, addresses, is_private
from appliance.web.api.context import Context
from appliance.web.api.live import LiveStreams
from appliance.web.auth.authenticator import Authenticator
from appliance.web.connection import Connection
from appliance.web.connection_limit import ConnectionLimit

log = logging.getLogger(__name__)

# What it says is said of requests that are none, with a trace each; our own faults are logged by the application.
_unheard = logging.getLogger("appliance.web.aiohttp")
_unheard.setLevel(logging.CRITICAL)

_FIRST, _LONGEST = 1.0, 60.0  # seconds until listening is tried again: at first, and at most
_BACKLOG = 64
_LAST_WRITES = 1.0  # seconds that the end waits for a slow disk
_IDLE = 30.0  # seconds that a connection may be open without a request


class PageServer:
    """`run` it in the background."""

    def __init__(self, context: Context, installed: bool, say: Callable[[str], None]) -> None:
        """`installed`: the box is installed for good, and not run from a clone. `say` is told once it is there."""
        self._context = context
        self._say = say
        self._streams = LiveStreams(context)
        self._addresses = addresses(context.settings.web, installed)
        self.url = address_of(context.settings.web, installed)
        self.link = None if is_private(context.settings.web, installed) else self.url
        """The address for other machines, None if none of them can reach the page."""

    def changed(self) -> None:
        """Something may have happened that open pages should show. Call it after every event."""
        self._streams.changed()

    async def run(self) -> None:
        """Serve until cancelled."""
        listeners = await self._listen()
        context = self._context
        streams = self._streams = LiveStreams(context)
        authenticator = Authenticator(context.settings.state_dir, context.settings.run_dir, context.clock)
        options: dict[str, Any] = {
            "access_log": None,
            "logger": _unheard,
            "keepalive_timeout": _IDLE,
            "auto_decompress": False,
        }
        runner = web.AppRunner(
            app.make_app(context, authenticator, streams), handle_signals=False, shutdown_timeout=1.0, **options
        )
        async with AsyncExitStack() as parts:
            parts.push_async_callback(asyncio.to_thread, authenticator.settle, _LAST_WRITES)
            await runner.setup()
            parts.push_async_callback(runner.cleanup)
            parts.callback(streams.close)
            await parts.enter_async_context(supervise("live page", streams.run))
            assert runner.server
            make = partial(Connection, runner.server, loop=asyncio.get_running_loop(), **options)
            limit = ConnectionLimit(runner.server, make, authenticator.is_known_by_head)
            for listener in listeners:
                parts.callback(listener.close)
                accepting = partial(limit.accept, listener)
                await parts.enter_async_context(supervise("the page's connections", accepting))
            self._say(f"The page is at {self.url}")
            await asyncio.Event().wait()

    async def _listen(self) -> list[socket.socket]:
        backoff, failed = Backoff(_FIRST, _LONGEST), False
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
            await asyncio.sleep(backoff.next())


def _bind(wanted: list[tuple[str, int]]) -> list[socket.socket]:
    """Listening sockets; only the last address must be there. Raises OSError."""
    *others, needed = wanted
    listeners = [_listener(needed)]
    for place in others:
        with contextlib.suppress(OSError):
            listeners.append(_listener(place))
    return listeners


def _listener(place: tuple[str, int]) -> socket.socket:
    family = socket.AF_INET6 if ":" in place[0] else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setblocking(False)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        listener.bind(place)
        listener.listen(_BACKLOG)
    except OSError:
        listener.close()
        raise
    return listener
