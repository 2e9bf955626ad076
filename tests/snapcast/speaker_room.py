"""A Snapcast server as the box runs it, in a folder of its own, and loudspeakers that write what they play."""

from __future__ import annotations

import asyncio
import os
import subprocess
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from appliance.domain.speakers import Speaker
from appliance.lib.supervise import supervise
from appliance.settings.snapcast import SnapcastSettings
from appliance.snapcast.rooms import SnapcastRooms
from tests.ports import free_port

NEEDS = ("snapserver", "snapclient")
RATE = 44_100
FRAME = 4
"""Bytes of a moment in both channels."""


class Loudspeaker:
    """A snapclient with this id; what it plays is written to `file`."""

    def __init__(self, folder: Path, name: str, port: int) -> None:
        self.file = folder / f"{name}.raw"
        command = [
            *("snapclient", "--host", "127.0.0.1", "--port", str(port), "--hostID", name),
            *("--player", f"file:filename={self.file}", "--logsink", "null"),
        ]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    @property
    def frames(self) -> int:
        """How much it has played."""
        return self.file.stat().st_size // FRAME if self.file.exists() else 0

    def end(self) -> None:
        self._process.kill()
        self._process.wait()


class Rooms:
    """The server, whose `wanted` may be changed at any time."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.fifo = folder / "snapcast.fifo"
        os.mkfifo(self.fifo)
        self.settings = SnapcastSettings(port=free_port(), control_port=free_port())
        self.wanted = True
        self.serving = SnapcastRooms(self.settings, self.fifo, folder, lambda: self.wanted)
        self._loudspeakers: list[Loudspeaker] = []

    def add(self, name: str) -> Loudspeaker:
        self._loudspeakers.append(Loudspeaker(self.folder, name, self.settings.port))
        return self._loudspeakers[-1]

    def speaker(self, name: str) -> Speaker | None:
        return next((each for each in self.serving.speakers or () if each.id == name), None)

    def end(self) -> None:
        for loudspeaker in self._loudspeakers:
            loudspeaker.end()


@asynccontextmanager
async def rooms_in(folder: Path) -> AsyncIterator[Rooms]:
    rooms = Rooms(folder)
    try:
        async with supervise("rooms", rooms.serving.run):
            yield rooms
    finally:
        rooms.end()


async def until(condition: Callable[[], object], seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds:.0f} s"
        await asyncio.sleep(0.05)
