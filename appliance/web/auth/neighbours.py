"""Which device of the home's network an address belongs to: a guest may have many addresses, but has one network card.

The kernel's table of neighbours is asked by rtnetlink(7); nothing is sent into the network.
"""

from __future__ import annotations

import contextlib
import ipaddress
import socket
import struct
import time
from collections.abc import Callable, Iterator

from appliance.web.auth.local_network import is_local, visitor_of

_SHARE = 0.1  # of the time may be spent on looking for addresses that are not in what was read last
_LONGEST_PAUSE = 3.0  # seconds: one slow look on a busy machine does not take all for one for long
_LOOPBACK = ("127.", "::1")
_MOST_STRANGERS = 256
_LIFE = 30.0  # seconds after which what was found is looked up again
_PATIENCE = 0.5  # seconds for the kernel's answer, which comes at once

# linux/netlink.h, linux/rtnetlink.h, linux/neighbour.h
_REQUEST_DUMP, _DONE, _ERROR, _NEW_NEIGHBOUR, _GET_NEIGHBOURS = 0x301, 3, 2, 28, 30
_ADDRESS, _CARD = 1, 2
_HEADER, _NEIGHBOUR, _ATTRIBUTE = struct.Struct("=IHHII"), struct.Struct("=BxxxiHBB"), struct.Struct("=HH")


class Neighbours:
    """The table, looked at as seldom as will do."""

    def __init__(
        self,
        read: Callable[[], dict[str, str]] | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """`read` gives network cards by address."""
        self._read, self._monotonic = read or read_neighbours, monotonic
        self._known: dict[str, str] = {}
        self._strangers: dict[str, str] = {}  # looked for and not found: this machine itself, or beyond a router
        self._looked_at, self._next = -2 * _LIFE, 0.0

    def device_of(self, address: str) -> str:
        """The network card's address of who is at this one; if it is no neighbour's, what `visitor_of` says.

        When new addresses come more quickly than they can be looked for, all those of the home's network are one.
        """
        plain, now = _plain(address), self._monotonic()
        is_old = now - self._looked_at > _LIFE
        if is_old or (plain not in self._known and plain not in self._strangers):
            if now < self._next:
                return "unknown" if is_local(plain) and not plain.startswith(_LOOPBACK) else visitor_of(address)
            if is_old or len(self._strangers) >= _MOST_STRANGERS:
                self._strangers.clear()
            self._known, self._looked_at = self._read(), now
            self._strangers[plain] = visitor_of(address)
            done = self._monotonic()
            self._next = done + min((done - now) / _SHARE, _LONGEST_PAUSE)
        return self._known.get(plain) or self._strangers[plain]


def read_neighbours() -> dict[str, str]:
    """The network card of every neighbour that the kernel knows, by address; nothing where it may not be asked."""
    found: dict[str, str] = {}
    with contextlib.suppress(OSError):
        for family in (socket.AF_INET, socket.AF_INET6):
            found.update(_dumped(family))
    return found


def _dumped(family: int) -> Iterator[tuple[str, str]]:
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE) as kernel:
        kernel.settimeout(_PATIENCE)
        asked = _NEIGHBOUR.pack(family, 0, 0, 0, 0)
        kernel.send(_HEADER.pack(_HEADER.size + len(asked), _GET_NEIGHBOURS, _REQUEST_DUMP, 1, 0) + asked)
        while True:
            answer = kernel.recv(65_536)
            while len(answer) >= _HEADER.size:
                length, kind, *_ = _HEADER.unpack_from(answer)
                if kind in {_DONE, _ERROR} or length < _HEADER.size:
                    return
                if kind == _NEW_NEIGHBOUR:
                    yield from _neighbour(answer[_HEADER.size + _NEIGHBOUR.size : length])
                answer = answer[_aligned(length) :]


def _neighbour(attributes: bytes) -> Iterator[tuple[str, str]]:
    found: dict[int, bytes] = {}
    while len(attributes) >= _ATTRIBUTE.size:
        length, kind = _ATTRIBUTE.unpack_from(attributes)
        if length < _ATTRIBUTE.size:
            break
        found[kind] = attributes[_ATTRIBUTE.size : length]
        attributes = attributes[_aligned(length) :]
    address, card = found.get(_ADDRESS, b""), found.get(_CARD, b"")
    if len(address) in {4, 16} and any(card):
        yield str(ipaddress.ip_address(address)), card.hex(":")


def _aligned(length: int) -> int:
    return (length + 3) & ~3


def _plain(address: str) -> str:
    """Without its interface, and an IPv4 address as such."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    return str(getattr(ip, "ipv4_mapped", None) or ip)


NEIGHBOURS = Neighbours()
"""This machine's."""
