"""The page itself: `index_page.html` for the owner, the door for everyone else, and the files that they load.

Everything is in `static/`. The door is `sign-in.html`, and before there is a password `welcome.html`. Without signing
in only the files that these name are given out, and those that they name in turn (`/static/NAME`, or `./NAME` in a
script or style).
"""

from __future__ import annotations

import re
from html import escape
from pathlib import Path

from aiohttp import web

STATIC = Path(__file__).parent / "static"
INDEX, SIGN_IN, WELCOME = "index.html", "sign-in.html", "welcome.html"
_DOORS = {SIGN_IN, WELCOME}
_SILENT = 'role="alert"></p>'  # where a door says what was wrong

_NAMED = re.compile(r"(?:/static/|\./)([A-Za-z0-9_-][A-Za-z0-9_.-]*)")
_TYPES = {
    ".css": "text/css",
    ".html": "text/html",
    ".ico": "image/x-icon",
    ".js": "text/javascript",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
}
_TEXT = {".css", ".html", ".js", ".svg", ".webmanifest"}


def for_everyone(folder: Path = STATIC) -> frozenset[str]:
    """The names of the files that the doors are made of."""
    known: set[str] = set()
    new = {name for name in _DOORS if (folder / name).is_file()}
    while new:
        known |= new
        texts = [(folder / name).read_text() for name in new if (folder / name).suffix in _TEXT]
        named = {found for text in texts for found in _NAMED.findall(text)}
        new = {name for name in named - known - {INDEX} if (folder / name).is_file()}
    return frozenset(known - _DOORS)


def index_page() -> web.Response:
    """The page for the owner."""
    return web.Response(body=(STATIC / INDEX).read_bytes(), content_type="text/html", charset="utf-8")


def sign_in_page(has_password: bool, problem: str = "") -> web.Response:
    """The page for everyone else, with what was wrong before."""
    text = (STATIC / (SIGN_IN if has_password else WELCOME)).read_text()
    text = text.replace(_SILENT, _SILENT.replace("><", f">{escape(problem)}<"))
    return web.Response(text=text, content_type="text/html", charset="utf-8")


def static_file(name: str) -> web.StreamResponse:
    """A file of the page; the browser asks each time whether it has changed. Raises HTTPNotFound."""
    if not re.fullmatch(r"[A-Za-z0-9_-][A-Za-z0-9_.-]*", name) or (kind := _TYPES.get(Path(name).suffix)) is None:
        raise web.HTTPNotFound
    path = STATIC / name
    if name in {INDEX, *_DOORS} or not path.is_file():
        raise web.HTTPNotFound
    charset = "; charset=utf-8" if path.suffix in _TEXT else ""
    return web.FileResponse(path, headers={"Content-Type": kind + charset, "Cache-Control": "no-cache"})
