"""A connection to the page, and what is known of who is at its other end."""

from __future__ import annotations

import asyncio
from typing import Any, cast

from aiohttp import web

from appliance.web.auth.local_network import visitor_of


class Connection(web.RequestHandler):
    """aiohttp's protocol of one connection."""

    __slots__ = ("known", "visitor")

    def __init__(self, manager: web.Server, **options: Any) -> None:
        """`options` are those of aiohttp's."""
        super().__init__(manager, **options)
        self.known = False
        """Whether its last request came from the owner, or from a browser that is known."""
        self.visitor = ""
        """Who is at its other end, as `visitor_of` counts."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """It has been accepted."""
        super().connection_made(transport)
        place = cast("tuple[str, ...] | None", transport.get_extra_info("peername"))
        self.visitor = visitor_of(place[0]) if place else ""
