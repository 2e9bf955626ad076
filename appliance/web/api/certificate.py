"""How the page is encrypted, and by which fingerprint its certificate is known."""

from __future__ import annotations

from aiohttp import web
from msgspec import Struct

from appliance.domain.status import Moment
from appliance.web.api.json_body import json_answer
from appliance.web.api.openapi import Operation
from appliance.web.https import Https


class HttpsState(Struct):
    """Whether HTTPS is wanted and served; the certificate's SHA-256 fingerprint and end; `own`: it is the owner's.

    `problem`: why it is not served although it is wanted.
    """

    wanted: bool
    port: int
    fingerprint: str
    until: Moment | None
    own: bool
    problem: str


class CertificateHandlers:
    """The route of the certificate."""

    def __init__(self, https: Https) -> None:
        self._https = https

    async def _show(self, _: web.Request) -> web.Response:
        https, found = self._https, self._https.certificate
        until = found.until.astimezone().isoformat(timespec="seconds") if found else None
        return json_answer(
            HttpsState(
                https.wanted,
                https.port if https.is_served else 0,
                found.fingerprint if found else "",
                until,
                found is not None and found.own,
                https.problem,
            )
        )


CERTIFICATE = (
    Operation(
        handler=CertificateHandlers._show,
        does="Whether the page is served by HTTPS, and its certificate's fingerprint",
        method="GET",
        path="/api/https",
        answer=HttpsState,
    ),
)
