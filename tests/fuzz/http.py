"""The owner's page, byte by byte: whatever comes is answered or hung up on, and the next visitor is served."""

from __future__ import annotations

import logging
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

from appliance.web.api.operations import OPERATIONS
from tests.fuzz.fuzz import Fuzz
from tests.fuzz.mutate import ODD_BYTES, mutated
from tests.web.served import Served, with_quick_passwords

_PATHS = [
    (operation.method, re.sub(r"{emotion}", "sad", re.sub(r"{(name|id)}", "a.flac", operation.path)))
    for operation in OPERATIONS
    if operation.path != "/api/stream"
] + [("GET", path) for path in ("/", "/welcome", "/plain", "/plain/songs/sad", "/main.js", "/nothing")]
_BODIES = (
    b'{"emotion": "happy"}',
    b'{"on": false}',
    b'{"volume": 50}',
    b'{"password": "correct horse"}',
    b"fLaC" + bytes(60),
    b"{}",
)
_WORDS = (
    b"\r\n",
    b"\r\n\r\n",
    b"Content-Length: 99999999999\r\n",
    b"Content-Length: -1\r\n",
    b"Transfer-Encoding: chunked\r\n",
    b"Expect: 100-continue\r\n",
    b"Upgrade: websocket\r\nConnection: Upgrade\r\n",
    b"Range: bytes=5-2,-9\r\n",
    b"Content-Encoding: gzip\r\n",
    b"Cookie: moodbox_session=x; =; ;\r\n",
    b"%00",
    b"%2e%2e/",
    b"HTTP/0.9",
    b"HTTP/9.9",
    b"TRACE ",
    b"?from=x&date=9999-99-99",
    b"ffffffffffffffff\r\n",
    b"0\r\n\r\n",
    *ODD_BYTES,
)
_KEY = b"@KEY@"
_AT_ONCE = 25
"""Cases after which an ordinary visitor looks in."""
_SECONDS = 10.0
_PAUSE = 0.03
"""Seconds without a byte after which an answer is taken to be over."""


def _make(random: Random) -> bytes:
    """One or more requests; `@KEY@` stands for a key that is let in."""
    requests = []
    for _ in range(random.choice((1, 1, 1, 3))):
        method, path = random.choice(_PATHS)
        body = b"" if method == "GET" else random.choice(_BODIES)
        head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n".encode()
        if random.random() < 0.7:
            head += b"Authorization: Bearer " + _KEY + b"\r\n"
        if body:
            head += b"Content-Type: application/json\r\nContent-Length: %d\r\n" % len(body)
        requests.append(head + b"\r\n" + body)
    return mutated(random, b"".join(requests), _WORDS)


class _Visitor:
    def __init__(self, served: Served) -> None:
        self._served, self._count = served, 0
        self._place = ("127.0.0.1", int(served.running.url.rpartition(":")[2]))
        self._complaints: list[str] = []

    def listen(self, record: logging.LogRecord) -> bool:
        """Take note of a complaint in the log."""
        if record.levelno >= logging.ERROR or record.exc_info:
            self._complaints.append(record.getMessage()[:500])
        return True

    def check(self, case: bytes) -> None:
        self._count += 1
        key = self._served.headers["Authorization"].removeprefix("Bearer ").encode()
        answer = self._ask(case.replace(_KEY, key), _PAUSE)
        assert not answer or answer.startswith(b"HTTP/"), answer[:200]
        for status in re.findall(rb"(?m)^HTTP/\d\.\d (\d{3}) ", answer):
            assert status not in {b"500", b"502"}, answer[:500]
        assert not self._complaints, self._complaints.pop()
        if self._count % _AT_ONCE == 0:
            answer = self._ask(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n", _SECONDS)
            assert answer.startswith(b"HTTP/1.1 200 "), answer[:500] or "the page is silent"

    def _ask(self, said: bytes, seconds: float) -> bytes:
        """What comes back until the page hangs up or says nothing for so long."""
        answer = b""
        with socket.create_connection(self._place, _SECONDS) as connection:
            connection.settimeout(seconds)
            try:
                connection.sendall(said)
                while piece := connection.recv(65_536):
                    answer += piece
            except OSError:
                pass  # hung up on, or it waits for more
        return answer


class _Ear(logging.Handler):
    def __init__(self, visitor: _Visitor) -> None:
        super().__init__()
        self._visitor = visitor

    def emit(self, record: logging.LogRecord) -> None:
        self._visitor.listen(record)


@contextmanager
def open_http(folder: Path) -> Iterator[Fuzz]:
    """Sends the case to a page with everything behind it."""
    with with_quick_passwords(), Served(folder) as served:
        visitor = _Visitor(served)
        ear = _Ear(visitor)
        logging.getLogger().addHandler(ear)
        try:
            yield Fuzz(_make, visitor.check)
        finally:
            logging.getLogger().removeHandler(ear)
