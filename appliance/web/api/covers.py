"""Covers of songs, as far as their files have any; for the others the page draws one."""

from __future__ import annotations

from typing import Annotated

from aiohttp import web
from msgspec import Meta, Struct

from appliance.web.api.context import Context
from appliance.web.api.errors import WebError
from appliance.web.api.json_body import no_content, read_query
from appliance.web.api.openapi import Operation
from appliance.web.auth.authenticator import VISITOR


class CoverQuery(Struct, forbid_unknown_fields=True):
    """The song, by its file as the status names it."""

    file: Annotated[str, Meta(min_length=1, max_length=4096)]


class CoverHandlers:
    """The route of covers."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def _show(self, request: web.Request) -> web.Response:
        file = read_query(request, CoverQuery).file
        visitor = request.get(VISITOR)
        if visitor and visitor.guest and not self._is_shown(file):
            raise WebError(403, "a guest sees the songs of Now alone")
        cover = await self._context.cover(file)
        if cover is None:
            return no_content()
        headers = {"Cache-Control": "private, max-age=86400", "Content-Disposition": "inline; filename=cover"}
        return web.Response(body=cover.picture, content_type=cover.kind, headers=headers)

    def _is_shown(self, file: str) -> bool:
        player = self._context.status().player
        return file == player.file or file in player.ahead or any(file == song.file for song in player.queue)


COVERS = (
    Operation(
        handler=CoverHandlers._show,
        does="The cover of a song, from its file or its folder",
        method="GET",
        path="/api/cover",
        query=CoverQuery,
        answer="image/*",
        nothing="The song has no cover",
        guests=True,
    ),
)
