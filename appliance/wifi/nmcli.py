"""The machine's network by NetworkManager's own command, `nmcli`. Its terse output is made for programs (nmcli(1))."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
from collections.abc import Iterator
from pathlib import Path

from appliance.lib import atomic_file
from appliance.wifi import profile
from appliance.wifi.networks import Kind, Trouble, WifiNetwork, is_name, strongest
from appliance.wifi.plan import Situation
from appliance.wifi.radio import ADDRESS, RadioError

KEPT = Path("/etc/NetworkManager/system-connections")
PASSING = Path("/run/NetworkManager/system-connections")
"""Where NetworkManager finds connections: those that stay, and those that end with the power."""
NAMES = Path("/etc/NetworkManager/dnsmasq-shared.d/moodbox-setup.conf")
"""What its dnsmasq reads when an access point opens."""
_ALL_NAMES = f"# while Moodbox's access point is open\naddress=/#/{ADDRESS}\nno-resolv\nno-hosts\n"
_OUTSIDE = {"ethernet", "wifi", "gsm", "wwan"}
"""The devices that lead into a network; NetworkManager's kinds."""
_PATIENCE = 60.0
"""Seconds for one command: joining a network may take forty."""
_CAUSES: tuple[tuple[str, Trouble], ...] = (
    ("Secrets were required", "password"),
    ("network could not be found", "gone"),
    ("IP configuration could not be reserved", "address"),
)


def fields(line: str) -> list[str]:
    """The fields of a line of terse output: a backslash stands before a colon or backslash that belongs to one."""
    return [re.sub(r"\\(.)", r"\1", field) for field in re.findall(r"(?:^|:)((?:[^:\\]|\\.)*)", line)]


def rows(text: str, count: int) -> Iterator[list[str]]:
    """The lines that have so many fields."""
    for line in text.splitlines():
        if len(row := fields(line)) == count:
            yield row


def kind_of(security: str) -> Kind:
    """What nmcli's column SECURITY says."""
    words = set(security.split())
    if not words or words == {"--"}:
        return "open"
    if "802.1X" in words or "WEP" in words:
        return "other"
    if words & {"WPA1", "WPA2"}:
        return "wpa"
    return "sae" if "WPA3" in words else "owe" if words & {"OWE", "OWE-TM"} else "other"


def networks_of(text: str) -> tuple[WifiNetwork, ...]:
    """The output of `nmcli -t -f SSID-HEX,SIGNAL,SECURITY device wifi list`."""
    found = []
    for ssid, signal, security in rows(text, 3):
        with contextlib.suppress(ValueError):
            if is_name(bytes.fromhex(ssid)):
                found.append(WifiNetwork(ssid=ssid.lower(), kind=kind_of(security), signal=int(signal)))
    return strongest(found)


def situation_of(devices: str, connections: str) -> Situation:
    """The output of `device` (TYPE,STATE,CON-UUID) and of `connection show` (UUID,TYPE), both terse."""
    outside = [row for row in rows(devices, 3) if row[0] in _OUTSIDE]
    known = [kind for connection, kind in rows(connections, 2) if connection != profile.ACCESS_POINT_ID]
    return Situation(
        online=any(state.startswith("connected") and used != profile.ACCESS_POINT_ID for _, state, used in outside),
        radio=any(kind == "wifi" and state != "unmanaged" for kind, state, _ in outside),
        knows=any(kind.endswith("wireless") for kind in known),
    )


def trouble_of(said: str) -> Trouble:
    """What an attempt to join that has failed says, in words."""
    return next((trouble for words, trouble in _CAUSES if words in said), "failed")


class NetworkManager:
    """Needs to be root. Passwords go into files that only root may read, and into no command line."""

    def __init__(self, kept: Path = KEPT, passing: Path = PASSING, names: Path = NAMES) -> None:
        self._kept, self._passing, self._names = kept, passing, names

    async def situation(self) -> Situation:
        """By the devices that NetworkManager manages."""
        devices = await self._asked("-t", "-f", "TYPE,STATE,CON-UUID", "device")
        return situation_of(devices, await self._asked("-t", "-f", "UUID,TYPE", "connection", "show"))

    async def scan(self) -> tuple[WifiNetwork, ...]:
        """Also turns the radio on, which Raspberry Pi OS leaves off until somebody has named a country."""
        await self._asked("radio", "wifi", "on")
        listed = ("-t", "-f", "SSID-HEX,SIGNAL,SECURITY", "device", "wifi", "list", "--rescan", "yes")
        return networks_of(await self._asked(*listed))

    async def open(self, name: str, password: str) -> None:
        """By a connection that ends with the power, whatever becomes of this process."""
        file = self._passing / f"{profile.ACCESS_POINT}.nmconnection"
        try:
            self._names.parent.mkdir(exist_ok=True)
            self._passing.mkdir(mode=0o700, exist_ok=True)
            atomic_file.write(self._names, _ALL_NAMES.encode())
            atomic_file.write(file, profile.access_point_profile(name, password, ADDRESS).encode(), 0o600)
        except OSError as error:
            raise RadioError(f"the access point cannot be described to NetworkManager: {error}") from error
        await self._asked("connection", "load", str(file))
        await self._asked("--wait", "40", "connection", "up", "uuid", profile.ACCESS_POINT_ID)

    async def close(self) -> None:
        """The connection goes with it."""
        await self._run("connection", "delete", "uuid", profile.ACCESS_POINT_ID)
        with contextlib.suppress(OSError):
            self._names.unlink(missing_ok=True)

    async def join(self, network: WifiNetwork, password: str, hidden: bool) -> Trouble | None:
        """The connection is kept if it comes up; one to this network that was there before stays as it is."""
        ssid = bytes.fromhex(network.ssid)
        file = self._kept / f"{profile.profile_name(ssid)}.nmconnection"
        try:
            before = file.read_bytes() if file.exists() else None
            text = profile.network_profile(ssid, network.kind, password, hidden)
            atomic_file.write(file, text.encode(), 0o600)
        except OSError as error:
            raise RadioError(f"{file} cannot be written: {error}") from error
        await self._asked("connection", "load", str(file))
        # a network that was hidden behind the access point until now must be seen again first
        await self._run("device", "wifi", "rescan", "ssid", network.name)
        status, said = await self._run("--wait", "45", "connection", "up", "uuid", profile.profile_id(ssid))
        if status == 0:
            return None
        if before is None:
            await self._run("connection", "delete", "uuid", profile.profile_id(ssid))
            file.unlink(missing_ok=True)
        else:
            atomic_file.write(file, before, 0o600)
            await self._run("connection", "load", str(file))
        return trouble_of(said)

    async def _asked(self, *words: str) -> str:
        status, said = await self._run(*words)
        if status:
            raise RadioError(f"nmcli {' '.join(words)}: {said.strip() or f'ended with {status}'}")
        return said

    async def _run(self, *words: str) -> tuple[int, str]:
        """A command's exit status, and what it said. Raises RadioError if it cannot be started or does not end."""
        environment = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8"}
        pipe = asyncio.subprocess.PIPE
        try:
            running = await asyncio.create_subprocess_exec(
                "nmcli", *words, stdin=asyncio.subprocess.DEVNULL, stdout=pipe, stderr=asyncio.subprocess.STDOUT,
                env=environment,
            )  # fmt: skip
        except OSError as error:
            raise RadioError(f"nmcli cannot be started ({error.strerror}); is NetworkManager installed?") from error
        try:
            async with asyncio.timeout(_PATIENCE):
                said, _ = await running.communicate()
        except TimeoutError as error:
            running.kill()
            await running.wait()
            raise RadioError(f"nmcli {' '.join(words)} did not end within {_PATIENCE:.0f} s") from error
        return running.returncode or 0, said.decode(errors="replace")
