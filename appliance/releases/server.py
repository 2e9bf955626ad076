"""Indexes and releases over HTTP: no redirects, nothing compressed, bounded in bytes and in patience."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import requests
import urllib3

from appliance.lib.causes import causes
from appliance.releases.errors import NotOffered
from appliance.releases.index import LARGEST_INDEX, check_address, host_of

WAIT = 20.0
"""Seconds that a server may be silent."""
INDEX_SECONDS = 60.0
"""Seconds in which an index has come, or the beginning of a release."""
SLOWEST = 1_000
"""Bytes a second that a release comes with at least, on the mean of the last minute."""
_MINUTE = 60.0
_REDIRECTS = {301, 302, 303, 307, 308}


@dataclass(frozen=True, slots=True)
class IndexAnswer:
    """What came of asking for an index: its bytes, or None if it has not changed since `etag`."""

    data: bytes | None
    etag: str


class Answer:
    """A body that is being sent, read piece by piece. `begins` is the byte of the file at which it does."""

    def __init__(self, raw: urllib3.BaseHTTPResponse, host: str, begins: int, monotonic: Callable[[], float]) -> None:
        self._raw, self._host, self._monotonic = raw, host, monotonic
        self.begins = begins
        self._until = monotonic() + INDEX_SECONDS
        self._since, self._came = monotonic(), 0

    def read_in_time(self, count: int) -> bytes:
        """Up to `count` bytes, none at the end; all that is read so has `INDEX_SECONDS`. Raises NotOffered."""
        if self._monotonic() > self._until:
            raise NotOffered(f"{self._host} is too slow: the beginning has not come in {INDEX_SECONDS:.0f} seconds")
        return self._read(count)

    def read_steadily(self, count: int) -> bytes:
        """Up to `count` bytes, none at the end; at least `SLOWEST` a second. Raises NotOffered."""
        piece = self._read(count)
        self._came += len(piece)
        if (lasted := self._monotonic() - self._since) >= _MINUTE:
            if self._came < SLOWEST * lasted:
                raise NotOffered(f"{self._host} is too slow: {self._came} bytes in {lasted:.0f} seconds")
            self._since, self._came = self._monotonic(), 0
        return piece

    def _read(self, count: int) -> bytes:
        try:
            return self._raw.read1(count, decode_content=False)
        except (urllib3.exceptions.HTTPError, OSError) as error:
            raise NotOffered(f"{self._host} broke off ({why(error)})") from error


class ReleaseServer:
    """One HTTP session; `monotonic` in seconds."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._session = requests.Session()
        self._session.headers.update({"User-Agent": "Moodbox", "Accept-Encoding": "identity"})

    def index(self, url: str, etag: str = "") -> IndexAnswer:
        """An index, unless it is still the one with this `etag`. Raises NotOffered."""
        with self._asked(url, {"If-None-Match": etag} if etag else {}) as (answer, body):
            if answer.status_code == 304 and etag:
                return IndexAnswer(None, etag)
            self._check(answer, url, {200})
            pieces, size = [], 0
            while piece := body.read_in_time(65_536):
                pieces.append(piece)
                size += len(piece)
                if size > LARGEST_INDEX:
                    raise NotOffered(f"{host_of(url)} sends more than {LARGEST_INDEX} bytes; an index has fewer")
            tag = answer.headers.get("ETag", "")
            return IndexAnswer(b"".join(pieces), tag if len(tag) <= 200 and tag.isprintable() else "")

    @contextlib.contextmanager
    def release(self, url: str, begin: int = 0) -> Iterator[Answer]:
        """A release from its byte `begin` on, or from its first if the server knows no ranges. Raises NotOffered."""
        with self._asked(url, {"Range": f"bytes={begin}-"} if begin else {}) as (answer, body):
            self._check(answer, url, {200, 206} if begin else {200})
            if answer.status_code == 206:
                said = answer.headers.get("Content-Range", "")
                if not said.startswith(f"bytes {begin}-"):
                    raise NotOffered(
                        f"{host_of(url)} sends another part of the file than was asked for ({said[:60]!r})"
                    )
                body.begins = begin
            yield body

    @contextlib.contextmanager
    def _asked(self, url: str, headers: dict[str, str]) -> Iterator[tuple[requests.Response, Answer]]:
        host = host_of(check_address(url))
        try:
            answer = self._session.get(url, headers=headers, stream=True, timeout=WAIT, allow_redirects=False)
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError) as error:
            raise NotOffered(f"{host} cannot be reached ({why(error)})") from error
        with answer:
            if answer.headers.get("Content-Encoding", "identity").lower() not in {"", "identity"}:
                raise NotOffered(f"{host} sends it compressed, which was not asked for")
            yield answer, Answer(answer.raw, host, 0, self._monotonic)

    @staticmethod
    def _check(answer: requests.Response, url: str, good: set[int]) -> None:
        """Raises NotOffered for every answer but a good one."""
        code, host = answer.status_code, host_of(url)
        if code in good:
            return
        if code in _REDIRECTS:
            to = answer.headers.get("Location", "")[:120]
            raise NotOffered(f"{host} sends on to {to!r}, which is not followed; name that address if you trust it")
        if code in {404, 410}:
            raise NotOffered(f"{host} has no such file; is the address right? (HTTP {code})")
        raise NotOffered(f"{host} does not give it (HTTP {code})")


def why(error: BaseException) -> str:
    """Why a request failed, in a few words."""
    for cause in causes(error):
        if isinstance(cause, TimeoutError | requests.Timeout | urllib3.exceptions.TimeoutError):
            return "it does not answer"
        if isinstance(cause, OSError) and cause.strerror and not isinstance(cause, requests.RequestException):
            return cause.strerror
    return type(error).__name__
