"""Which language a visitor reads: their own choice, kept in a cookie; else the owner's setting; else their browser's.

A program that names no language reads English. `?language=TAG` on a page makes the choice, `?language=auto` ends it.
"""

from __future__ import annotations

from collections.abc import Callable

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from appliance.words.languages import LANGUAGES, NAMES, Language, LanguageChoice, accepted_language
from appliance.words.speaking import speaking

COOKIE = "moodbox_language"
_LASTS = 365 * 86_400  # seconds
_PARAMETER = "language"


def reader_language(request: web.Request, setting: LanguageChoice) -> Language:
    """The language to answer a request in."""
    chosen = request.cookies.get(COOKIE)
    if chosen in LANGUAGES:
        return chosen
    accepted = request.headers.get("Accept-Language")
    if accepted is None:
        return "en"
    return accepted_language(accepted) if setting == "auto" else setting


def speaking_to_reader(setting: Callable[[], LanguageChoice]) -> Middleware:
    """Answers each request in its reader's language; `setting` gives the owner's choice as it holds now."""

    @web.middleware
    async def speak(request: web.Request, handler: Handler) -> web.StreamResponse:
        wanted = request.query.get(_PARAMETER)
        if request.method == "GET" and wanted and not request.path.startswith("/api/"):
            return _chosen(request, wanted)
        with speaking(reader_language(request, setting())):
            return await handler(request)

    return speak


def _chosen(request: web.Request, wanted: str) -> web.Response:
    """Keep the choice in the browser, and lead back to the page without it in the address."""
    rest = request.rel_url.without_query_params(_PARAMETER)
    # of the path alone: an address that begins with two slashes would lead elsewhere
    response = web.Response(status=303, headers={"Location": f"/{str(rest).lstrip('/')}"})
    if wanted in LANGUAGES:
        response.set_cookie(COOKIE, wanted, max_age=_LASTS, path="/", samesite="Lax")
    else:
        response.del_cookie(COOKIE, path="/")
    return response


def language_options() -> str:
    """Each language as an option of a `<select>`, in HTML."""
    return "".join(f'<option value="{tag}" lang="{tag}">{name}</option>' for tag, name in NAMES.items())


def language_links() -> str:
    """Each language as a link of the page that one is on, in HTML."""
    return " · ".join(
        f'<a href="?{_PARAMETER}={tag}" lang="{tag}" hreflang="{tag}">{name}</a>' for tag, name in NAMES.items()
    )
