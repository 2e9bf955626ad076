"""A connection to the page, and what is known of who is at its other end."""

from __future__ import annotations

import asyncio
from typing import Any, cast

from aiohttp import web

from appliance.web import headers
from appliance.web.api.json_body import json_answer
from appliance.web.auth.neighbours import NEIGHBOURS

_LONGEST = 200
"""Characters of what aiohttp says of a request that is none; it may name the whole of it."""


class Connection(web.RequestHandler):
    """aiohttp's protocol of one connection, whose own errors are answers like all others."""

    __slots__ = ("known", "visitor")

    def __init__(self, manager: web.Server, **options: Any) -> None:
        """`options` are those of aiohttp's."""
        super().__init__(manager, **options)
        self.known = False
        """Whether its last request came from the owner, or from a browser that is known."""
        self.visitor = ""
        """Which device is at its other end."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """It has been accepted."""
        super().connection_made(transport)
        place = cast("tuple[str, ...] | None", transport.get_extra_info("peername"))
        self.visitor = NEIGHBOURS.device_of(place[0]) if place else ""

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """The answer to what is no request, and so never comes to the application."""
        super().handle_error(request, status, exc, message)
        said = " ".join((message or "").split())[:_LONGEST]
        response = json_answer({"error": said or "a fault of Moodbox's own"}, status)
        response.headers.update(headers.ALWAYS)
        response.headers["Cache-Control"] = "no-store"
        response.force_close()
        return response
