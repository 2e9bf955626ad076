"""Lists over HTTP: bounded in time and bytes, patient with a busy service, and clear about what went wrong."""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import Callable
from urllib.parse import urlsplit

import requests

from appliance.lib.causes import causes
from appliance.lists.errors import NotFetched
from appliance.lists.formats import BYTES

log = logging.getLogger(__name__)

WAIT = 20.0
"""Seconds that a server may be silent."""
TOTAL = 120.0
"""Seconds that one answer may take."""
TRIES = 4
PATIENCE = 60.0
"""Seconds that a busy service is waited for at most; if it asks for more the next refresh tries again."""
_PIECE = 64 * 1024
_BUSY = {429, 500, 502, 503, 504}


class Downloader:
    """One HTTP session; `sleep` and `monotonic` in seconds."""

    def __init__(
        self, sleep: Callable[[float], None] = time.sleep, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._sleep, self._monotonic = sleep, monotonic
        self.session = requests.Session()
        self.session.headers["User-Agent"] = "Moodbox"
        self.session.max_redirects = 5

    def get(self, url: str, headers: dict[str, str] | None = None) -> bytes:
        """The body of the answer. Raises NotFetched."""
        if urlsplit(url).scheme not in {"http", "https"}:
            raise NotFetched(f"{url} is no address of a list; it must begin with https:// or http://")
        for attempt in range(1, TRIES + 1):
            try:
                with self.session.get(url, headers=headers, stream=True, timeout=WAIT) as answer:
                    if answer.status_code in _BUSY and attempt < TRIES:
                        self._wait(answer, attempt)
                        continue
                    _check(answer)
                    return self._body(answer)
            except requests.RequestException as error:
                if attempt == TRIES or not isinstance(error, requests.ConnectionError | requests.Timeout):
                    raise NotFetched(f"{host(url)} cannot be reached ({reason(error)})") from error
                self._sleep(2.0**attempt)
        raise AssertionError("the last attempt returns or raises")

    def _wait(self, answer: requests.Response, attempt: int) -> None:
        seconds = 2.0**attempt
        for name in ("Retry-After", "X-RateLimit-Reset-In"):
            with contextlib.suppress(KeyError, ValueError):
                seconds = max(0.0, float(answer.headers[name]))
                break
        if seconds > PATIENCE:
            raise NotFetched(f"{host(answer.url)} is busy and asks to come back in {round(seconds / 60)} minutes")
        log.debug("%s answers %d: waiting %.0f s", host(answer.url), answer.status_code, seconds)
        self._sleep(seconds)

    def _body(self, answer: requests.Response) -> bytes:
        begun, pieces, size = self._monotonic(), [], 0
        for piece in answer.iter_content(_PIECE):
            pieces.append(piece)
            size += len(piece)
            if size > BYTES:
                raise NotFetched(f"{host(answer.url)} sends more than {BYTES} bytes; a list has fewer")
            if self._monotonic() - begun > TOTAL:
                raise NotFetched(f"{host(answer.url)} has not sent the list within {TOTAL:.0f} seconds")
        return b"".join(pieces)


def _check(answer: requests.Response) -> None:
    """Raises NotFetched for every answer but a good one."""
    code, sender = answer.status_code, host(answer.url)
    if code == 200:
        return
    if code in {401, 403}:
        raise NotFetched(f"{sender} does not let Moodbox read the list; is it private? (HTTP {code})")
    if code in {404, 410}:
        raise NotFetched(f"{sender} has no such list; was it deleted, or is the address mistyped? (HTTP {code})")
    if code in _BUSY:
        raise NotFetched(f"{sender} is busy; the next refresh tries again (HTTP {code})")
    raise NotFetched(f"{sender} does not give the list (HTTP {code})")


def host(url: str) -> str:
    """The machine that an address names, as errors tell it."""
    try:
        return urlsplit(url).hostname or url[:60]
    except ValueError:
        return url[:60]


def reason(error: Exception) -> str:
    """Why a request failed, in a few words."""
    if isinstance(error, requests.Timeout):
        return "it does not answer"
    if isinstance(error, requests.TooManyRedirects):
        return "it sends from one address to the next without end"
    for cause in causes(error):
        if isinstance(cause, OSError) and cause.strerror and not isinstance(cause, requests.RequestException):
            return cause.strerror
    return type(error).__name__
