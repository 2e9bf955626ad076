"""What the box needs of a machine's network to be set up by; NetworkManager gives it, and a stand-in for tests."""

from __future__ import annotations

from typing import Protocol

from appliance.errors import MoodboxError
from appliance.wifi.networks import Trouble, WifiNetwork
from appliance.wifi.plan import Situation

ADDRESS = "10.42.0.1"
"""The box's address in its own access point."""


class RadioError(MoodboxError, OSError):
    """The machine's network cannot be asked, or does not obey."""


class Radio(Protocol):
    """Every method raises RadioError."""

    async def situation(self) -> Situation:
        """What there is now, apart from the access point."""

    async def scan(self) -> tuple[WifiNetwork, ...]:
        """The networks in sight, the strongest first. Not while the access point is open."""

    async def open(self, name: str, password: str) -> None:
        """Open the access point, by WPA2: whoever joins it gets an address, and the box's for every name."""

    async def close(self) -> None:
        """Close it; nothing happens if it is closed."""

    async def join(self, network: WifiNetwork, password: str, hidden: bool) -> Trouble | None:
        """Join a network, and keep it; why that failed, and then nothing is kept. Not while the point is open."""
