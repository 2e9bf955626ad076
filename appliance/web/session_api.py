"""Signing in and out, and the password."""

from __future__ import annotations

from aiohttp import web
from msgspec import Struct

from appliance.web.body import answer, done, read
from appliance.web.door import Door
from appliance.web.errors import WebError
from appliance.web.passwords import PasswordError

_WRONG = "this is not the password; if it is lost, set another at the box: moodbox page password"


class SignIn(Struct, forbid_unknown_fields=True):
    """The owner's password."""

    password: str


class NewPassword(Struct, forbid_unknown_fields=True):
    """A new password, and the old one unless there is none."""

    password: str
    old: str = ""


class SessionRoom:
    """The routes of signing in."""

    def __init__(self, door: Door) -> None:
        self._door = door

    def routes(self) -> list[web.RouteDef]:
        """The routes of this room."""
        return [
            web.get("/api/session", self._show),
            web.post("/api/session", self._sign_in),
            web.delete("/api/session", self._sign_out),
            web.post("/api/password", self._set_password),
        ]

    async def _show(self, request: web.Request) -> web.Response:
        signed_in = self._door.visitor(request) is not None
        return answer({"signed_in": signed_in, "password_set": self._door.has_password})

    async def _sign_in(self, request: web.Request) -> web.Response:
        wanted = await read(request, SignIn)
        await self._door.check_password(request, wanted.password, 401, _WRONG)
        response = done()
        self._door.open_for(request, response)
        return response

    async def _sign_out(self, request: web.Request) -> web.Response:
        response = done()
        self._door.close_for(request, response)
        return response

    async def _set_password(self, request: web.Request) -> web.Response:
        wanted = await read(request, NewPassword)
        try:
            if self._door.has_password:
                if self._door.visitor(request) is None:
                    raise WebError(401, "there is a password already; sign in to change it")
                await self._door.check_password(request, wanted.old, 403, "the old password is another one")
                await self._door.change_password(wanted.password)
            else:
                await self._door.set_first_password(request, wanted.password)
        except PasswordError as error:
            raise WebError(400, str(error)) from error
        response = done()
        self._door.open_for(request, response)
        return response
