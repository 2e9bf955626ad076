"""Where the sound can go: which outputs there are, another one, a test tone."""

from __future__ import annotations

from typing import Annotated

from aiohttp import web
from msgspec import Meta, Struct

from appliance.core.output_desk import OfferedOutput
from appliance.web.api.context import BY, Context
from appliance.web.api.json_body import json_answer, no_content, read_json
from appliance.web.api.openapi import Operation

Device = Annotated[str, Meta(min_length=1, max_length=500)]


class OutputRequest(Struct, forbid_unknown_fields=True):
    """One of the outputs that there are, by its device; `auto` for the first that is there."""

    device: Device


class ToneRequest(Struct, forbid_unknown_fields=True):
    """The output to be heard, by its device; null for the one in use."""

    device: Device | None = None


class OutputHandlers:
    """The routes of the outputs."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def _list(self, _: web.Request) -> web.Response:
        return json_answer(self._context.outputs.offered())

    async def _choose(self, request: web.Request) -> web.Response:
        """OutputError becomes 409, and then nothing has changed."""
        self._context.outputs.choose((await read_json(request, OutputRequest)).device, BY)
        return no_content()

    async def _test(self, request: web.Request) -> web.Response:
        """OutputError and MusicError become 409."""
        await self._context.outputs.test((await read_json(request, ToneRequest)).device, BY)
        return no_content()


OUTPUTS = (
    Operation(
        handler=OutputHandlers._list,
        does="Where the sound can go, and where it goes",
        method="GET",
        path="/api/outputs",
        answer=list[OfferedOutput],
    ),
    Operation(
        handler=OutputHandlers._choose,
        does="Have the sound go to another output",
        method="POST",
        path="/api/output",
        body=OutputRequest,
        status=204,
        errors=(409,),
    ),
    Operation(
        handler=OutputHandlers._test,
        does="Play a test tone, and answer when it is over",
        method="POST",
        path="/api/output/test",
        body=ToneRequest,
        status=204,
        errors=(409,),
    ),
)
