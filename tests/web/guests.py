"""Guests in the home's network: two network namespaces, joined by a cable; needs root and iproute2."""

from __future__ import annotations

import ctypes
import itertools
import os
import socket
import subprocess
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

_CLONE_NEWNET = 0x40000000
_NETWORKS = itertools.count()  # an address never moves to another card, which a box would learn of only after a while


@dataclass(frozen=True, slots=True)
class Guests:
    """`box` is this machine's address on the cable, `addresses` are those at its other end."""

    box: str
    addresses: Sequence[str]
    _space: str

    def connect(self, source: str, port: int) -> socket.socket:
        """A connection to the box from one of the guests' addresses. Raises OSError."""
        made: list[socket.socket | OSError] = []
        worker = threading.Thread(target=lambda: made.append(self._connect(source, port)))
        worker.start()
        worker.join()
        [result] = made
        if isinstance(result, OSError):
            raise result
        return result

    def _connect(self, source: str, port: int) -> socket.socket | OSError:
        libc = ctypes.CDLL(None, use_errno=True)
        space = os.open(f"/run/netns/{self._space}", os.O_RDONLY)
        try:
            if libc.setns(space, _CLONE_NEWNET):
                return OSError(ctypes.get_errno(), "setns")
            return socket.create_connection((self.box, port), timeout=10, source_address=(source, 0))
        except OSError as error:
            return error
        finally:
            os.close(space)


@contextmanager
def _network_of_its_own() -> Iterator[None]:
    """Have this thread, and all that it starts, in a new network.

    Chromium, with which other tests look at the page, gives up its connections when the machine's network changes.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    before = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
    try:
        if libc.unshare(_CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), "unshare")
        try:
            subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
            yield
        finally:
            if libc.setns(before, _CLONE_NEWNET):
                raise OSError(ctypes.get_errno(), "setns")
    finally:
        os.close(before)


@contextmanager
def guests_in_the_network(version: int, count: int) -> Iterator[Guests]:
    """So many guests with addresses of IP `version` 4 or 6, all in one network with this thread's box."""
    with _network_of_its_own():
        yield from _joined(version, count)


def _joined(version: int, count: int) -> Iterator[Guests]:
    number, network = os.getpid() % 250, next(_NETWORKS)
    space, cable = f"moodbox{os.getpid()}", f"mb{os.getpid()}"
    if version == 6:
        base, length = f"fd4d:6f6f:{number:x}:{network:x}::", 64
        box, addresses = f"{base}1", [f"{base}2:{index:x}" for index in range(count)]
    else:
        base, length = f"10.{77 + network % 100}.{number}.", 24
        box, addresses = f"{base}1", [f"{base}{index + 2}" for index in range(count)]

    def ip(*words: str, lines: Sequence[str] = ()) -> None:
        subprocess.run(["ip", *words], check=True, input="\n".join(lines), text=True)

    flags = " nodad" if version == 6 else ""
    ip("netns", "add", space)
    try:
        ip("link", "add", cable, "type", "veth", "peer", "name", "guests", "netns", space)
        there = [f"addr add {address}/{length} dev guests{flags}" for address in addresses]
        ip("-n", space, "-batch", "-", lines=["link set guests up", *there])
        ip("-batch", "-", lines=[f"link set {cable} up", f"addr add {box}/{length} dev {cable}{flags}"])
        yield Guests(box, addresses, space)
    finally:
        subprocess.run(["ip", "link", "del", cable], check=False)  # with the namespace it would go too, but later
        ip("netns", "del", space)
