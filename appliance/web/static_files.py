"""The page itself: `index.html` for the owner, the door for everyone else, and the files that they load.

The door is `sign-in.html`, and before there is a password `welcome.html`; that of guests is `guest-door.html`, and
in the box's own access point `wifi.html` is shown. Without signing in only the files that these name are given out, and
to a guest those of `guest.html`.
"""

from __future__ import annotations

import json
from functools import cache
from html import escape

from aiohttp import web

from appliance.domain.emotions import EMOTIONS
from appliance.web.assets import Asset, assets
from appliance.web.reader import language_links, language_options
from appliance.words.languages import Language
from appliance.words.speaking import spoken

INDEX, SIGN_IN, WELCOME = "index.html", "sign-in.html", "welcome.html"
FIRST_DAYS, OFFLINE = "first-days.html", "offline.html"
GUEST, GUEST_DOOR = "guest.html", "guest-door.html"
WIFI, WIFI_JOINING = "wifi.html", "wifi-joining.html"
_SILENT = 'role="alert"></p>'  # where a door says what was wrong
_HIDDEN_HINT = b'id="first-days" hidden'
_FOR_EVER = "private, max-age=31536000, immutable"


def for_everyone() -> frozenset[str]:
    """The names of the files that the doors are made of, in the language that is spoken now."""
    return _made_of((SIGN_IN, WELCOME, GUEST_DOOR, OFFLINE, WIFI), spoken())


def for_guests() -> frozenset[str]:
    """The names of the files that the guests' page is made of, in the language that is spoken now."""
    return _made_of((GUEST,), spoken())


@cache
def _made_of(names: tuple[str, ...], language: Language) -> frozenset[str]:
    pages = (assets().page(name, language) for name in names)
    return frozenset(named for page in pages for named in assets().named_in(page))


@cache
def _whole(name: str, language: Language) -> Asset:
    text = assets().page(name, language).replace("{count}", str(len(EMOTIONS)))
    links = language_options() if name == INDEX else language_links()
    return Asset.of(name, text.replace("{languages}", links).encode())


def guest_page(request: web.Request, is_in: bool) -> web.Response:
    """The page for guests; for whoever has not come in yet, or whose invitation has ended, the door to it."""
    return _answer(request, _whole(GUEST if is_in else GUEST_DOOR, spoken()), {})


def index_page(request: web.Request, resume: bool) -> web.Response:
    """The page for the owner; `resume`: it offers to go on with the first steps."""
    return _answer(request, _resuming(spoken()) if resume else _whole(INDEX, spoken()), {})


def mirror_page(request: web.Request) -> web.Response:
    """The same page with nothing but the mirror, on a whole screen."""
    return _answer(request, _mirror(spoken()), {})


@cache
def _resuming(language: Language) -> Asset:
    return Asset.of(INDEX, _whole(INDEX, language).body.replace(_HIDDEN_HINT, _HIDDEN_HINT.removesuffix(b" hidden"), 1))


@cache
def _mirror(language: Language) -> Asset:
    return Asset.of(INDEX, _whole(INDEX, language).body.replace(b"<body>", b'<body class="screen">', 1))


def first_days_page(request: web.Request) -> web.Response:
    """The way through the first days, for the owner."""
    return _answer(request, _whole(FIRST_DAYS, spoken()), {})


def offline_page(request: web.Request) -> web.Response:
    """What the installed page shows where the box cannot be reached."""
    return _answer(request, _whole(OFFLINE, spoken()), {})


def service_worker(request: web.Request) -> web.Response:
    """The script that keeps the shell: the offline page and what it is made of, never anything of the box's own."""
    names = sorted(name for name in assets().named_in(assets().page(OFFLINE, spoken())) if not name.startswith("icon-"))
    found = assets().find("service-worker.js")
    assert found
    shell = json.dumps(["/offline", *(f"/static/{name}" for name in names)])
    return _answer(request, Asset.of("service-worker.js", found[0].body.replace(b"[]", shell.encode(), 1)), {})


def sign_in_page(has_password: bool, problem: str = "") -> web.Response:
    """The page for everyone else, with what was wrong before, or what keeps the owner out."""
    problem = f"{problem[:1].upper()}{problem[1:]}." if problem else ""
    text = assets().page(SIGN_IN if has_password else WELCOME, spoken()).replace("{languages}", language_links())
    text = text.replace(_SILENT, _SILENT.replace("><", f">{escape(problem)}<"))
    return web.Response(text=text, content_type="text/html", charset="utf-8")


def wifi_page(networks: str, problem: str) -> web.Response:
    """The choice of a network, given as HTML, with what was wrong before."""
    text = assets().page(WIFI, spoken()).replace("{networks}", networks).replace("{languages}", language_links())
    text = text.replace(_SILENT, _SILENT.replace("><", f">{escape(problem)}<"))
    return web.Response(text=text, content_type="text/html", charset="utf-8")


def wifi_joining_page(names: dict[str, str]) -> web.Response:
    """What is shown while the box joins a network; `names` are filled in."""
    text = assets().page(WIFI_JOINING, spoken())
    for name, value in names.items():
        text = text.replace(f"{{{name}}}", escape(value))
    return web.Response(text=text, content_type="text/html", charset="utf-8")


def static_file(request: web.Request, name: str) -> web.Response:
    """A file of the page: kept for ever under its hash; under its plain name the browser asks each time.

    Raises HTTPNotFound.
    """
    found = assets().find(name)
    if found is None:
        raise web.HTTPNotFound
    asset, hashed = found
    headers = {"Cache-Control": _FOR_EVER if hashed else "no-cache", "ETag": f'"{asset.tag}"'}
    if request.headers.get("If-None-Match") == headers["ETag"]:
        return web.Response(status=304, headers=headers)
    return _answer(request, asset, headers)


def _answer(request: web.Request, asset: Asset, headers: dict[str, str]) -> web.Response:
    headers = {"Content-Type": asset.kind, "Vary": "Accept-Encoding", **headers}
    if asset.packed is not None and "gzip" in request.headers.get("Accept-Encoding", ""):
        return web.Response(body=asset.packed, headers=headers | {"Content-Encoding": "gzip"})
    return web.Response(body=asset.body, headers=headers)
