"""The owner's keys for other programs."""

from __future__ import annotations

from typing import Annotated

from aiohttp import web
from msgspec import Meta, Struct

from appliance.web.api.json_body import json_answer, no_content, read_json
from appliance.web.api.openapi import Operation
from appliance.web.auth.tokens import TokenStore


class TokenRequest(Struct, forbid_unknown_fields=True):
    """What the key is for."""

    name: Annotated[str, Meta(min_length=1, max_length=64)]


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


class TokenHandlers:
    """What the owner asks of the programs' keys."""

    def __init__(self, tokens: TokenStore) -> None:
        self._tokens = tokens

    async def _show(self, _: web.Request) -> web.Response:
        return json_answer(self._tokens.listed())

    async def _make(self, request: web.Request) -> web.Response:
        return json_answer(await self._tokens.make((await read_json(request, TokenRequest)).name), 201)

    async def _delete(self, request: web.Request) -> web.Response:
        await self._tokens.delete(request.match_info["id"])
        return no_content()


TOKENS = (
    Operation(
        handler=TokenHandlers._show,
        programs=False,
        does="The keys for programs",
        method="GET",
        path="/api/tokens",
        answer=list[KnownToken],
    ),
    Operation(
        handler=TokenHandlers._make,
        programs=False,
        does="Make a key for a program; its token is shown this once",
        method="POST",
        path="/api/tokens",
        body=TokenRequest,
        status=201,
        answer=FreshToken,
        errors=(409, 507),
    ),
    Operation(
        handler=TokenHandlers._delete,
        programs=False,
        does="Delete a key",
        method="DELETE",
        path="/api/tokens/{id}",
        status=204,
        errors=(404, 507),
    ),
)
