"""Who may use the page and the API, and whether a change is requested by the box's own page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from aiohttp import web

from appliance.lib.clock import Clock
from appliance.web.api.errors import WebError
from appliance.web.auth import devices
from appliance.web.auth.guess_limiter import GuessLimiter
from appliance.web.auth.guests import Guest, GuestStore
from appliance.web.auth.local_network import is_local
from appliance.web.auth.neighbours import NEIGHBOURS
from appliance.web.auth.passwords import PasswordStore
from appliance.web.auth.sessions import LIFE, SessionStore
from appliance.web.auth.tokens import TokenStore

COOKIE, DEVICE_COOKIE, GUEST_COOKIE = "moodbox_session", "moodbox_device", "moodbox_guest"
_TLS = "_tls"
SAFE = {"GET", "HEAD", "OPTIONS"}
_BY_PROXY = ("Forwarded", "X-Forwarded-For")
"""Headers of proxies. They are not trusted, but a request that has one may come from anywhere."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who a request comes from: the owner in a browser, a program with one of the owner's tokens, or a guest."""

    by: Literal["session", "token", "guest"]
    guest: Guest | None = None

    @property
    def is_guest(self) -> bool:
        """Whether it is somebody whom the owner has let in."""
        return self.guest is not None


VISITOR = web.RequestKey("visitor", Visitor)
"""Where a request says who it comes from, once the guard has let it through; not there for a stranger."""


class Authenticator:
    """Finds out by password, sessions and tokens who a request comes from."""

    def __init__(self, folder: Path, run_dir: Path, clock: Clock) -> None:
        """`folder` is the state directory; sessions are kept in `run_dir`."""
        self.tokens = TokenStore(folder, clock.now)
        self._passwords = PasswordStore(folder)
        self._sessions = SessionStore(run_dir, clock.monotonic)
        self._devices = devices.DeviceStore(folder)
        self.guests = GuestStore(run_dir, clock.monotonic)
        self._limiter = GuessLimiter(clock.monotonic, NEIGHBOURS.device_of)

    @property
    def has_password(self) -> bool:
        """Whether the owner has set a password."""
        return self._passwords.is_set

    @property
    def problem(self) -> str:
        """Why nobody can sign in although there is a password, and what helps; empty if all is well."""
        return self._passwords.problem

    @property
    def problems(self) -> tuple[str, ...]:
        """What keeps the owner or the owner's programs out, in words."""
        return tuple(filter(None, (self.problem, self.tokens.problem)))

    def settle(self, timeout: float) -> None:
        """Wait until all is on disk, for some `timeout` seconds at most; not for an event loop."""
        for kept in (self._sessions, self._devices, self.guests):
            kept.settle(timeout / 3)

    @property
    def generation(self) -> str:
        """A text that changes with the password, empty without one."""
        return self._passwords.generation

    def visitor(self, request: web.Request) -> Visitor | None:
        """Who the request comes from; None if nobody is signed in."""
        return self._visitor(request.headers.get("Authorization"), _cookies(request))

    def is_known(self, request: web.Request) -> bool:
        """Whether the request comes from the owner, or from a browser in which the owner has signed in before."""
        return _is_owners(self.visitor(request)) or bool(self._device(_cookies(request)))

    def is_known_by_head(self, head: bytes) -> bool:
        """The same of a request that has not been taken in yet, by its first line and headers as they came."""
        authorization: str | None = None
        cookies: dict[str, str] = {}
        for line in head.partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")[1:]:
            name, _, value = line.partition(":")
            match name.lower():
                case "authorization":
                    authorization = value.strip()
                case "cookie":
                    cookies |= {pair.partition("=")[0].strip(): pair.partition("=")[2] for pair in value.split(";")}
        return _is_owners(self._visitor(authorization, cookies)) or bool(self._device(cookies))

    def _visitor(self, authorization: str | None, cookies: Mapping[str, str]) -> Visitor | None:
        if authorization is not None:
            kind, _, secret = authorization.partition(" ")
            return Visitor("token") if kind.lower() == "bearer" and self.tokens.is_good(secret.strip()) else None
        secret = cookies.get(COOKIE, "")
        if secret and self._sessions.is_good(secret, self.generation):
            return Visitor("session")
        device = cookies.get(GUEST_COOKIE, "")
        guest = self.guests.guest(device, self.generation) if device else None
        return Visitor("guest", guest) if guest else None

    def _device(self, cookies: Mapping[str, str]) -> str:
        secret = cookies.get(DEVICE_COOKIE, "")
        return secret and self._devices.known(secret, self._passwords.generation)

    async def check_password(self, request: web.Request, password: str, status: int, text: str) -> None:
        """Raises WebError: 409 without a readable password, 429 for too many guesses, `status` for a wrong one."""
        if not self.has_password:
            raise WebError(409, "there is no password yet; set one first")
        if self.problem:
            raise WebError(409, self.problem)
        address, device = request.remote or "", self._device(_cookies(request))
        self._limiter.take(address, device)
        if not await self._passwords.matches(password):
            raise WebError(status, text)
        self._limiter.give_back(address, device)

    async def set_first_password(self, request: web.Request, password: str) -> None:
        """Only from the home's own network, and not through a proxy. Raises PasswordError, or WebError 403."""
        if not is_local(request.remote) or any(header in request.headers for header in _BY_PROXY):
            raise WebError(
                403, "the first password is set from the home's own network, or at the box: moodbox page password"
            )
        await self._passwords.change(password, first=True)

    async def change_password(self, password: str) -> None:
        """End every session along with the old password. Raises PasswordError."""
        await self._passwords.change(password)

    def open_for(self, request: web.Request, response: web.StreamResponse) -> None:
        """Begin a session, and give its secret to the browser, with one by which the browser is known from then on.

        One that came by https never sends them without.
        """
        generation = self._passwords.generation
        known = self._devices.welcome(_cookies(request).get(DEVICE_COOKIE, ""), generation)
        for name, secret, life in (
            (COOKIE, self._sessions.begin(generation), int(LIFE)),
            (DEVICE_COOKIE, known, devices.LIFE),
        ):
            _give(request, response, name, secret, life)

    def close_for(self, request: web.Request, response: web.StreamResponse) -> None:
        """End the request's session, and a guest's visit."""
        cookies = _cookies(request)
        self._sessions.end(cookies.get(COOKIE, ""))
        response.del_cookie(_named(COOKIE, request), path="/", httponly=True, samesite="Strict")
        if GUEST_COOKIE in cookies:
            self.guests.leave(cookies[GUEST_COOKIE])
            response.del_cookie(_named(GUEST_COOKIE, request), path="/", httponly=True, samesite="Strict")

    def let_guest_in(self, request: web.Request, response: web.StreamResponse, secret: str) -> str:
        """Let a guest in by the secret of an invitation; the guest's name. Raises WebError 401 or 429."""
        device, invitation = self.guests.let_in(secret, NEIGHBOURS.device_of(request.remote or ""), self.generation)
        life = max(1, round(self.guests.left(invitation)))
        _give(request, response, GUEST_COOKIE, device, life)
        return invitation.name


def _is_owners(visitor: Visitor | None) -> bool:
    return visitor is not None and not visitor.is_guest


def _named(cookie: str, request: web.Request) -> str:
    """By HTTPS of the box's own the cookies have other names: browsers let no page of HTTP replace those of HTTPS."""
    return f"{cookie}{_TLS}" if request.secure else cookie


def _cookies(request: web.Request) -> Mapping[str, str]:
    """The cookies that count for the way by which the request came, under their plain names."""
    if not request.secure:
        return request.cookies
    return {name.removesuffix(_TLS): value for name, value in request.cookies.items() if name.endswith(_TLS)}


def _give(request: web.Request, response: web.StreamResponse, cookie: str, secret: str, life: int) -> None:
    by_tls = request.secure or request.headers.get("Origin", "").startswith("https:")
    response.set_cookie(
        _named(cookie, request), secret, max_age=life, path="/", httponly=True, samesite="Strict", secure=by_tls or None
    )


def check_origin(request: web.Request, needed: bool, behind_tls: bool) -> None:
    """Raises WebError 403 for a request that another site has a browser make; `needed`: also if it does not say.

    `behind_tls`: a proxy of the owner's may serve the page by https under the name that is asked for.
    """
    host = request.headers.get("Host", "")
    own = {f"{request.scheme}://{host}", f"https://{host}"} if behind_tls else {f"{request.scheme}://{host}"}
    origin, site = request.headers.get("Origin"), request.headers.get("Sec-Fetch-Site")
    if site is not None and site not in {"same-origin", "none"}:
        raise WebError(403, f"another site has your browser ask this (Sec-Fetch-Site: {site}); use the box's own page")
    if origin is not None and origin not in own:
        raise WebError(403, f"the request comes from a page of {origin}; use the box's own page")
    if needed and origin is None and site is None:
        raise WebError(403, "the request does not say which page it comes from (Origin); programs use a token")
