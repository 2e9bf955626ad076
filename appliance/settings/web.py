"""The settings of the owner's page."""

from __future__ import annotations

import ipaddress
from typing import Annotated

from msgspec import Meta

from appliance.settings.base import BY_HAND, OWNER, Section, SettingsError


class WebSettings(Section, frozen=True):
    """`[web]`: the owner's page, and the API behind it."""

    enabled: Annotated[bool, Meta(description="Whether there is a page at all."), BY_HAND] = True
    listen: Annotated[
        str,
        Meta(
            description="An address of this machine, `*` for all of them; empty for all on an installed box, else "
            "this machine alone."
        ),
        BY_HAND,
    ] = ""
    port: Annotated[
        int,
        Meta(
            ge=0,
            le=65_535,
            description="0 for the usual one: 80 on an installed box, else 8080. The next free one if it is taken.",
        ),
        BY_HAND,
    ] = 0
    https: Annotated[
        bool,
        Meta(description="Serve the page by HTTPS as well, with a certificate of yours or of the box's own."),
        OWNER,
    ] = False
    https_port: Annotated[
        int,
        Meta(ge=0, le=65_535, description="0 for the usual one: 443 on an installed box, else 8443."),
        BY_HAND,
    ] = 0
    certificate: Annotated[
        str,
        Meta(description="PEM file of your certificate and of those up to its authority; empty for the box's own."),
        BY_HAND,
    ] = ""
    key: Annotated[
        str, Meta(description="PEM file of that certificate's private key; not readable by everyone."), BY_HAND
    ] = ""
    redirect: Annotated[
        bool, Meta(description="Send browsers that come by HTTP on to HTTPS, where it is served."), OWNER
    ] = False
    names: Annotated[
        str,
        Meta(
            description="Further names that the box is called by, separated by spaces, beside its addresses and "
            "those in `.local`."
        ),
    ] = ""


def check_web(web: WebSettings) -> None:
    """Raises SettingsError for an address that is none, and for a certificate without its key."""
    if bool(web.certificate) != bool(web.key):
        raise SettingsError(
            "of web.certificate and web.key only one is set; a certificate needs both",
            "web",
            "certificate" if web.certificate else "key",
        )
    if web.listen not in {"", "*"}:
        try:
            ipaddress.ip_address(web.listen)
        except ValueError as error:
            raise SettingsError(
                f'web.listen is {web.listen!r}; it must be "", "*" or an address of this machine, as "192.168.1.20"',
                "web",
                "listen",
            ) from error
