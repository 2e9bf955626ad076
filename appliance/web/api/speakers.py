"""The loudspeakers in several rooms. Which there are stands in the status."""

from __future__ import annotations

from typing import Annotated

from aiohttp import web
from msgspec import Meta, Struct

from appliance.domain import commands
from appliance.domain.speakers import SpeakerChange
from appliance.web.api.context import BY, Context
from appliance.web.api.errors import WebError
from appliance.web.api.json_body import no_content, read_json
from appliance.web.api.openapi import Operation
from appliance.words.speaking import t


class SpeakerRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A loudspeaker by its id, and what is to be changed of it; null leaves it.

    To JSON 88.0 is a whole number: volume (percent) and latency (milliseconds) are rounded.
    """

    id: Annotated[str, Meta(min_length=1, max_length=200)]
    name: Annotated[str, Meta(min_length=1, max_length=64)] | None = None
    volume: Annotated[float, Meta(ge=0, le=100)] | None = None
    muted: bool | None = None
    latency: Annotated[float, Meta(ge=-2000, le=2000)] | None = None

    @property
    def change(self) -> SpeakerChange:
        """What is to be changed."""
        volume, latency = (None if each is None else round(each) for each in (self.volume, self.latency))
        return SpeakerChange(name=self.name, volume=volume, muted=self.muted, latency=latency)


class SpeakerHandlers:
    """The route of the loudspeakers."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def _change(self, request: web.Request) -> web.Response:
        """A loudspeaker that there is not becomes 409."""
        asked = await read_json(request, SpeakerRequest)
        if not any(each.id == asked.id for each in self._context.status().speakers or ()):
            raise WebError(409, t("there is no loudspeaker {name} now", name=asked.id))
        self._context.emit(commands.SetSpeaker(asked.id, asked.change, BY))
        return no_content()


SPEAKERS = (
    Operation(
        handler=SpeakerHandlers._change,
        does="Change a loudspeaker in another room",
        method="PATCH",
        path="/api/speakers",
        body=SpeakerRequest,
        status=204,
        errors=(409,),
    ),
)
