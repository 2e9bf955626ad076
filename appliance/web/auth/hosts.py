"""The names by which browsers may call the box. A foreign name that points here is an attack (DNS rebinding)."""

from __future__ import annotations

import ipaddress
import re
import socket

from appliance.web.api.errors import WebError

_HOST = re.compile(r"(?P<name>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9_.-]+)(?::[0-9]{1,5})?")


class Hosts:
    """The box's addresses, `localhost`, its own name, every name in `.local`, and those that the owner names."""

    def __init__(self, names: str) -> None:
        """`names` are separated by spaces."""
        self._named = set(names.lower().split())
        self._names = {"localhost", socket.gethostname().lower()}

    def check(self, host: str) -> bool:
        """Whether the Host header is one of the names that the owner added, such as a proxy's.

        Raises WebError 400 or 403 for one by which the box is not called.
        """
        match = _HOST.fullmatch(host)
        if match is None:
            raise WebError(400, f"the Host header is {host[:80]!r}; it must be a name or an address")
        name = match["name"].lower().rstrip(".")
        if name in self._named:
            return True
        if name in self._names or name.endswith(".local") or _is_address(name.strip("[]")):
            return False
        raise WebError(403, f"the box is not called {name!r}; use moodbox.local or its address, or add it to web.names")


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
