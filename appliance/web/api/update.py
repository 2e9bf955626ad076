"""New releases: what is on offer, looking for it now, and having it installed."""

from __future__ import annotations

from typing import Literal

from aiohttp import web
from msgspec import Struct, structs

from appliance import __version__
from appliance.domain import commands
from appliance.domain.status import UpdateStatus
from appliance.releases.errors import NotOffered
from appliance.releases.wish import check_possible
from appliance.web.api.context import BY, Context
from appliance.web.api.json_body import json_answer, read_json
from appliance.web.api.openapi import Operation
from appliance.words.retelling import retold


class UpdateRequest(Struct, forbid_unknown_fields=True):
    """Ask the index now, or have what is on offer installed."""

    do: Literal["look", "install"]


class UpdateAnswer(Struct, kw_only=True):
    """What runs, and what is on offer."""

    version: str
    update: UpdateStatus | None
    notes: str = ""
    """Of the release on offer, as plain text."""
    created: str = ""
    """UTC, of that release."""
    signer: str = ""
    """Who has signed it, as this box calls them."""
    megabytes: float = 0.0


class UpdateHandlers:
    """The routes of updates."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def _show(self, _: web.Request) -> web.Response:
        update, offer = self._context.status().update, self._context.offer()
        answer = UpdateAnswer(version=__version__, update=update)
        if update and update.problem:
            answer.update = structs.replace(update, problem=retold(update.problem))
        if update and update.latest:
            answer.notes, answer.created, answer.signer = offer.notes, offer.created, offer.signer
            answer.megabytes = round(offer.length / 1e6, 1)
        return json_answer(answer)

    async def _do(self, request: web.Request) -> web.Response:
        wanted = await read_json(request, UpdateRequest)
        update = self._context.status().update
        if wanted.do == "look":
            if not update or not update.index:
                raise NotOffered("the settings name no index of releases (updates.index), so there is nobody to ask")
            self._context.look_for_release()
        else:
            check_possible(self._context.settings.run_dir)
            if not update or not update.latest:
                raise NotOffered("there is no newer release on offer")
            self._context.emit(commands.InstallRelease(BY))
        return web.Response(status=202)


UPDATE = (
    Operation(
        handler=UpdateHandlers._show,
        does="What runs, and what is on offer",
        method="GET",
        path="/api/update",
        answer=UpdateAnswer,
    ),
    Operation(
        handler=UpdateHandlers._do,
        does="Ask the index for a new release, or have the one on offer installed",
        method="POST",
        path="/api/update",
        body=UpdateRequest,
        status=202,
        errors=(409,),
    ),
)
