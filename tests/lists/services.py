"""Services of lists on loopback: real HTTP, with answers of the shapes that ListenBrainz and Spotify give."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

MBID = "0dd22bd0-4cf6-4a54-8d4e-6b3fd0e7e6{:02x}"


@dataclass
class Answer:
    """What the server says to a request."""

    body: Any = ""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def data(self) -> bytes:
        """The body as it is sent."""
        if isinstance(self.body, bytes):
            return self.body
        return (self.body if isinstance(self.body, str) else json.dumps(self.body)).encode()


@dataclass
class Asked:
    """A request that came."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    form: dict[str, str]


class Service:
    """A server whose paths answer by `on`: an answer, or what makes one of a request."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.on: dict[str, Answer | list[Answer] | Callable[[Asked], Answer]] = {}
        """A list of answers is used up one by one, but for the last."""
        self.asked: list[Asked] = []

    def answer(self, asked: Asked) -> Answer:
        """What a request is answered with."""
        self.asked.append(asked)
        found = self.on.get(asked.path, Answer({"error": "no such thing"}, 404))
        if isinstance(found, list):
            return found.pop(0) if len(found) > 1 else found[0]
        return found if isinstance(found, Answer) else found(asked)


@contextlib.contextmanager
def serving() -> Iterator[Service]:
    """A service on a port of loopback."""

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Say nothing."""

        def do_GET(self) -> None:
            self._serve("")

        def do_POST(self) -> None:
            self._serve(self.rfile.read(int(self.headers.get("Content-Length", 0))).decode())

        def _serve(self, body: str) -> None:
            address = urlsplit(self.path)
            query = {key: values[-1] for key, values in parse_qs(address.query).items()}
            form = {key: values[-1] for key, values in parse_qs(body).items()}
            answer = service.answer(Asked(self.command, address.path, query, dict(self.headers), form))
            with contextlib.suppress(ConnectionError):
                self.send_response(answer.status)
                for name, value in {"Content-Length": str(len(answer.data)), **answer.headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(answer.data)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    service = Service(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def listenbrainz_playlist(title: str, *songs: tuple[str, str]) -> dict[str, Any]:
    """A playlist as `GET /1/playlist/…` gives it."""
    return {
        "playlist": {
            "annotation": "",
            "creator": "listenbrainz",
            "date": "2026-11-23T00:01:02.000000+00:00",
            "identifier": f"https://listenbrainz.org/playlist/{MBID.format(255)}",
            "title": title,
            "track": [
                {
                    "album": "An album",
                    "creator": artist,
                    "duration": 201_000,
                    "extension": {"https://musicbrainz.org/doc/jspf#track": {"added_by": "troi-bot"}},
                    "identifier": [f"https://musicbrainz.org/recording/{MBID.format(number)}"],
                    "title": song,
                }
                for number, (artist, song) in enumerate(songs)
            ],
        }
    }


def made_for(mbid: str, kind: str, date: str) -> dict[str, Any]:
    """An item of `GET /1/user/…/playlists/createdfor`: a playlist without its songs."""
    return {
        "playlist": {
            "date": date,
            "extension": {
                "https://musicbrainz.org/doc/jspf#playlist": {
                    "additional_metadata": {"algorithm_metadata": {"source_patch": kind}},
                    "created_for": "rob",
                    "public": True,
                }
            },
            "identifier": f"https://listenbrainz.org/playlist/{mbid}",
            "title": kind,
            "track": [],
        }
    }


def spotify_item(title: str, *artists: str, isrc: str = "", seconds: float = 200) -> dict[str, Any]:
    """An item of `GET /playlists/…/items`."""
    return {
        "added_at": "2026-11-01T10:00:00Z",
        "is_local": False,
        "item": {
            "album": {"name": "An album"},
            "artists": [{"name": name, "type": "artist"} for name in artists],
            "duration_ms": round(seconds * 1000),
            "external_ids": {"isrc": isrc} if isrc else {},
            "name": title,
            "type": "track",
        },
    }


def spotify_page(items: list[dict[str, Any]], offset: int, limit: int, url: str) -> dict[str, Any]:
    """A page of a playlist's items."""
    following = offset + limit
    return {
        "href": url,
        "items": items[offset:following],
        "limit": limit,
        "next": f"{url}?offset={following}&limit={limit}" if following < len(items) else None,
        "offset": offset,
        "total": len(items),
    }
