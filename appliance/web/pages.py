"""The page itself: `index.html` for the owner, `sign-in.html` for everyone else, and the files that they load.

Everything is in `static/`. Without signing in only the files that `sign-in.html` names are given out, and those that
they name in turn (`/static/NAME`, or `./NAME` in a script or style).
"""

from __future__ import annotations

import re
from pathlib import Path

from aiohttp import web

STATIC = Path(__file__).parent / "static"
INDEX, SIGN_IN = "index.html", "sign-in.html"

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
    """The names of the files that the sign-in page is made of."""
    known: set[str] = set()
    new = {SIGN_IN}
    while new:
        known |= new
        texts = [(folder / name).read_text() for name in new if (folder / name).suffix in _TEXT]
        named = {found for text in texts for found in _NAMED.findall(text)}
        new = {name for name in named - known - {INDEX} if (folder / name).is_file()}
    return frozenset(known - {SIGN_IN})


def page(name: str) -> web.Response:
    """`index.html` or `sign-in.html`."""
    return web.Response(body=(STATIC / name).read_bytes(), content_type="text/html", charset="utf-8")


def file(name: str) -> web.StreamResponse:
    """A file of the page; the browser asks each time whether it has changed. Raises HTTPNotFound."""
    if not re.fullmatch(r"[A-Za-z0-9_-][A-Za-z0-9_.-]*", name) or (kind := _TYPES.get(Path(name).suffix)) is None:
        raise web.HTTPNotFound
    path = STATIC / name
    if name in {INDEX, SIGN_IN} or not path.is_file():
        raise web.HTTPNotFound
    charset = "; charset=utf-8" if path.suffix in _TEXT else ""
    return web.FileResponse(path, headers={"Content-Type": kind + charset, "Cache-Control": "no-cache"})
