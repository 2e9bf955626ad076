"""The page's HTTPS: the certificate in force, looked at again each hour, and where browsers are sent on to it."""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import Callable
from pathlib import Path

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from appliance.lib.clock import Clock
from appliance.settings.web import WebSettings
from appliance.web.certificate import Certificate, CertificateError, load_certificate

log = logging.getLogger(__name__)

_AGAIN = 3600.0  # seconds: who renews certificates by a program puts the new one in the place of the old one


class Https:
    """Told by `web.https` to be there; without a certificate that can be used the page goes on by HTTP."""

    def __init__(self, settings: WebSettings, folder: Path, clock: Clock) -> None:
        """`folder` is the state directory."""
        self._settings, self._folder, self._clock = settings, folder, clock
        self.certificate: Certificate | None = None
        """What is served now; None for no HTTPS."""
        self.port = 0
        """Where it is served; 0 for nowhere."""
        self.problem = ""
        """Why there is none although it is wanted, and what helps; empty if all is well."""

    @property
    def wanted(self) -> bool:
        """Whether the settings ask for it."""
        return self._settings.https

    @property
    def is_served(self) -> bool:
        """Whether browsers reach the page by it now."""
        return self.certificate is not None and self.port > 0

    @property
    def fingerprint(self) -> str:
        """Of the certificate that is served; empty for none."""
        return self.certificate.fingerprint if self.certificate and self.port else ""

    def context(self) -> ssl.SSLContext | None:
        """What a new connection is encrypted by; None for none that can be used."""
        return self.certificate.context if self.certificate else None

    async def look(self) -> None:
        """Have the certificate of this moment in force."""
        try:
            found = await asyncio.to_thread(load_certificate, self._settings, self._folder, self._clock.now())
        except CertificateError as error:
            if str(error) != self.problem:
                log.warning("The page goes on by HTTP alone: %s", error)
            self.certificate, self.problem = None, str(error)
            return
        if self.certificate is None or found.fingerprint != self.certificate.fingerprint:
            log.info("The page's certificate has the SHA-256 fingerprint %s", found.fingerprint)
        self.certificate, self.problem = found, ""

    async def watch(self) -> None:
        """Look each hour, until cancelled."""
        while True:
            await asyncio.sleep(_AGAIN)
            await self.look()


def make_redirect(https: Https, wanted: bool, is_proxied: Callable[[str], bool]) -> Middleware:
    """Sends browsers that ask for a page by HTTP on to HTTPS, where `wanted`; programs and proxies stay."""

    @web.middleware
    async def redirect(request: web.Request, handler: Handler) -> web.StreamResponse:
        if (
            wanted
            and https.is_served
            and not request.secure
            and request.method in {"GET", "HEAD"}
            and not request.path.startswith(("/api/", "/static/"))
            and not is_proxied(request.headers.get("Host", ""))
        ):
            port = "" if https.port == 443 else f":{https.port}"
            name = request.url.host or "localhost"
            host = f"[{name}]" if ":" in name else name
            raise web.HTTPTemporaryRedirect(f"https://{host}{port}{request.rel_url}")
        return await handler(request)

    return redirect
