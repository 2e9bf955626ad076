"""What `moodbox doctor` says of the sound in several rooms: its programs, and the box that is followed."""

from __future__ import annotations

import asyncio
import shutil
import socket
from collections.abc import Iterator

from appliance.doctor.finding import Finding
from appliance.domain.outputs import SNAPCAST
from appliance.outputs.choosing import SERVER
from appliance.settings.settings import Settings
from appliance.snapcast.client import CLIENT
from appliance.snapcast.errors import LeaderError
from appliance.snapcast.finding import find_address

_PATIENCE = 3.0  # seconds for the other box to answer


def examine_rooms(chosen: Settings) -> Iterator[Finding]:
    """Every finding; nothing where the music goes to this box's own output alone. Blocks for some seconds."""
    serves, leader = chosen.music.output == SNAPCAST, chosen.music.follow
    if serves:
        yield _program(SERVER)
    if leader or (serves and chosen.snapcast.here):
        yield _program(CLIENT)
    if leader:
        yield _leader(leader, chosen.snapcast.control_port)


def _program(name: str) -> Finding:
    found = shutil.which(name)
    return Finding("rooms", found is not None, found or f"there is no program `{name}`: sudo apt install {name}")


def _leader(name: str, port: int) -> Finding:
    try:
        address = asyncio.run(find_address(name))
    except LeaderError as error:
        return Finding("rooms", False, str(error).removeprefix("music: "))
    try:
        socket.create_connection((address, port), _PATIENCE).close()
    except OSError as error:
        text = f"{name} ({address}) does not answer at port {port} ({error}); is music.output snapcast there?"
        return Finding("rooms", False, text)
    return Finding("rooms", True, f"{name} ({address}) serves its music")
