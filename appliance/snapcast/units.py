"""Snapcast's server and client as units of an installed box: systemd runs each as long as a file asks for it.

The conductor may neither start nor stop a unit. It writes the file (`moodbox-snapserver.path` and
`moodbox-snapclient.path` see it), and ends the program, which has the same user, when the file is gone or changed.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import Callable
from pathlib import Path

import msgspec

from appliance.lib import atomic_file
from appliance.settings.snapcast import SnapcastSettings
from appliance.snapcast.programs import Program

FOLDER = "snapcast"
"""In the run directory."""
SERVER_WISH, CLIENT_WISH = "server.json", "client.json"
PID = ".pid"
"""The ending of the file with a program's process id, beside what asks for it."""


class ServerWish(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """That the server is to run."""

    fifo: str
    """From which it reads the music."""


class ClientWish(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """That a client is to run; see `client_command`."""

    host: str
    port: int
    name: str
    device: str


class UnitPrograms:
    """Programs that systemd runs, by files in `folder`."""

    told = False

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    # The unit knows the settings by itself, and the journal what the programs write.
    def server(self, _settings: SnapcastSettings, fifo: Path, data: Path, _heard: Callable[[str], None]) -> Program:
        """See Programs."""
        data.mkdir(parents=True, exist_ok=True)
        return UnitProgram(self._folder / SERVER_WISH, ServerWish(str(fifo)))

    def client(self, host: str, port: int, name: str, device: str, _heard: Callable[[str], None]) -> Program:
        """See Programs."""
        return UnitProgram(self._folder / CLIENT_WISH, ClientWish(host, port, name, device))


class UnitProgram:
    """One program that a unit runs while `file` is there, holding `wish`."""

    def __init__(self, file: Path, wish: ServerWish | ClientWish) -> None:
        self._file = file
        self._content = msgspec.json.encode(wish)

    async def run(self) -> None:
        """Ask for it until cancelled; then have it end. One that runs by the same wish already goes on."""
        if not self._file.exists() or self._file.read_bytes() != self._content:
            atomic_file.write(self._file, self._content, 0o640)
            end(self._file.with_suffix(PID))
        try:
            await asyncio.Event().wait()
        finally:
            with contextlib.suppress(FileNotFoundError):
                self._file.unlink()
            end(self._file.with_suffix(PID))


def end(pid_file: Path) -> None:
    """End the program whose process id stands in a file, if it is still that one."""
    with contextlib.suppress(OSError, ValueError):
        pid, name = pid_file.read_text().split()
        if Path(f"/proc/{int(pid)}/comm").read_text().strip() == name:
            os.kill(int(pid), signal.SIGTERM)
