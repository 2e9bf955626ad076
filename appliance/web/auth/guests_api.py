"""The owner's invitations for guests, and coming in by one."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Annotated

from aiohttp import web
from msgspec import Meta, Struct

from appliance.domain.status import Moment
from appliance.lib.text import printable_line
from appliance.web.api.context import Context
from appliance.web.api.json_body import json_answer, no_content, read_json
from appliance.web.api.openapi import Operation
from appliance.web.auth.authenticator import Authenticator
from appliance.web.auth.guests import Invitation
from appliance.web.qr import qr_svg

log = logging.getLogger(__name__)

DOOR = "/guest"
"""The guest's page; the invitation's secret stands behind the `#`, which no browser sends."""
_HOUR = 3600.0
_LOOPBACK = re.compile(r"localhost(:|$)|127\.|\[::1\]")


class InvitationRequest(Struct, forbid_unknown_fields=True):
    """Who is to be let in, in one line, and for how many hours."""

    name: Annotated[str, Meta(min_length=1, max_length=32)]
    hours: Annotated[int, Meta(ge=1, le=168)] = 12


class ShownInvitation(Struct):
    """An invitation, with its link and how many devices have come in by it."""

    id: str
    name: str
    until: Moment
    devices: int
    link: str


class ComingIn(Struct, forbid_unknown_fields=True):
    """What stands behind the `#` of an invitation's link."""

    invitation: Annotated[str, Meta(max_length=64)]


class GuestHandlers:
    """The routes of guests."""

    def __init__(
        self, context: Context, authenticator: Authenticator, link: Callable[[], str | None], ended: Callable[[], None]
    ) -> None:
        """`link` gives the page's address for other machines; `ended` is told that somebody has to leave at once."""
        self._context, self._authenticator, self._address, self._ended = context, authenticator, link, ended
        self._guests = authenticator.guests

    async def _show(self, request: web.Request) -> web.Response:
        there = self._guests.listed(self._authenticator.generation)
        return json_answer([self._shown(request, each) for each in there])

    async def _invite(self, request: web.Request) -> web.Response:
        wanted = await read_json(request, InvitationRequest)
        name = printable_line(wanted.name).strip() or "guest"
        made = self._guests.invite(name, wanted.hours * _HOUR, self._authenticator.generation)
        log.info("The guest %s is invited for %d h (page).", name, wanted.hours)
        return json_answer(self._shown(request, made), 201)

    async def _code(self, request: web.Request) -> web.Response:
        found = self._guests.find(request.match_info["id"], self._authenticator.generation)
        return web.Response(body=qr_svg(self._link(request, found)), content_type="image/svg+xml")

    async def _end(self, request: web.Request) -> web.Response:
        name = self._guests.end(request.match_info["id"], self._authenticator.generation)
        log.info("The invitation of the guest %s is ended (page).", name)
        self._ended()
        return no_content()

    async def _come_in(self, request: web.Request) -> web.Response:
        wanted = await read_json(request, ComingIn)
        response = no_content()
        name = self._authenticator.let_guest_in(request, response, wanted.invitation)
        log.info("The guest %s has come in with a device.", name)
        return response

    def _shown(self, request: web.Request, invitation: Invitation) -> ShownInvitation:
        until = self._context.clock.now() + timedelta(seconds=self._guests.left(invitation))
        return ShownInvitation(
            invitation.id,
            invitation.name,
            until.astimezone().isoformat(timespec="seconds"),
            len(invitation.devices),
            self._link(request, invitation),
        )

    def _link(self, request: web.Request, invitation: Invitation) -> str:
        """By the name that the owner's own browser has found; `localhost` would be the guest's machine."""
        page = f"{request.scheme}://{request.host}/"
        if _LOOPBACK.match(request.host) and (elsewhere := self._address()):
            page = elsewhere
        return f"{page.rstrip('/')}{DOOR}#{invitation.secret}"


GUESTS = (
    Operation(
        handler=GuestHandlers._show,
        programs=False,
        does="The invitations for guests that hold",
        method="GET",
        path="/api/guests",
        answer=list[ShownInvitation],
    ),
    Operation(
        handler=GuestHandlers._invite,
        programs=False,
        does="Invite a guest, who may see Now, skip songs and choose the mood",
        method="POST",
        path="/api/guests",
        body=InvitationRequest,
        status=201,
        answer=ShownInvitation,
        errors=(409,),
    ),
    Operation(
        handler=GuestHandlers._code,
        programs=False,
        does="The link of an invitation as a QR code",
        method="GET",
        path="/api/guests/{id}/code",
        answer="image/svg+xml",
        errors=(404,),
    ),
    Operation(
        handler=GuestHandlers._end,
        programs=False,
        does="End an invitation; whoever came by it is out at once",
        method="DELETE",
        path="/api/guests/{id}",
        status=204,
        errors=(404,),
    ),
    Operation(
        handler=GuestHandlers._come_in,
        does="Come in as a guest, with what stands behind the # of an invitation's link",
        method="POST",
        path="/api/guest",
        body=ComingIn,
        status=204,
        errors=(429,),
        open=True,
    ),
)
