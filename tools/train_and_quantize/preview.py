"""What the person in front of the camera sees: a page on this computer alone, with the picture and what to do.

OpenCV comes without windows (opencv-python-headless) and Python often without tkinter, but a browser is everywhere.
"""

from __future__ import annotations

import contextlib
import json
import secrets
import threading
from collections.abc import Iterator
from dataclasses import asdict
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import cv2
import numpy as np

from tools.train_and_quantize.collecting import Moment, Seen

_PAGE = Path(__file__).with_name("preview.html")
_WIDTH = 640
"""Pixels of the preview's width."""
_WAIT = 1.0  # seconds after which a page is sent what it has already


class Preview:
    """Holds what is to be seen; `show` is called by who collects, the pages ask from threads of their own."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._picture, self._moment, self._count = b"", Moment(), 0
        self._path = f"/{secrets.token_urlsafe(16)}"

    def show(self, seen: Seen, moment: Moment) -> None:
        """Show a frame, in the mirror, and what is said to it."""
        height, width = seen.frame.shape[:2]
        small = cv2.resize(seen.frame, (_WIDTH, max(1, height * _WIDTH // width)), interpolation=cv2.INTER_AREA)
        _, encoded = cv2.imencode(".jpg", np.ascontiguousarray(small[:, ::-1]))
        with self._changed:
            self._picture, self._moment, self._count = encoded.tobytes(), moment, self._count + 1
            self._changed.notify_all()

    @contextlib.contextmanager
    def served(self) -> Iterator[str]:
        """Serve the page; its address, which nobody else can guess and no other machine reaches."""
        preview = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                preview._answer(self)

            def log_message(self, *_: object) -> None:
                """Nobody reads it."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, name="preview", daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}{self._path}/"
        finally:
            server.shutdown()
            server.server_close()

    def _answer(self, request: BaseHTTPRequestHandler) -> None:
        with contextlib.suppress(ConnectionError):
            match request.path.removeprefix(self._path):
                case path if path == request.path:
                    request.send_error(HTTPStatus.NOT_FOUND)
                case "/":
                    _send(request, "text/html; charset=utf-8", _PAGE.read_bytes())
                case "/moment":
                    _send(request, "application/json", json.dumps(asdict(self._moment)).encode())
                case "/stream":
                    self._stream(request)
                case _:
                    request.send_error(HTTPStatus.NOT_FOUND)

    def _stream(self, request: BaseHTTPRequestHandler) -> None:
        """Pictures without an end, as browsers show them in an image (multipart/x-mixed-replace)."""
        request.send_response(HTTPStatus.OK)
        request.send_header("Content-Type", "multipart/x-mixed-replace; boundary=picture")
        request.end_headers()
        sent = -1
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._count > sent, _WAIT)  # noqa: B023 - it is waited for here
                picture, sent = self._picture, self._count
            head = f"--picture\r\nContent-Type: image/jpeg\r\nContent-Length: {len(picture)}\r\n\r\n"
            request.wfile.write(head.encode() + picture + b"\r\n")


def _send(request: BaseHTTPRequestHandler, kind: str, content: bytes) -> None:
    request.send_response(HTTPStatus.OK)
    request.send_header("Content-Type", kind)
    request.send_header("Content-Length", str(len(content)))
    request.send_header("Cache-Control", "no-store")
    request.end_headers()
    request.wfile.write(content)
