"""The live page: server-sent events to each open page, at most two a second, and never a queue that can grow.

A page that does not read keeps nobody waiting: for each there is room for the newest event of each kind alone, and one
that takes nothing for a while is let go. Format: the HTML standard's section 9.2, "Server-sent events".
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from typing import Any, Literal

import msgspec
from aiohttp import web
from msgspec.structs import replace

from appliance.domain.status import MachineStatus, Status
from appliance.web.api import aim
from appliance.web.api.context import Context
from appliance.web.api.errors import WebError
from appliance.web.api.json_body import read_query
from appliance.web.api.openapi import Operation
from appliance.web.api.status import PageStatus, present
from appliance.web.auth.authenticator import Authenticator

MOST = 32
"""Streams at a time; a thousand would cost tens of megabytes and the conductor's file descriptors."""
PAUSE = 0.5
"""Seconds from event to event, at least."""
HEARTBEAT = 20.0
"""Seconds without an event after which a comment shows that the box is still there."""
_STUCK = 30.0  # seconds that a page may take nothing
_AGAIN = 3.0  # seconds until a page should connect again


class LiveQuery(msgspec.Struct, forbid_unknown_fields=True):
    """What is wanted of the stream: `aim=1` for how the camera is aimed, too."""

    aim: Literal["0", "1"] = "0"


class _StreamListener:
    def __init__(self, aiming: bool, is_good: Callable[[], bool]) -> None:
        self.aiming, self.is_good = aiming, is_good
        self.news = asyncio.Event()
        self.waiting: dict[str, bytes] = {}

    def put(self, kind: str, data: bytes) -> None:
        self.waiting[kind] = b"event: %s\ndata: %s\n\n" % (kind.encode(), data)
        self.news.set()

    def take(self) -> bytes:
        self.news.clear()
        data = b"".join(self.waiting.values())
        self.waiting.clear()
        return data


class LiveStreams:
    """Told by `changed` that there may be news; `run` it in the background; `serve` a request with what there is."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._listeners: set[_StreamListener] = set()
        self._open = 0
        self._changed = asyncio.Event()
        self._closing = False

    def changed(self) -> None:
        """Something has happened to the box. Costs nothing while no page is open."""
        if self._listeners:
            self._changed.set()

    def close(self) -> None:
        """End every stream soon, and take no more."""
        self._closing = True
        for listener in self._listeners:
            listener.news.set()

    async def run(self) -> None:
        """Pass changes on until cancelled."""
        told: dict[str, Any] = {}
        while True:
            await self._changed.wait()
            self._changed.clear()
            status = self._context.status()
            if (steady := _steady(status)) != told.get("status"):
                told["status"] = steady
                self._tell("status", present(status))
            if any(listener.aiming for listener in self._listeners) and (seen := self._aim()) != told.get("aim"):
                told["aim"] = seen
                self._tell("aim", seen)
            await asyncio.sleep(PAUSE)

    def _aim(self) -> dict[str, Any]:
        return aim.describe_aim(self._context.look())

    def _tell(self, kind: str, value: PageStatus | dict[str, Any]) -> None:
        data = msgspec.json.encode(value)
        for listener in self._listeners:
            if kind == "status" or listener.aiming:
                listener.put(kind, data)

    async def serve(self, request: web.Request, is_good: Callable[[], bool]) -> web.StreamResponse:
        """Stream for as long as the page reads and its owner `is_good`: signed in. Raises WebError 400 or 503."""
        wanted = read_query(request, LiveQuery)
        if self._open >= MOST or self._closing:
            raise WebError(503, f"{MOST} pages are open, which are the most at a time; close one", retry_after=10)
        listener = _StreamListener(wanted.aim == "1", is_good)
        self._open += 1
        try:
            response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "X-Accel-Buffering": "no"})
            await response.prepare(request)
            self._listeners.add(listener)
            await self._feed(listener, response)
        finally:
            self._open -= 1
            self._listeners.discard(listener)
        return response

    async def _feed(self, listener: _StreamListener, response: web.StreamResponse) -> None:
        await response.write(b"retry: %d\n\n" % (_AGAIN * 1000))
        listener.put("status", msgspec.json.encode(present(self._context.status())))
        if listener.aiming:
            listener.put("aim", msgspec.json.encode(self._aim()))
        while listener.is_good():
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(HEARTBEAT):
                    await listener.news.wait()
            if self._closing:
                return
            try:
                async with asyncio.timeout(_STUCK):
                    await response.write(listener.take() or b": still here\n\n")
            except TimeoutError:
                return


def _steady(status: Status) -> Status:
    """The status without what changes by the mere passing of time."""
    player = replace(status.player, elapsed=0.0)
    return replace(status, uptime=0.0, machine=MachineStatus(cpu_temperature=None), player=player)


class LiveHandlers:
    """Opens streams for those who are signed in."""

    def __init__(self, streams: LiveStreams, authenticator: Authenticator) -> None:
        self._streams, self._authenticator = streams, authenticator

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        return await self._streams.serve(request, lambda: self._authenticator.visitor(request) is not None)


LIVE = (
    Operation(
        handler=LiveHandlers._stream,
        does="The same as server-sent events, whenever it changes, at most twice a second",
        method="GET",
        path="/api/stream",
        query=LiveQuery,
        answer="text/event-stream",
        errors=(503,),
    ),
)
