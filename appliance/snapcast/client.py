"""Snapcast's client: the command that plays a server's music through one of the box's own outputs."""

from __future__ import annotations

import shutil
from collections.abc import Sequence

from appliance.outputs.choosing import NOWHERE
from appliance.outputs.sinks import PIPEWIRE, PULSE

CLIENT = "snapclient"
"""The program that plays what a server sends."""
_FIFO = "fifo:"


def client_command(host: str, port: int, name: str, device: str) -> list[str]:
    """The command for the server at `host`; `name` is by what it tells its loudspeakers apart.

    `device` is an output as `music.output` names it, but never `auto`.
    """
    program = shutil.which(CLIENT) or CLIENT
    return [program, "--host", host, "--port", str(port), "--hostID", name, "--logsink", "stderr", *_player(device)]


def _player(device: str) -> Sequence[str]:
    """The options for where the sound goes (`snapclient --help`)."""
    if device == NOWHERE:
        return ("--player", "file:filename=null")
    if device.startswith(_FIFO):
        return ("--player", f"file:filename={device.removeprefix(_FIFO)},mode=a")
    server, _, sink = device.partition(":")
    if server in (PULSE, PIPEWIRE):  # PipeWire answers as PulseAudio does, by the same names
        return ("--player", "pulse", *(("--soundcard", sink) if sink else ()))
    if device == "alsa":
        return ("--player", "alsa")
    return ("--player", "alsa", "--soundcard", device)
