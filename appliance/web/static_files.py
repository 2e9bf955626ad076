"""The page itself: `index.html` for the owner, the door for everyone else, and the files that they load.

Everything is in `static/`, but what `emotion_files` makes; in a page `<!-- ./NAME.html -->` stands for that file. The
door is `sign-in.html`, and before there is a password `welcome.html`. Without signing in only the files that these name
are given out, and those that they name in turn (`/static/NAME`, or `./NAME` in a script or style).
"""

from __future__ import annotations

import re
from html import escape
from pathlib import Path

from aiohttp import web

from appliance.web.emotion_files import GENERATED, count_in_words

STATIC = Path(__file__).parent / "static"
INDEX, SIGN_IN, WELCOME = "index.html", "sign-in.html", "welcome.html"
_DOORS = {SIGN_IN, WELCOME}
_SILENT = 'role="alert"></p>'  # where a door says what was wrong

_NAMED = re.compile(r"(?:/static/|\./)([A-Za-z0-9_-][A-Za-z0-9_.-]*)")
_TYPES = {
    ".css": "text/css",
    ".ico": "image/x-icon",
    ".js": "text/javascript",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
}
_TEXT = {".css", ".js", ".svg", ".webmanifest"}
_PART = re.compile(r" *<!-- \./([a-z-]+\.html) -->\n")


def for_everyone(folder: Path = STATIC) -> frozenset[str]:
    """The names of the files that the doors are made of."""
    known: set[str] = set()
    new = {name for name in _DOORS if (folder / name).is_file()}
    while new:
        known |= new
        texts = [_whole(name, folder) for name in new if Path(name).suffix in {*_TEXT, ".html"}]
        named = {found for text in texts for found in _NAMED.findall(text) if not found.endswith(".html")}
        new = {name for name in named - known if name in GENERATED or (folder / name).is_file()}
    return frozenset(known - _DOORS)


def _whole(name: str, folder: Path = STATIC) -> str:
    """A file's text, with the parts that it names in it."""
    text = GENERATED.get(name) or (folder / name).read_text()
    return _PART.sub(lambda part: (folder / part[1]).read_text(), text)


def index_page() -> web.Response:
    """The page for the owner."""
    text = _whole(INDEX).replace("{count}", count_in_words())
    return web.Response(text=text, content_type="text/html", charset="utf-8")


def sign_in_page(has_password: bool, problem: str = "") -> web.Response:
    """The page for everyone else, with what was wrong before, or what keeps the owner out."""
    problem = f"{problem[:1].upper()}{problem[1:]}." if problem else ""
    text = _whole(SIGN_IN if has_password else WELCOME)
    text = text.replace(_SILENT, _SILENT.replace("><", f">{escape(problem)}<"))
    return web.Response(text=text, content_type="text/html", charset="utf-8")


def static_file(name: str) -> web.StreamResponse:
    """A file of the page; the browser asks each time whether it has changed. Raises HTTPNotFound."""
    if not re.fullmatch(r"[A-Za-z0-9_-][A-Za-z0-9_.-]*", name) or (kind := _TYPES.get(Path(name).suffix)) is None:
        raise web.HTTPNotFound
    charset = "; charset=utf-8" if Path(name).suffix in _TEXT else ""
    headers = {"Content-Type": kind + charset, "Cache-Control": "no-cache"}
    if name in GENERATED:
        return web.Response(text=GENERATED[name], headers=headers)
    if not (path := STATIC / name).is_file():
        raise web.HTTPNotFound
    return web.FileResponse(path, headers=headers)
