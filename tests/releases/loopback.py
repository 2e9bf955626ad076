"""A web server on the loopback that hands out releases, well or badly."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


class Loopback:
    """`files` by path. `deeds` by path answer in their place: they are given the handler, and write what they like."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.deeds: dict[str, Callable[[BaseHTTPRequestHandler], None]] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.ranges = True
        self.breaks_after: int | None = None
        """Bytes of a body after which a connection is cut."""
        self.url = ""

    def serve(self, folder: Path) -> None:
        """Hand out what lies in a folder, as it is now."""
        self.files |= {f"/{file.name}": file.read_bytes() for file in folder.iterdir()}

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        self.asked.append((handler.path, dict(handler.headers.items())))
        if deed := self.deeds.get(handler.path):
            deed(handler)
            return
        data = self.files.get(handler.path)
        if data is None:
            handler.send_error(404)
            return
        etag, begin = f'"{hash(data)}"', 0
        if handler.headers.get("If-None-Match") == etag:
            handler.send_response(304)
            handler.end_headers()
            return
        if self.ranges and (wanted := handler.headers.get("Range")):
            begin = int(wanted.removeprefix("bytes=").partition("-")[0])
            handler.send_response(206)
            handler.send_header("Content-Range", f"bytes {begin}-{len(data) - 1}/{len(data)}")
        else:
            handler.send_response(200)
        handler.send_header("ETag", etag)
        handler.send_header("Content-Length", str(len(data) - begin))
        handler.end_headers()
        body = data[begin:]
        handler.wfile.write(body if self.breaks_after is None else body[: self.breaks_after])
        if self.breaks_after is not None and len(body) > self.breaks_after:
            handler.wfile.flush()
            handler.connection.close()

    def offer(self, name: str, data: bytes) -> None:
        """Hand out a release of version 9.0.0, and the index that lists it."""
        index = {"moodbox_releases": 1, "releases": [{"version": "9.0.0", "file": name}]}
        self.files |= {"/index.json": json.dumps(index).encode(), f"/{name}": data}


@contextlib.contextmanager
def loopback() -> Iterator[Loopback]:
    """Have one while the context is open."""
    served = Loopback()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            with contextlib.suppress(OSError, ValueError):  # who asked has gone
                served.answer(self)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.block_on_close = False
    served.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
