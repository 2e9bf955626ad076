"""Wi-Fi networks as the box sees them, and what it takes to join one. A network's name (SSID) is bytes, kept in hex."""

from __future__ import annotations

import unicodedata
from typing import Literal

from msgspec import Struct

Kind = Literal["open", "wpa", "sae", "owe", "other"]
"""How it lets one in: `wpa` is WPA to WPA3 by a password, `sae` WPA3 alone; `other` asks for more than a password."""

Trouble = Literal["password", "gone", "address", "failed"]
"""Why a network could not be joined: it refused the password, is not in reach, gives no address; or something else."""

LONGEST_NAME = 32
"""Bytes of an SSID (IEEE 802.11)."""
_SHORTEST, _LONGEST = 8, 63
"""Bytes of a password of WPA (IEEE 802.11i); 64 hex digits are a key instead."""
_HEX = set("0123456789abcdef")


class WifiNetwork(Struct, frozen=True, kw_only=True):
    """One that is in sight, by the strongest of its access points. `signal` is 0 to 100."""

    ssid: str
    kind: Kind
    signal: int

    @property
    def name(self) -> str:
        """For people; of bytes that are no UTF-8 some cannot be shown."""
        return bytes.fromhex(self.ssid).decode(errors="replace")

    @property
    def is_locked(self) -> bool:
        """Whether it asks for a password."""
        return self.kind in {"wpa", "sae"}


def is_name(ssid: bytes) -> bool:
    """Whether a network may be called so."""
    return 0 < len(ssid) <= LONGEST_NAME and any(ssid)


def is_password(text: str) -> bool:
    """Whether a network may have such a password, or none (empty)."""
    if any(unicodedata.category(character) in {"Cc", "Cs"} for character in text):
        return False
    length = len(text.encode())
    return length == 0 or _SHORTEST <= length <= _LONGEST or (length == 64 and set(text.lower()) <= _HEX)


def strongest(networks: list[WifiNetwork]) -> tuple[WifiNetwork, ...]:
    """Each name once, by its strongest access point; the strongest first."""
    best: dict[str, WifiNetwork] = {}
    for network in sorted(networks, key=lambda network: -network.signal):
        best.setdefault(network.ssid, network)
    return tuple(best.values())
