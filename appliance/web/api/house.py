"""The other boxes of the house: pairing, parting, one music for all. Which there are stands in the status."""

from __future__ import annotations

from typing import Annotated

from aiohttp import web
from msgspec import Meta, Struct

from appliance.domain import commands
from appliance.web.api.context import BY, Context, Peers
from appliance.web.api.errors import WebError
from appliance.web.api.json_body import no_content, read_json
from appliance.web.api.openapi import Operation
from appliance.words.speaking import t


class PeerRequest(Struct, forbid_unknown_fields=True):
    """Another box, by its id."""

    box: Annotated[str, Meta(min_length=1, max_length=64)]


class PairingRequest(Struct, forbid_unknown_fields=True):
    """Whether both boxes show the same digits; with false the pairing is given up."""

    same: bool


class TogetherRequest(Struct, forbid_unknown_fields=True):
    """Whether all paired boxes have one music."""

    on: bool


class HouseHandlers:
    """The routes of the other boxes."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def _pair(self, request: web.Request) -> web.Response:
        """PairingError becomes 409."""
        self._peers().pair((await read_json(request, PeerRequest)).box)
        return no_content()

    async def _answer(self, request: web.Request) -> web.Response:
        """PairingError becomes 409."""
        self._peers().answer((await read_json(request, PairingRequest)).same)
        return no_content()

    async def _part(self, request: web.Request) -> web.Response:
        """PairingError becomes 409."""
        self._peers().part((await read_json(request, PeerRequest)).box)
        return no_content()

    async def _together(self, request: web.Request) -> web.Response:
        self._peers()
        self._context.emit(commands.SetTogether((await read_json(request, TogetherRequest)).on, BY))
        return no_content()

    def _peers(self) -> Peers:
        if self._context.peers is None:
            raise WebError(409, t("boxes know of each other by a broker; set mqtt.host"))
        return self._context.peers


HOUSE = (
    Operation(
        handler=HouseHandlers._pair,
        does="Begin to pair with another box, which then shows the same digits",
        method="POST",
        path="/api/house/pair",
        body=PeerRequest,
        status=204,
        errors=(409,),
    ),
    Operation(
        handler=HouseHandlers._answer,
        does="Say whether both boxes show the same digits",
        method="POST",
        path="/api/house/answer",
        body=PairingRequest,
        status=204,
        errors=(409,),
    ),
    Operation(
        handler=HouseHandlers._part,
        does="End a pairing, here and there",
        method="POST",
        path="/api/house/part",
        body=PeerRequest,
        status=204,
        errors=(409,),
    ),
    Operation(
        handler=HouseHandlers._together,
        does="Have one music for all paired boxes, or one for each",
        method="POST",
        path="/api/house/together",
        body=TogetherRequest,
        status=204,
        errors=(409,),
    ),
)
