"""Signing in and out, and the password."""

from __future__ import annotations

from aiohttp import web
from msgspec import Struct

from appliance.web.api.errors import WebError
from appliance.web.api.json_body import json_answer, no_content, read_json
from appliance.web.api.openapi import Operation
from appliance.web.auth.authenticator import Authenticator
from appliance.web.auth.passwords import PasswordError, PasswordNotKept

_WRONG = "this is not the password; if it is lost, set another at the box: moodbox page password"


class SignInRequest(Struct, forbid_unknown_fields=True):
    """The owner's password."""

    password: str


class PasswordRequest(Struct, forbid_unknown_fields=True):
    """A new password, and the old one unless there is none."""

    password: str
    old: str = ""


class SessionState(Struct, omit_defaults=True):
    """Whether the client is signed in, whether there is a password yet, and whether it is a guest who asks."""

    signed_in: bool
    password_set: bool
    guest: bool = False


class SessionHandlers:
    """The routes of signing in."""

    def __init__(self, authenticator: Authenticator) -> None:
        self._authenticator = authenticator

    async def _show(self, request: web.Request) -> web.Response:
        visitor = self._authenticator.visitor(request)
        guest = visitor is not None and visitor.is_guest
        return json_answer(SessionState(visitor is not None, self._authenticator.has_password, guest))

    async def _sign_in(self, request: web.Request) -> web.Response:
        wanted = await read_json(request, SignInRequest)
        await self._authenticator.check_password(request, wanted.password, 401, _WRONG)
        response = no_content()
        self._authenticator.open_for(request, response)
        return response

    async def _sign_out(self, request: web.Request) -> web.Response:
        response = no_content()
        self._authenticator.close_for(request, response)
        return response

    async def _set_password(self, request: web.Request) -> web.Response:
        wanted = await read_json(request, PasswordRequest)
        try:
            if self._authenticator.has_password:
                visitor = self._authenticator.visitor(request)
                if visitor is None or visitor.is_guest:
                    raise WebError(401, "there is a password already; sign in to change it")
                await self._authenticator.check_password(request, wanted.old, 403, "the old password is another one")
                await self._authenticator.change_password(wanted.password)
            else:
                await self._authenticator.set_first_password(request, wanted.password)
        except PasswordNotKept as error:
            raise WebError(507, str(error)) from error
        except PasswordError as error:
            raise WebError(400, str(error)) from error
        response = no_content()
        self._authenticator.open_for(request, response)
        return response


SIGNING_IN = (
    Operation(
        handler=SessionHandlers._show,
        does="Whether you are signed in",
        method="GET",
        path="/api/session",
        answer=SessionState,
        open=True,
    ),
    Operation(
        handler=SessionHandlers._sign_in,
        does="Sign in",
        method="POST",
        path="/api/session",
        body=SignInRequest,
        status=204,
        errors=(409, 429),
        open=True,
    ),
    Operation(
        handler=SessionHandlers._sign_out,
        does="Sign out",
        method="DELETE",
        path="/api/session",
        status=204,
        guests=True,
    ),
    Operation(
        handler=SessionHandlers._set_password,
        does="Set the password: the first time from the home's network, later with the old one",
        method="POST",
        path="/api/password",
        programs=False,
        body=PasswordRequest,
        status=204,
        errors=(409, 429, 507),
        open=True,
    ),
)
