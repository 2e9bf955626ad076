"""The owner's keys for other programs."""

from __future__ import annotations

from typing import Annotated

from aiohttp import web
from msgspec import Meta, Struct

from appliance.web.body import answer, done, read
from appliance.web.tokens import Tokens


class NewToken(Struct, forbid_unknown_fields=True):
    """What the key is for."""

    name: Annotated[str, Meta(min_length=1, max_length=64)]


def routes(tokens: Tokens) -> list[web.RouteDef]:
    """The routes of this room."""

    async def show(_: web.Request) -> web.Response:
        return answer(tokens.listed())

    async def make(request: web.Request) -> web.Response:
        return answer(tokens.make((await read(request, NewToken)).name), 201)

    async def delete(request: web.Request) -> web.Response:
        tokens.delete(request.match_info["id"])
        return done()

    return [
        web.get("/api/tokens", show),
        web.post("/api/tokens", make),
        web.delete("/api/tokens/{id}", delete),
    ]
