"""The application: routes behind one authenticator, one way to answer errors, one set of headers."""

from __future__ import annotations

import logging

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from appliance.errors import MoodboxError
from appliance.web import headers, static_files
from appliance.web.api import (
    aim,
    backup,
    box,
    control,
    covers,
    history,
    lessons,
    library,
    lists,
    live,
    settings,
    songs,
    status,
)
from appliance.web.api.context import Context
from appliance.web.api.errors import WebError
from appliance.web.api.json_body import LARGEST, json_answer
from appliance.web.api.live import LiveStreams
from appliance.web.api.operations import OPERATIONS, DescriptionHandlers, routes
from appliance.web.auth import forms, session_api, tokens_api
from appliance.web.auth.authenticator import SAFE, Authenticator, check_origin
from appliance.web.auth.hosts import Hosts
from appliance.web.connection import Connection
from appliance.web.noscript import pages as noscript_pages

log = logging.getLogger(__name__)

_BY_ENDPOINT = {(operation.method, operation.path): operation for operation in OPERATIONS}
_OPEN_PAGES = {("GET", "/"), ("GET", "/mirror"), *(("POST", path) for path in forms.PATHS)}


def make_app(context: Context, authenticator: Authenticator, streams: LiveStreams) -> web.Application:
    """The whole application."""
    app = web.Application(middlewares=[_answering, _guard(context, authenticator)], client_max_size=LARGEST)
    app.on_response_prepare.append(headers.add)
    app.add_routes(_page(authenticator))
    app.add_routes(forms.FormHandlers(authenticator).routes())
    app.add_routes(noscript_pages.NoscriptPages(context).routes())
    handlers = (
        session_api.SessionHandlers(authenticator),
        tokens_api.TokenHandlers(authenticator.tokens),
        live.LiveHandlers(streams, authenticator),
        status.StatusHandlers(context),
        aim.AimHandlers(context),
        control.ControlHandlers(context),
        box.BoxHandlers(context),
        backup.BackupHandlers(context, authenticator),
        settings.SettingsHandlers(context),
        songs.SongHandlers(context),
        covers.CoverHandlers(context),
        library.LibraryHandlers(context),
        lists.ListHandlers(context),
        history.HistoryHandlers(context),
        lessons.LessonHandlers(context),
        DescriptionHandlers(),
    )
    app.add_routes(routes(handlers))
    return app


def _page(authenticator: Authenticator) -> list[web.RouteDef]:
    async def index(request: web.Request) -> web.StreamResponse:
        return (
            static_files.sign_in_page(authenticator.has_password, authenticator.problem)
            if authenticator.visitor(request) is None
            else static_files.index_page(request)
        )

    async def static(request: web.Request) -> web.StreamResponse:
        return static_files.static_file(request, request.match_info["name"])

    return [web.get("/", index), web.get("/mirror", index), web.get("/static/{name}", static)]


def _guard(context: Context, authenticator: Authenticator) -> Middleware:
    hosts = Hosts(context.settings.web.names)
    open_files = {f"/static/{name}" for name in static_files.for_everyone()}

    @web.middleware
    async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
        behind_tls = hosts.check(request.headers.get("Host", ""))
        method = "GET" if request.method == "HEAD" else request.method
        visitor = authenticator.visitor(request)
        if isinstance(request.protocol, Connection):
            request.protocol.known = authenticator.is_known(request)
        if request.method not in SAFE:
            by_browser = request.path in forms.PATHS or (visitor is not None and visitor.by == "session")
            check_origin(request, by_browser, behind_tls)
        resource = request.match_info.route.resource
        operation = _BY_ENDPOINT.get((method, resource.canonical)) if resource else None
        is_open = (
            (operation is not None and operation.open)
            or (method, request.path) in _OPEN_PAGES
            or (method == "GET" and request.path in open_files)
        )
        if visitor is None and not is_open:
            if method == "GET" and request.path.partition("/")[2].partition("/")[0] == "plain":
                raise web.HTTPSeeOther("/")
            raise WebError(401, "you are not signed in; sign in first, or send a token")
        if visitor and visitor.by == "token" and operation and not operation.programs:
            raise WebError(403, "a program's key does not do for this; sign in with the password")
        if request.headers.get("Content-Encoding", "identity") != "identity":
            raise WebError(415, "the body is compressed; send it as it is")
        return await handler(request)

    return guard


@web.middleware
async def _answering(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn every error into an answer that says what is wrong."""
    try:
        return await handler(request)
    except WebError as error:
        response = _error(request, str(error), error.status)
        response.headers.update(error.headers)
        return response
    except web.HTTPException as error:
        response = _error(request, _words(request, error), error.status)
        response.headers.update({key: value for key, value in error.headers.items() if key in {"Allow", "Location"}})
        return response
    except MoodboxError as error:
        return _error(request, str(error), 409)
    except ConnectionError:  # nobody is there any more to be answered
        return web.Response(status=400)
    except Exception:
        log.exception("the page could not answer %s %r", request.method, request.path)
        return _error(request, "a fault of Moodbox's own; the log tells more (journalctl -u moodbox)", 500)


def _error(request: web.Request, text: str, status: int) -> web.Response:
    """What is wrong: as a page where a page was asked for, else as the API says it."""
    if f"{request.path}/".startswith("/plain/"):
        return noscript_pages.error_page(text, status)
    return json_answer({"error": text}, status)


def _words(request: web.Request, error: web.HTTPException) -> str:
    match error.status:
        case 404:
            return f"there is nothing at {request.path}; /api/openapi.json describes what there is"
        case 405:
            return f"{request.path} knows no {request.method}; it knows {error.headers.get('Allow', 'others')}"
        case 413:
            return "the body is too large"
        case _:
            return error.reason
