"""The live page: server-sent events to each open page, at most two a second, and never a queue that can grow.

A page that does not read keeps nobody waiting: for each there is room for the newest event of each kind alone, and one
that takes nothing for a while is let go. Format: the HTML standard's section 9.2, "Server-sent events".
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any, Literal

import msgspec
from aiohttp import web
from msgspec.structs import replace

from appliance.domain.status import MachineStatus, Status
from appliance.web.api import aim
from appliance.web.api.changes import SeenFace, View, seen_faces
from appliance.web.api.context import Context
from appliance.web.api.errors import WebError
from appliance.web.api.json_body import read_query
from appliance.web.api.openapi import Operation
from appliance.web.api.status import PageStatus, present, without_problems
from appliance.web.auth.authenticator import VISITOR, Authenticator
from appliance.words.languages import Language
from appliance.words.speaking import speaking, spoken

MOST = 32
"""Streams at a time; a thousand would cost tens of megabytes and the conductor's file descriptors."""
MOST_OF_GUESTS, MOST_OF_A_GUEST = 16, 3
"""Those of all guests together, and of one guest's device."""
PAUSE = 0.5
"""Seconds from event to event, at least."""
HEARTBEAT = 20.0
"""Seconds without an event after which a comment shows that the box is still there."""
_STUCK = 30.0  # seconds that a page may take nothing
_AGAIN = 3.0  # seconds until a page should connect again


class LiveQuery(msgspec.Struct, forbid_unknown_fields=True):
    """What is wanted of the stream.

    `changes=1`: after the first `status` only what changes (`change`, a JSON merge patch), and the faces in sight
    (`faces`); `aim=1`: how the camera is aimed, too.
    """

    aim: Literal["0", "1"] = "0"
    changes: Literal["0", "1"] = "0"


class _StreamListener:
    def __init__(self, wanted: LiveQuery, is_good: Callable[[], bool], guest: str) -> None:
        self.aiming, self.changes, self.is_good = wanted.aim == "1", wanted.changes == "1", is_good
        self.guest = guest
        self.language = spoken()
        self.news = asyncio.Event()
        self.waiting: dict[str, bytes] = {}
        self.told: View | None = None
        self.view: View | None = None
        self.faces: tuple[SeenFace, ...] | None = None

    def put(self, kind: str, value: Any) -> None:
        self.waiting[kind] = _event(kind, value)
        self.news.set()

    def see(self, view: View, faces: tuple[SeenFace, ...]) -> None:
        """What the page is to show from now on; it is told what has changed when it takes its news."""
        self.view = view
        if faces != self.faces:
            self.faces = faces
            self.put("faces", faces)
        if self.told is None or view.since(self.told):
            self.news.set()

    def take(self) -> bytes:
        self.news.clear()
        data = b"".join(self.waiting.values())
        self.waiting.clear()
        if self.view and self.told and (patch := self.view.since(self.told)):
            data = _event("change", patch) + data
        self.told = self.view
        return data


def _event(kind: str, value: Any) -> bytes:
    return b"event: %s\ndata: %s\n\n" % (kind.encode(), msgspec.json.encode(value))


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

    def look_again(self) -> None:
        """Somebody who was let in may have to go: end the streams that are good no longer."""
        for listener in self._listeners:
            listener.news.set()

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
            self._tell_changes()
            if (steady := _steady(status)) != told.get("status"):
                told["status"] = steady
                self._tell("status", self._present, {each for each in self._listeners if not each.changes})
            aiming = {each for each in self._listeners if each.aiming}
            if aiming and (seen := self._aim()) != told.get("aim"):
                told["aim"] = seen
                self._tell("aim", self._aim, aiming)
            await asyncio.sleep(PAUSE)

    def _present(self, for_guest: bool) -> PageStatus:
        """The status, described anew: it says why songs play in the language that is spoken now."""
        status = self._context.status()
        return present(without_problems(status) if for_guest else status, self._context.clock)

    def _view(self, for_guest: bool) -> View:
        return View(self._present(for_guest), self._context.clock.monotonic())

    def _aim(self, _: bool = False) -> dict[str, Any]:
        return aim.describe_aim(self._context.look())

    def _tell(self, kind: str, value: Callable[[bool], Any], listeners: Iterable[_StreamListener]) -> None:
        for (language, for_guest), readers in _alike(listeners):
            with speaking(language):
                data = msgspec.Raw(msgspec.json.encode(value(for_guest)))
            for listener in readers:
                listener.put(kind, data)

    def _tell_changes(self) -> None:
        for (language, for_guest), readers in _alike(each for each in self._listeners if each.changes):
            with speaking(language):
                view, faces = self._view(for_guest), seen_faces(self._context.look())
            for listener in readers:
                listener.see(view, faces)

    async def serve(self, request: web.Request, is_good: Callable[[], bool], guest: str = "") -> web.StreamResponse:
        """Stream for as long as the page reads and whoever has it `is_good`: signed in, or a `guest` who may stay.

        Raises WebError 400, 403 or 503.
        """
        wanted = read_query(request, LiveQuery)
        if guest and wanted.aim == "1":
            raise WebError(403, "a guest sees Now alone; how the camera is aimed is for the owner")
        if self._open >= MOST or self._closing or not self._has_room(guest):
            raise WebError(503, f"{MOST} pages are open, which are the most at a time; close one", retry_after=10)
        listener = _StreamListener(wanted, is_good, guest)
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

    def _has_room(self, guest: str) -> bool:
        guests = [each.guest for each in self._listeners if each.guest]
        return not guest or (len(guests) < MOST_OF_GUESTS and guests.count(guest) < MOST_OF_A_GUEST)

    async def _feed(self, listener: _StreamListener, response: web.StreamResponse) -> None:
        await response.write(b"retry: %d\n\n" % (_AGAIN * 1000))
        guest = bool(listener.guest)
        listener.put("status", self._present(guest))
        if listener.changes:
            listener.told = self._view(guest)
            listener.see(listener.told, seen_faces(self._context.look()))
        if listener.aiming:
            listener.put("aim", self._aim())
        while listener.is_good():
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(HEARTBEAT):
                    await listener.news.wait()
            if self._closing or not listener.is_good():
                return
            try:
                async with asyncio.timeout(_STUCK):
                    await response.write(listener.take() or b": still here\n\n")
            except TimeoutError:
                return


def _alike(listeners: Iterable[_StreamListener]) -> list[tuple[tuple[Language, bool], list[_StreamListener]]]:
    """Those who are told the same together: by their language, and whether they are guests."""
    each: dict[tuple[Language, bool], list[_StreamListener]] = defaultdict(list)
    for listener in listeners:
        each[listener.language, bool(listener.guest)].append(listener)
    return list(each.items())


def _steady(status: Status) -> Status:
    """The status without what changes by the mere passing of time."""
    player = replace(status.player, elapsed=0.0)
    return replace(status, uptime=0.0, machine=MachineStatus(cpu_temperature=None), player=player)


class LiveHandlers:
    """Opens streams for those who are signed in."""

    def __init__(self, streams: LiveStreams, authenticator: Authenticator) -> None:
        self._streams, self._authenticator = streams, authenticator

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        visitor = request.get(VISITOR)
        guest = visitor.guest.device if visitor and visitor.guest else ""
        return await self._streams.serve(request, lambda: self._authenticator.visitor(request) is not None, guest)


LIVE = (
    Operation(
        handler=LiveHandlers._stream,
        does="The same as server-sent events, whenever it changes, at most twice a second",
        method="GET",
        path="/api/stream",
        query=LiveQuery,
        answer="text/event-stream",
        errors=(503,),
        guests=True,
    ),
)
