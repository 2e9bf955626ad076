"""The application: routes behind one guard, one way to answer errors, one set of headers."""

from __future__ import annotations

import logging
from collections.abc import Callable

from aiohttp import web
from aiohttp.typedefs import Handler

from appliance.errors import MoodboxError
from appliance.web import headers, static_files
from appliance.web.api import (
    aim,
    backup,
    box,
    certificate,
    control,
    covers,
    faces,
    first_days,
    history,
    house,
    lessons,
    library,
    lists,
    live,
    outputs,
    settings,
    song_map,
    songs,
    speakers,
    status,
    update,
)
from appliance.web.api.context import Context
from appliance.web.api.errors import WebError
from appliance.web.api.json_body import LARGEST, json_answer
from appliance.web.api.live import LiveStreams
from appliance.web.api.operations import DescriptionHandlers, routes
from appliance.web.auth import forms, guests_api, session_api, tokens_api
from appliance.web.auth.authenticator import Authenticator
from appliance.web.auth.hosts import Hosts
from appliance.web.blueprint_files import blueprint_routes
from appliance.web.first_days import FirstDaysStore
from appliance.web.guard import make_guard
from appliance.web.https import Https, make_redirect
from appliance.web.noscript import pages as noscript_pages
from appliance.web.portal import make_portal
from appliance.web.reader import speaking_to_reader
from appliance.words.retelling import retold
from appliance.words.speaking import t

log = logging.getLogger(__name__)


def make_app(
    context: Context, authenticator: Authenticator, streams: LiveStreams, link: Callable[[], str | None], https: Https
) -> web.Application:
    """The whole application; `link` gives the page's address for other machines, if they can reach it."""
    speaking = speaking_to_reader(lambda: context.language.choice)
    names = context.settings.web.names
    redirect = make_redirect(https, context.settings.web.redirect, Hosts(names).check)
    portal, guard = make_portal(context.settings.run_dir), make_guard(names, authenticator)
    app = web.Application(middlewares=[speaking, _answering, portal, redirect, guard], client_max_size=LARGEST)
    app.on_response_prepare.append(headers.add)
    days = FirstDaysStore(context.settings.state_dir)
    app.add_routes(_page(authenticator, days))
    app.add_routes(forms.FormHandlers(authenticator).routes())
    app.add_routes(noscript_pages.NoscriptPages(context).routes())
    handlers = (
        session_api.SessionHandlers(authenticator),
        tokens_api.TokenHandlers(authenticator.tokens),
        guests_api.GuestHandlers(context, authenticator, link, streams.look_again),
        live.LiveHandlers(streams, authenticator),
        status.StatusHandlers(context),
        aim.AimHandlers(context),
        control.ControlHandlers(context),
        outputs.OutputHandlers(context),
        speakers.SpeakerHandlers(context),
        house.HouseHandlers(context),
        box.BoxHandlers(context),
        backup.BackupHandlers(context, authenticator),
        update.UpdateHandlers(context),
        settings.SettingsHandlers(context),
        songs.SongHandlers(context),
        covers.CoverHandlers(context),
        library.LibraryHandlers(context),
        song_map.SongMapHandlers(context),
        lists.ListHandlers(context),
        history.HistoryHandlers(context),
        lessons.LessonHandlers(context),
        faces.FaceHandlers(context),
        first_days.FirstDaysHandlers(days),
        certificate.CertificateHandlers(https),
        DescriptionHandlers(),
    )
    app.add_routes(routes(handlers))
    return app


def _page(authenticator: Authenticator, days: FirstDaysStore) -> list[web.RouteDef]:
    async def index(request: web.Request) -> web.StreamResponse:
        resume = days.kept.begun and not days.kept.over
        return _door(authenticator, request) or static_files.index_page(request, resume)

    async def mirror(request: web.Request) -> web.StreamResponse:
        return _door(authenticator, request) or static_files.mirror_page(request)

    async def first_days(request: web.Request) -> web.StreamResponse:
        return static_files.first_days_page(request)

    async def offline(request: web.Request) -> web.StreamResponse:
        return static_files.offline_page(request)

    async def service_worker(request: web.Request) -> web.StreamResponse:
        return static_files.service_worker(request)

    async def guest(request: web.Request) -> web.StreamResponse:
        visitor = authenticator.visitor(request)
        return static_files.guest_page(request, visitor is not None and visitor.is_guest)

    async def static(request: web.Request) -> web.StreamResponse:
        return static_files.static_file(request, request.match_info["name"])

    return [
        web.get("/", index),
        web.get("/mirror", mirror),
        web.get(guests_api.DOOR, guest),
        web.get("/first-days", first_days),
        web.get("/offline", offline),
        web.get("/service-worker.js", service_worker),
        web.get("/static/{name}", static),
        *blueprint_routes(),
    ]


def _door(authenticator: Authenticator, request: web.Request) -> web.Response | None:
    """What whoever is not the owner gets instead of the owner's page."""
    visitor = authenticator.visitor(request)
    if visitor is None:
        return static_files.sign_in_page(authenticator.has_password, authenticator.problem)
    if visitor.is_guest:
        raise web.HTTPSeeOther(guests_api.DOOR)
    return None


@web.middleware
async def _answering(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn every error into an answer that says what is wrong."""
    try:
        return await handler(request)
    except WebError as error:
        response = _error(request, retold(str(error)), error.status)
        response.headers.update(error.headers)
        return response
    except web.HTTPException as error:
        response = _error(request, _words(request, error), error.status)
        response.headers.update({key: value for key, value in error.headers.items() if key in {"Allow", "Location"}})
        return response
    except MoodboxError as error:
        return _error(request, retold(str(error)), 409)
    except ConnectionError:  # nobody is there any more to be answered
        return web.Response(status=400)
    except Exception:
        log.exception("the page could not answer %s %r", request.method, request.path)
        return _error(request, t("a fault of Moodbox's own; the log tells more (journalctl -u moodbox)"), 500)


def _error(request: web.Request, text: str, status: int) -> web.Response:
    """What is wrong: as a page where a page was asked for, else as the API says it."""
    if f"{request.path}/".startswith("/plain/"):
        return noscript_pages.error_page(text, status)
    return json_answer({"error": text}, status)


def _words(request: web.Request, error: web.HTTPException) -> str:
    match error.status:
        case 404:
            return t("there is nothing at {path}; /api/openapi.json describes what there is", path=request.path)
        case 405:
            allowed = error.headers.get("Allow", t("others"))
            return t("{path} knows no {method}; it knows {allowed}", path=request.path, method=request.method,
                     allowed=allowed)  # fmt: skip
        case 413:
            return t("the body is too large")
        case _:
            return error.reason
