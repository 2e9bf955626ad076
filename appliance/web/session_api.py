"""Signing in and out, and the password."""

from __future__ import annotations

from aiohttp import web
from msgspec import Struct

from appliance.web.body import answer, done, read
from appliance.web.door import Door
from appliance.web.errors import WebError
from appliance.web.passwords import PasswordError


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
        return answer({"signed_in": signed_in, "password_set": self._door.passwords.is_set})

    async def _sign_in(self, request: web.Request) -> web.Response:
        wanted = await read(request, SignIn)
        if not self._door.passwords.is_set:
            raise WebError(409, "there is no password yet; set one first")
        if not await self._door.passwords.matches(wanted.password):
            raise WebError(
                401, "this is not the password; if it is lost, set another at the box: moodbox page password"
            )
        response = done()
        self._door.open_for(response)
        return response

    async def _sign_out(self, request: web.Request) -> web.Response:
        response = done()
        self._door.close_for(request, response)
        return response

    async def _set_password(self, request: web.Request) -> web.Response:
        wanted = await read(request, NewPassword)
        passwords = self._door.passwords
        if passwords.is_set:
            if self._door.visitor(request) is None:
                raise WebError(401, "there is a password already; sign in to change it")
            if not await passwords.matches(wanted.old):
                raise WebError(403, "the old password is another one")
        try:
            await passwords.change(wanted.password)
        except PasswordError as error:
            raise WebError(400, str(error)) from error
        response = done()
        self._door.open_for(response)
        return response
