"""Finds another box by its name: by mDNS where Avahi or the system's resolver speaks it, or by any other service."""

from __future__ import annotations

import asyncio
import ipaddress
import shutil
import socket

from appliance.snapcast.errors import LeaderError
from appliance.words.speaking import t

RESOLVER = "avahi-resolve-host-name"
"""Of Debian's avahi-utils, which an installed box has for its own name; without it the system's resolver is asked."""
PATIENCE = 5.0
"""Seconds for one answer."""
_LOCAL = ".local"


async def find_address(name: str) -> str:
    """The address of the box with this name, such as `moodbox-2` or `moodbox-2.local`; an address is its own.

    Raises LeaderError.
    """
    try:
        return str(ipaddress.ip_address(name))
    except ValueError:
        pass
    in_home = name if "." in name else f"{name}{_LOCAL}"
    if in_home.endswith(_LOCAL) and (found := await _by_avahi(in_home)):
        return found
    for each in dict.fromkeys((in_home, name)):
        if found := await _by_system(each):
            return found
    raise LeaderError(t("music: no box {name} is found in the network; is it on, and is that its name?", name=name))


async def _by_avahi(name: str) -> str | None:
    program = shutil.which(RESOLVER)
    if program is None:
        return None
    asked = await asyncio.create_subprocess_exec(
        *(program, "-4", name), stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        async with asyncio.timeout(PATIENCE):
            answer, _ = await asked.communicate()
    except TimeoutError:
        return None
    finally:
        if asked.returncode is None:
            asked.kill()
            await asked.wait()
    return address_in(answer.decode(errors="replace"))


def address_in(answer: str) -> str | None:
    """The address in a line `NAME<tab>ADDRESS`, as Avahi answers; None if there is none."""
    words = answer.split()
    try:
        return str(ipaddress.ip_address(words[-1]))
    except (IndexError, ValueError):
        return None


async def _by_system(name: str) -> str | None:
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(PATIENCE):
            found = await loop.getaddrinfo(name, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError, TimeoutError):
        return None
    # Snapcast's server of Debian listens to both; the old kind is the one that a home's own devices surely have
    found.sort(key=lambda each: each[0] is not socket.AF_INET)
    return str(found[0][4][0]) if found else None
