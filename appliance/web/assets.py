"""What the pages are made of, each under a name with the hash of its content: a browser asks for it once, and keeps it.

A page in `static/` names plain files (`/static/NAME`). As it is sent, its styles are one file, its modules another
(`bundle.py`), and every name has its hash (`theme-0f3a….css`); in a page `<!-- ./NAME.html -->` stands for that file.
A page and its modules are made once for each language that is asked for (`translated.py`).
"""

from __future__ import annotations

import gzip
import hashlib
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from appliance.web.bundle import bundle_scripts, bundle_styles
from appliance.web.emotion_files import GENERATED
from appliance.web.translated import translated_page, translated_script
from appliance.words.languages import Language
from appliance.words.speaking import catalogue

STATIC = Path(__file__).parent / "static"
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml; charset=utf-8",
    ".webmanifest": "application/manifest+json; charset=utf-8",
}
_PACKED = {".css", ".html", ".js", ".svg", ".webmanifest"}
_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.-]*")
_PART = re.compile(r" *<!-- \./([a-z-]+\.html) -->\n")
_STYLE = re.compile(r' *<link rel="stylesheet" href="/static/([\w.-]+)">\n')
_MODULE = re.compile(r'<script type="module" src="/static/([\w.-]+)">')
_NAMED = re.compile(r"/static/([\w-]+(?:\.[\w-]+)+)")


@dataclass(frozen=True, slots=True)
class Asset:
    """A file as it is sent: its body, and the same compressed by gzip where that makes it smaller."""

    name: str
    body: bytes
    packed: bytes | None

    @property
    def kind(self) -> str:
        """The `Content-Type`."""
        return TYPES[Path(self.name).suffix]

    @property
    def tag(self) -> str:
        """The hash of its content, in hex."""
        return hashlib.sha256(self.body).hexdigest()[:12]

    @classmethod
    def of(cls, name: str, body: bytes) -> Asset:
        """A file of this name and content."""
        packed = gzip.compress(body, 9, mtime=0) if Path(name).suffix in _PACKED else body
        return cls(name, body, packed if len(packed) < len(body) else None)


class Assets:
    """The files of a folder and what is made of them. Pages and hashed names are made when they are first wanted."""

    def __init__(self, folder: Path = STATIC) -> None:
        self._folder = folder
        self._hashed: dict[str, Asset] = {}
        self._pages: dict[tuple[str, Language], str] = {}

    def find(self, name: str) -> tuple[Asset, bool] | None:
        """The file of this name, and whether the name has its hash; None if there is none."""
        if found := self._hashed.get(name):
            return found, True
        suffix = Path(name).suffix
        if not _NAME.fullmatch(name) or suffix not in TYPES or suffix == ".html":
            return None
        if name not in GENERATED and not (self._folder / name).is_file():
            return None
        return Asset.of(name, self._bytes(name)), False

    def page(self, name: str, language: Language = "en") -> str:
        """A page's text, with bundles and hashed names in it."""
        key = name, language
        if key not in self._pages:
            text = _PART.sub(lambda part: self._text(part[1]), self._text(name))
            self._pages[key] = self.linked(translated_page(text, catalogue(language), language), language)
        return self._pages[key]

    def linked(self, text: str, language: Language = "en") -> str:
        """A page's text as it is sent, with scripts in its language."""
        if styles := _STYLE.findall(text):
            joined = self._keep("page.css", bundle_styles([self._text(each) for each in styles]).encode())
            text = _STYLE.sub("\0", text).replace("\0", f'  <link rel="stylesheet" href="/static/{joined}">\n', 1)
            text = text.replace("\0", "")
        text = _MODULE.sub(lambda found: found[0].replace(found[1], self._script(found[1], language)), text)
        return self._with_hashes(text)

    def named_in(self, text: str) -> set[str]:
        """The files that a page names, and that those name in turn."""
        names = set(_NAMED.findall(text))
        for name in list(names):
            if Path(name).suffix == ".webmanifest" and (found := self.find(name)):
                names |= set(_NAMED.findall(found[0].body.decode()))
        return names

    def _script(self, entry: str, language: Language) -> str:
        words = catalogue(language)
        text = bundle_scripts(entry, lambda name: translated_script(self._text(name), words), self._keep_script)
        return self._keep("page.js", self._with_hashes(text).encode())

    def _keep_script(self, name: str, text: str) -> str:
        return f"/static/{self._keep(name, self._with_hashes(text).encode())}"

    def _with_hashes(self, text: str) -> str:
        return _NAMED.sub(lambda found: f"/static/{self._named(found[1])}", text)

    def _named(self, name: str) -> str:
        if name in self._hashed or not (found := self.find(name)):
            return name
        return self._keep(name, found[0].body)

    def _keep(self, name: str, body: bytes) -> str:
        asset = Asset.of(name, body)
        place = Path(name)
        hashed = f"{place.stem}-{asset.tag}{place.suffix}"
        self._hashed[hashed] = asset
        return hashed

    def _text(self, name: str) -> str:
        return self._bytes(name).decode()

    def _bytes(self, name: str) -> bytes:
        return GENERATED[name].encode() if name in GENERATED else (self._folder / name).read_bytes()


@cache
def assets() -> Assets:
    """The page's own."""
    return Assets()
