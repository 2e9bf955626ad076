"""Plain forms for browsers without scripts: sign in, choose the first password, sign out."""

from __future__ import annotations

from urllib.parse import parse_qs

from aiohttp import web

from appliance.web import static_files
from appliance.web.api.errors import WebError
from appliance.web.api.json_body import LARGEST, take
from appliance.web.auth.authenticator import Authenticator
from appliance.web.auth.passwords import PasswordError, PasswordNotKept

PATHS = {"/sign-in", "/welcome", "/sign-out"}
"""Where forms go. Only browsers send forms, so a form must always say which page it comes from."""


class FormHandlers:
    """The routes of the forms."""

    def __init__(self, authenticator: Authenticator) -> None:
        self._authenticator = authenticator

    def routes(self) -> list[web.RouteDef]:
        """The routes of these handlers."""
        return [
            web.post("/sign-in", self._sign_in),
            web.post("/welcome", self._welcome),
            web.post("/sign-out", self._sign_out),
        ]

    async def _sign_in(self, request: web.Request) -> web.Response:
        fields = await read_fields(request)
        try:
            await self._authenticator.check_password(
                request, fields.get("password", ""), 401, "this is not the password"
            )
        except WebError as error:
            return self._again(error)
        return self._opened(request)

    async def _welcome(self, request: web.Request) -> web.Response:
        fields = await read_fields(request)
        password = fields.get("password", "")
        if self._authenticator.has_password:
            return self._again(WebError(401, "there is a password already; sign in with it"))
        if password != fields.get("again", ""):
            return self._again(WebError(400, "the two are not the same; type it once more"))
        try:
            await self._authenticator.set_first_password(request, password)
        except PasswordError as error:
            return self._again(WebError(507 if isinstance(error, PasswordNotKept) else 400, str(error)))
        except WebError as error:
            return self._again(error)
        return self._opened(request)

    async def _sign_out(self, request: web.Request) -> web.Response:
        response = _to_the_page()
        self._authenticator.close_for(request, response)
        return response

    def _again(self, error: WebError) -> web.Response:
        """The form once more, with what was wrong."""
        response = static_files.sign_in_page(self._authenticator.has_password, str(error))
        response.set_status(error.status)
        response.headers.update(error.headers)
        return response

    def _opened(self, request: web.Request) -> web.Response:
        response = _to_the_page()
        self._authenticator.open_for(request, response)
        return response


def _to_the_page() -> web.Response:
    return web.Response(status=303, headers={"Location": "/"})


async def read_fields(request: web.Request) -> dict[str, str]:
    """The form's fields, the first of each name. Raises WebError 408, 413 or 415."""
    if request.content_type != "application/x-www-form-urlencoded":
        raise WebError(415, f"the body is {request.content_type}; here it must come from the page's form")
    found = parse_qs((await take(request, LARGEST)).decode(errors="replace"))
    return {name: values[0] for name, values in found.items()}
