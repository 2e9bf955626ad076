"""Snapcast's server and client as children of this process."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from appliance.lib.child_process import ChildProcess
from appliance.outputs.choosing import SERVER
from appliance.settings.snapcast import SnapcastSettings
from appliance.snapcast.client import CLIENT, client_command
from appliance.snapcast.config import render_snapserver

_FIRST, _LONGEST = 0.5, 30.0  # seconds until a program that has ended is started again


class Program(Protocol):
    """Something that runs while `run` does."""

    async def run(self) -> None:
        """Keep it running until cancelled; then end it."""


class Programs(Protocol):
    """How the two programs are run."""

    told: bool
    """Whether `heard` is given what they write."""

    def server(self, settings: SnapcastSettings, fifo: Path, data: Path, heard: Callable[[str], None], /) -> Program:
        """The server of the music from `fifo`, which keeps what it knows in `data`; `heard` gets what it writes."""

    def client(self, host: str, port: int, name: str, device: str, heard: Callable[[str], None], /) -> Program:
        """A client of the server at `host`, called `name` there, which plays through `device`."""


class ChildPrograms:
    """Programs that end with this process."""

    told = True

    def server(self, settings: SnapcastSettings, fifo: Path, data: Path, heard: Callable[[str], None]) -> Program:
        """See Programs."""
        command = server_command(settings, fifo, data, fifo.with_name("snapserver.conf"))
        return ChildProcess(SERVER, command, heard, first_delay=_FIRST, longest_delay=_LONGEST)

    def client(self, host: str, port: int, name: str, device: str, heard: Callable[[str], None]) -> Program:
        """See Programs."""
        command = client_command(host, port, name, device)
        return ChildProcess(CLIENT, command, heard, first_delay=_FIRST, longest_delay=_LONGEST)


def server_command(settings: SnapcastSettings, fifo: Path, data: Path, config: Path) -> list[str]:
    """The command of the server, with its configuration written to `config`. Raises OSError."""
    data.mkdir(parents=True, exist_ok=True)
    config.write_text(render_snapserver(settings, fifo, data))
    return [shutil.which(SERVER) or SERVER, "--config", str(config)]
