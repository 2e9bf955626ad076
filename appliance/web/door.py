"""The door: who may come in, and whether a change is asked for by the box's own page."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from aiohttp import web

from appliance.clock import Clock
from appliance.web.errors import WebError
from appliance.web.passwords import Passwords
from appliance.web.sessions import LIFE, Sessions

COOKIE = "moodbox_session"
SAFE = {"GET", "HEAD", "OPTIONS"}


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who a request comes from: the owner in a browser, or a program with one of the owner's tokens."""

    by: Literal["session", "token"]


class Door:
    """Knows the password and the sessions, and who a request comes from."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        """`folder` is the state directory."""
        self.passwords = Passwords(folder)
        self.sessions = Sessions(clock.monotonic)

    def visitor(self, request: web.Request) -> Visitor | None:
        """Who asks, or None for somebody who is not signed in."""
        secret = request.cookies.get(COOKIE)
        if secret and self.sessions.is_good(secret, self.passwords.generation):
            return Visitor("session")
        return None

    def open_for(self, response: web.StreamResponse) -> None:
        """Begin a session, and give its secret to the browser."""
        secret = self.sessions.begin(self.passwords.generation)
        response.set_cookie(COOKIE, secret, max_age=int(LIFE), path="/", httponly=True, samesite="Strict")

    def close_for(self, request: web.Request, response: web.StreamResponse) -> None:
        """End the request's session."""
        if secret := request.cookies.get(COOKIE):
            self.sessions.end(secret)
        response.del_cookie(COOKIE, path="/", httponly=True, samesite="Strict")


def check_origin(request: web.Request, needed: bool) -> None:
    """Raises WebError 403 for a request that another site has a browser make; `needed`: also if it does not say."""
    origin, site = request.headers.get("Origin"), request.headers.get("Sec-Fetch-Site")
    if site is not None and site not in {"same-origin", "none"}:
        raise WebError(403, f"another site has your browser ask this (Sec-Fetch-Site: {site}); use the box's own page")
    if origin is not None and origin != f"{request.scheme}://{request.headers.get('Host', '')}":
        raise WebError(403, f"the request comes from a page of {origin}; use the box's own page")
    if needed and origin is None and site is None:
        raise WebError(403, "the request does not say which page it comes from (Origin); programs use a token")
