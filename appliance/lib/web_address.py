"""Addresses of HTTP and HTTPS that somebody names."""

from __future__ import annotations

from urllib.parse import urlsplit

LONGEST_ADDRESS = 2_000
"""Characters."""
_PORTS = {"http": 80, "https": 443}


def origin(url: str) -> tuple[str, str, int] | None:
    """Scheme, machine and port of an address; None for what is no such address, or has a name and password in it."""
    try:
        parts = urlsplit(url)
        if parts.scheme not in _PORTS or not parts.hostname or "@" in parts.netloc:
            return None
        return parts.scheme, parts.hostname, parts.port or _PORTS[parts.scheme]
    except ValueError:
        return None


def is_web_address(url: str) -> bool:
    """Whether it can be asked as it stands: of a sensible length, on one line and without spaces."""
    return len(url) <= LONGEST_ADDRESS and url.isprintable() and " " not in url and origin(url) is not None
