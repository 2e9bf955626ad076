"""A radio for machines that have none: the networks around it stand in a file, and joining one takes no time."""

from __future__ import annotations

from pathlib import Path

import msgspec
from msgspec import Struct

from appliance.wifi.networks import Trouble, WifiNetwork
from appliance.wifi.plan import Situation
from appliance.wifi.radio import RadioError


class FakeAir(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is around the radio."""

    networks: tuple[WifiNetwork, ...] = ()
    passwords: dict[str, str] = {}
    """By SSID, in hex; of a network that has none, everyone is let in."""
    silent: tuple[str, ...] = ()
    """The SSIDs of those that give no address."""
    cable: bool = False
    joined: str = ""
    """The SSID of the network that was joined."""
    open: str = ""
    """The name of the access point, while it is open."""
    password: str = ""
    """Its password."""


class FakeRadio:
    """The file is read anew each time, and written when something has changed."""

    def __init__(self, file: Path) -> None:
        """Raises nothing; a file that is none is told by the methods, as a RadioError."""
        self._file = file

    async def situation(self) -> Situation:
        """A cable or a network that was joined."""
        air = self.air()
        return Situation(online=air.cable or bool(air.joined), radio=True, knows=bool(air.joined))

    async def scan(self) -> tuple[WifiNetwork, ...]:
        """Those of the file."""
        return self.air().networks

    async def open(self, name: str, password: str) -> None:
        """In the file alone."""
        self._write(msgspec.structs.replace(self.air(), open=name, password=password))

    async def close(self) -> None:
        """In the file alone."""
        self._write(msgspec.structs.replace(self.air(), open="", password=""))

    async def join(self, network: WifiNetwork, password: str, hidden: bool) -> Trouble | None:
        """By the passwords of the file; a hidden network is one that only `passwords` knows."""
        air = self.air()
        if network.ssid not in {each.ssid for each in air.networks} and not (hidden and network.ssid in air.passwords):
            return "gone"
        if air.passwords.get(network.ssid, password) != password:
            return "password"
        if network.ssid in air.silent:
            return "address"
        self._write(msgspec.structs.replace(air, joined=network.ssid))
        return None

    def air(self) -> FakeAir:
        """What the file says now. Raises RadioError."""
        try:
            return msgspec.json.decode(self._file.read_bytes(), type=FakeAir)
        except (OSError, msgspec.DecodeError) as error:
            raise RadioError(f"{self._file}: {error}") from error

    def _write(self, air: FakeAir) -> None:
        self._file.write_bytes(msgspec.json.encode(air))
