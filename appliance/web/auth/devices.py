"""Which browsers are known: those in which the owner has signed in with the password in force."""

from __future__ import annotations

import secrets
from pathlib import Path

import msgspec

from appliance.lib.checksum import sha256_of_text
from appliance.web.auth.kept_file import KeptFile

FILE = "page-devices.json"
LIFE = 400 * 86_400
"""Seconds for which a browser keeps the cookie, from the last time that the owner signed in; none keeps it longer."""
MOST = 64
"""Known browsers at a time; a new one takes the place of the one in which the last sign-in is longest ago."""


class DeviceStore:
    """By the hash of their secret, with the generation of the password. A secret alone opens nothing.

    They are kept in `page-devices.json` in the state directory. Trouble with the file costs a browser its precedence
    while others guess passwords, no more.
    """

    def __init__(self, folder: Path) -> None:
        self._file = KeptFile(folder / FILE)
        self._devices = self._file.read(dict[str, str]) or {}

    def known(self, secret: str, generation: str) -> str:
        """The name of the browser with this secret, for a password of this generation; empty for an unknown one."""
        name = sha256_of_text(secret)
        return name if generation and self._devices.get(name) == generation else ""

    def welcome(self, secret: str, generation: str) -> str:
        """The secret of a browser in which the owner has just signed in: its own if it is known, else a new one."""
        name = self.known(secret, generation)
        if name:
            del self._devices[name]
        else:
            secret = secrets.token_urlsafe(32)
        known = [(name, of) for name, of in self._devices.items() if of == generation][1 - MOST :]
        self._devices = {**dict(known), sha256_of_text(secret): generation}
        self._keep()
        return secret

    def settle(self, timeout: float) -> bool:
        """Wait until all is on disk, for `timeout` seconds at most; False if it is not by then."""
        return self._file.settle(timeout)

    def _keep(self) -> None:
        self._file.write(msgspec.json.encode(self._devices))
