"""Who may do what: one guard before all routes, by the one declaration of the operations."""

from __future__ import annotations

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from appliance.web import static_files
from appliance.web.api.errors import WebError
from appliance.web.api.openapi import Operation
from appliance.web.api.operations import OPERATIONS
from appliance.web.auth import forms, guests_api
from appliance.web.auth.authenticator import SAFE, VISITOR, Authenticator, Visitor, check_origin
from appliance.web.auth.hosts import Hosts
from appliance.web.blueprint_files import blueprint_paths
from appliance.web.connection import Connection

_BY_ENDPOINT = {(operation.method, operation.path): operation for operation in OPERATIONS}
_OPEN_PAGES = {
    *(("GET", path) for path in ("/", "/mirror", "/offline", "/service-worker.js", guests_api.DOOR)),
    *(("GET", path) for path in blueprint_paths()),
    *(("POST", path) for path in forms.PATHS),
}
_OWNERS_PAGES = ("/plain/", "/first-days/")


def _file(path: str) -> str:
    """The name of the page's file that a path leads to."""
    return path.removeprefix("/static/")


class _Guard:
    def __init__(self, authenticator: Authenticator) -> None:
        self._authenticator = authenticator

    def check(self, request: web.Request, visitor: Visitor | None) -> None:
        """Raises WebError, or HTTPSeeOther to the door, unless the visitor may do this."""
        method = "GET" if request.method == "HEAD" else request.method
        resource = request.match_info.route.resource
        operation = _BY_ENDPOINT.get((method, resource.canonical)) if resource else None
        is_open = (
            (operation is not None and operation.open)
            or (method, request.path) in _OPEN_PAGES
            or (method == "GET" and _file(request.path) in static_files.for_everyone())
        )
        if visitor and not visitor.guest:
            if visitor.by == "token" and operation and not operation.programs:
                raise WebError(403, "a program's key does not do for this; sign in with the password")
            return
        if not is_open and method == "GET" and f"{request.path}/".startswith(_OWNERS_PAGES):
            raise web.HTTPSeeOther("/")
        if visitor and visitor.guest:
            if not (is_open or self._is_for_guests(method, request.path, operation)):
                raise WebError(403, "a guest sees Now, skips songs and chooses the mood; the rest is for the owner")
            if not request.path.startswith("/static/"):
                self._authenticator.guests.pace(visitor.guest, request.method not in SAFE)
        elif not is_open:
            raise WebError(401, "you are not signed in; sign in first, or send a token")

    def _is_for_guests(self, method: str, path: str, operation: Operation | None) -> bool:
        return operation.guests if operation else method == "GET" and _file(path) in static_files.for_guests()


def make_guard(names: str, authenticator: Authenticator) -> Middleware:
    """The guard; `names` are those by which the box is called besides its own."""
    hosts, guarding = Hosts(names), _Guard(authenticator)

    @web.middleware
    async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
        behind_tls = hosts.check(request.headers.get("Host", ""))
        visitor = authenticator.visitor(request)
        if isinstance(request.protocol, Connection):
            request.protocol.known = authenticator.is_known(request)
        if request.method not in SAFE:
            by_browser = request.path in forms.PATHS or (visitor is not None and visitor.by != "token")
            check_origin(request, by_browser, behind_tls)
        guarding.check(request, visitor)
        if request.headers.get("Content-Encoding", "identity") != "identity":
            raise WebError(415, "the body is compressed; send it as it is")
        if visitor is not None:
            request[VISITOR] = visitor
        return await handler(request)

    return guard
