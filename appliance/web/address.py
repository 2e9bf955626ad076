"""Where the page is: the addresses to listen at, and what the owner types into a browser."""

from __future__ import annotations

import ipaddress
import re
import socket
from pathlib import Path

from appliance.settings.web import WebSettings

_NAME = "moodbox.local"
ANNOUNCED = Path("/run/moodbox-name/name")
"""Where moodbox-name.service tells by which name it announces the box: another box may have the usual one."""
_ANNOUNCED = re.compile(r"moodbox(-[2-9])?\.local")


def announced_name(file: Path | None = None) -> str:
    """The name in the network of a box that is installed for good; the usual one as long as nothing else is told."""
    try:
        told = (file or ANNOUNCED).read_text().strip()
    except (OSError, UnicodeDecodeError):
        return _NAME
    return told if _ANNOUNCED.fullmatch(told) else _NAME


def port_of(settings: WebSettings, installed: bool) -> int:
    """The port that is wanted; `installed`: the box is installed for good, and not run from a clone."""
    return settings.port or (80 if installed else 8080)


def addresses(settings: WebSettings, installed: bool, port: int = 0) -> list[tuple[str, int]]:
    """Addresses and ports to listen at; the first ones may be of a family that the machine does not have.

    `port` is another one than that of the settings.
    """
    port = port or port_of(settings, installed)
    if settings.listen in {"", "*"}:
        everywhere = settings.listen == "*" or installed
        return [("::", port), ("0.0.0.0", port)] if everywhere else [("::1", port), ("127.0.0.1", port)]  # noqa: S104
    return [(settings.listen, port)]


def is_private(settings: WebSettings, installed: bool) -> bool:
    """Whether no other machine can reach the page."""
    return all(ipaddress.ip_address(address).is_loopback for address, _ in addresses(settings, installed))


def https_port_of(settings: WebSettings, installed: bool) -> int:
    """The port that is wanted for HTTPS."""
    return settings.https_port or (443 if installed else 8443)


def address_of(settings: WebSettings, installed: bool, port: int = 0, scheme: str = "http") -> str:
    """The page's address with its scheme; `port` is another one than that of the settings for HTTP."""
    port = port or port_of(settings, installed)
    everywhere = settings.listen == "*" or (installed and not settings.listen)
    # moodbox-name.service announces an installed box; a machine that runs a clone has but its own name.
    own = announced_name() if installed else f"{socket.gethostname().partition('.')[0]}.local"
    name = own if everywhere else settings.listen or "localhost"
    usual = 443 if scheme == "https" else 80
    return f"{scheme}://{f'[{name}]' if ':' in name else name}{'' if port == usual else f':{port}'}/"
