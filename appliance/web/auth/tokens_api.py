"""The owner's keys for other programs."""

from __future__ import annotations

from typing import Annotated

from aiohttp import web
from msgspec import Meta, Struct

from appliance.web.api.json_body import json_answer, no_content, read_json
from appliance.web.auth.tokens import TokenStore


class TokenRequest(Struct, forbid_unknown_fields=True):
    """What the key is for."""

    name: Annotated[str, Meta(min_length=1, max_length=64)]


def routes(tokens: TokenStore) -> list[web.RouteDef]:
    """The routes of this room."""

    async def show(_: web.Request) -> web.Response:
        return json_answer(tokens.listed())

    async def make(request: web.Request) -> web.Response:
        return json_answer(tokens.make((await read_json(request, TokenRequest)).name), 201)

    async def delete(request: web.Request) -> web.Response:
        tokens.delete(request.match_info["id"])
        return no_content()

    return [
        web.get("/api/tokens", show),
        web.post("/api/tokens", make),
        web.delete("/api/tokens/{id}", delete),
    ]


class KnownToken(Struct):
    """A program's key, without its secret."""

    id: str
    name: str
    created: str


class FreshToken(Struct):
    """A program's key with its secret, which is shown this once."""

    id: str
    name: str
    token: str
