"""The page as a part of the box: listens where the settings say, and tries again for as long as it cannot."""

from __future__ import annotations

import asyncio
import contextlib
import errno
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
from appliance.web.address import address_of, addresses, https_port_of, is_private, port_of
from appliance.web.api.context import Context
from appliance.web.api.live import LiveStreams
from appliance.web.auth.authenticator import Authenticator
from appliance.web.connection import Connection
from appliance.web.connection_limit import ConnectionLimit
from appliance.web.https import Https

log = logging.getLogger(__name__)

# What it says is said of requests that are none, with a trace each; our own faults are logged by the application.
_unheard = logging.getLogger("appliance.web.aiohttp")
_unheard.setLevel(logging.CRITICAL)

_FIRST, _LONGEST = 1.0, 60.0  # seconds until listening is tried again: at first, and at most
_BACKLOG = 64
_PORTS_TRIED = 20
_LAST_WRITES = 1.0  # seconds that the end waits for a slow disk
_IDLE = 30.0  # seconds that a connection may be open without a request


class PageServer:
    """`listen`, and then `run` it in the background."""

    def __init__(self, context: Context, installed: bool, say: Callable[[str], None]) -> None:
        """`installed`: the box is installed for good, and not run from a clone. `say` is told once it is there."""
        self._context, self._installed = context, installed
        self._say = say
        self._streams = LiveStreams(context)
        self._port = port_of(context.settings.web, installed)
        self._listeners: list[socket.socket] = []
        self.https = Https(context.settings.web, context.settings.state_dir, context.clock)
        self._authenticator = Authenticator(context.settings.state_dir, context.settings.run_dir, context.clock)

    @property
    def problems(self) -> tuple[str, ...]:
        """What keeps the owner from the page."""
        problems = (*self._authenticator.problems, self.https.problem)
        return tuple(f"page: {problem}" for problem in problems if problem)

    @property
    def url(self) -> str:
        """The page's address; true from `listen` on. By HTTPS as soon as that is served."""
        if self.https.is_served:
            return address_of(self._context.settings.web, self._installed, self.https.port, "https")
        return address_of(self._context.settings.web, self._installed, self._port)

    @property
    def link(self) -> str | None:
        """The address for other machines, None if none of them can reach the page."""
        return None if is_private(self._context.settings.web, self._installed) else self.url

    def listen(self) -> None:
        """Take the port, or the next one that is free. Nothing is lost if that fails: `run` tries again."""
        with contextlib.suppress(OSError):
            self._listeners = self._bind()

    def changed(self) -> None:
        """Something may have happened that open pages should show. Call it after every event."""
        self._streams.changed()

    async def run(self) -> None:
        """Serve until cancelled."""
        listeners = self._listeners or await self._keep_trying()
        self._listeners = []
        context = self._context
        streams = self._streams = LiveStreams(context)
        authenticator = self._authenticator
        options: dict[str, Any] = {
            "access_log": None,
            "logger": _unheard,
            "keepalive_timeout": _IDLE,
            "auto_decompress": False,
        }
        runner = web.AppRunner(
            app.make_app(context, authenticator, streams, lambda: self.link, self.https),
            handle_signals=False,
            shutdown_timeout=1.0,
            **options,
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
            if self.https.wanted:
                await self._begin_https(parts, limit)
            self._say(f"The page is at {self.url}")
            await asyncio.Event().wait()

    async def _begin_https(self, parts: AsyncExitStack, limit: ConnectionLimit) -> None:
        """Serve by HTTPS too, if there is a certificate and a port for it; otherwise say why not."""
        await self.https.look()
        port = https_port_of(self._context.settings.web, self._installed)
        try:
            listeners = _bind(self._addresses(port))
        except OSError as error:
            self.https.problem = (
                f"port {port} is not to be had for HTTPS ({error.strerror or error}), so the page goes on by HTTP "
                "alone; another one can be set as web.https_port"
            )
            log.warning("%s", self.https.problem)
            return
        self.https.port = port
        for listener in listeners:
            parts.callback(listener.close)
            accepting = partial(limit.accept_tls, listener, self.https.context)
            await parts.enter_async_context(supervise("the page's encrypted connections", accepting))
        await parts.enter_async_context(supervise("the page's certificate", self.https.watch))

    async def _keep_trying(self) -> list[socket.socket]:
        backoff, failed = Backoff(_FIRST, _LONGEST), False
        while True:
            try:
                return self._bind()
            except OSError as error:
                if not failed:
                    host, port = self._addresses(self._port)[-1]
                    log.warning(
                        "the page cannot listen at %s port %d (%s); the music plays on, and it is tried again; "
                        "another port can be set as web.port",
                        host or "*", port, error.strerror or error,
                    )  # fmt: skip
                failed = True
            await asyncio.sleep(backoff.next())

    def _addresses(self, port: int) -> list[tuple[str, int]]:
        return addresses(self._context.settings.web, self._installed, port)

    def _bind(self) -> list[socket.socket]:
        """Listening sockets at the port, or at the next one that is free. Raises OSError."""
        taken: OSError | None = None
        for port in range(self._port, min(self._port + _PORTS_TRIED, 65_536)):
            try:
                listeners = _bind(self._addresses(port))
            except OSError as error:
                if error.errno != errno.EADDRINUSE:
                    raise
                taken = taken or error
                continue
            if port != self._port:
                log.warning(
                    "Port %d is taken; the page is at port %d instead; another one can be set as web.port",
                    self._port, port,
                )  # fmt: skip
                self._port = port
            return listeners
        raise taken or OSError(errno.EADDRINUSE, "no port is left")


def _bind(wanted: list[tuple[str, int]]) -> list[socket.socket]:
    """Listening sockets; only the last address must be there, but at none may anybody else listen. Raises OSError."""
    *others, needed = wanted
    listeners = [_listener(needed)]
    for place in others:
        try:
            listeners.append(_listener(place))
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                continue
            for listener in listeners:
                listener.close()
            raise
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
