"""Whether an address is of the home's own network, and what counts as one visitor."""

from __future__ import annotations

import ipaddress
from pathlib import Path

_PRIVATE = tuple(
    map(
        ipaddress.ip_network,
        (
            *("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16"),  # RFC 1918, 3927
            *("::1/128", "fe80::/10", "fc00::/7"),  # RFC 4291, 4193
        ),
    )
)
_OWN = Path("/proc/net/if_inet6")


def is_local(address: str | None, own: Path = _OWN) -> bool:
    """True for private addresses, and for public IPv6 ones of a network that this machine is in."""
    try:
        ip = ipaddress.ip_address((address or "").partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    if any(ip in network for network in _PRIVATE if network.version == ip.version):
        return True
    return ip.version == 6 and any(ip in network for network in _attached(own))


def visitor_of(address: str, own: Path = _OWN) -> str:
    """What counts as one visitor: an IPv4 address, or an IPv6 address of a link that this machine itself is on.

    Elsewhere a whole IPv6 network of 64 bits, because a single machine may use all of its addresses.
    """
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if ip.version == 4 or ip.is_link_local or ip.is_loopback or any(ip in network for network in _attached(own)):
        return address
    return str(ipaddress.ip_network((ip, 64), strict=False))


def _attached(own: Path) -> list[ipaddress.IPv6Network]:
    """The IPv6 networks that the machine has an address in (proc(5): address, interface, prefix length, …)."""
    try:
        lines = own.read_text().splitlines()
    except OSError:
        return []
    networks = []
    for line in lines:
        address, _, prefix, *_ = line.split()
        # A single address (/128) says nothing of its neighbours; a short prefix would be half the internet.
        if 48 <= int(prefix, 16) <= 64:
            networks.append(ipaddress.ip_network((int(address, 16), int(prefix, 16)), strict=False))
    return [network for network in networks if isinstance(network, ipaddress.IPv6Network)]
