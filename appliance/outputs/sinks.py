"""The outputs of a sound server: PulseAudio or PipeWire, which Bluetooth loudspeakers hang on too."""

from __future__ import annotations

import json
import logging
import os
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from appliance.domain.outputs import OutputKind, SoundOutput

log = logging.getLogger(__name__)

PULSE, PIPEWIRE = "pulse", "pipewire"
ANSWER_SECONDS = 5.0
_PULSE_COMMAND = ("pactl", "--format=json", "list", "sinks")
_PIPEWIRE_COMMAND = ("pw-dump", "--no-colors")


def server_of(environment: Mapping[str, str]) -> str | None:
    """`pulse` or `pipewire`, by the sockets in the run directory of whoever has this environment; None for neither."""
    runtime = Path(environment.get("XDG_RUNTIME_DIR") or f"/run/user/{os.getuid()}")
    if environment.get("PULSE_SERVER") or (runtime / "pulse" / "native").is_socket():
        return PULSE
    return PIPEWIRE if (runtime / "pipewire-0").is_socket() else None


def sink_outputs(environment: Mapping[str, str]) -> list[SoundOutput]:
    """The sinks of the sound server with this environment.

    None where there is no server, none of its programs (`pactl` of Debian's pulseaudio-utils, `pw-dump` of
    pipewire-bin), or no answer within ANSWER_SECONDS. Blocks.
    """
    server = server_of(environment)
    if server is None:
        return []
    answer = _ask(_PULSE_COMMAND if server == PULSE else _PIPEWIRE_COMMAND, environment)
    read = _pulse_sinks if server == PULSE else _pipewire_sinks
    try:
        return [_output(server, *sink) for sink in read(answer)]
    except (TypeError, AttributeError, LookupError) as error:
        log.debug("%s's list of sinks makes no sense: %s", server, error)
        return []


def _ask(command: tuple[str, ...], environment: Mapping[str, str]) -> Any:
    try:
        done = subprocess.run(command, env=dict(environment), capture_output=True, timeout=ANSWER_SECONDS, check=True)
        return json.loads(done.stdout)
    except (OSError, subprocess.SubprocessError, ValueError) as error:
        log.debug("%s does not list the sinks: %s", command[0], error)
        return []


def _pulse_sinks(answer: Any) -> Iterator[tuple[str, str, Mapping[str, str]]]:
    """Name, description and properties of each sink."""
    for sink in answer:
        yield sink["name"], sink.get("description") or sink["name"], sink.get("properties") or {}


def _pipewire_sinks(answer: Any) -> Iterator[tuple[str, str, Mapping[str, str]]]:
    for thing in answer:
        properties = (thing.get("info") or {}).get("props") or {}
        if properties.get("media.class") == "Audio/Sink":
            name = properties["node.name"]
            yield name, properties.get("node.description") or properties.get("node.nick") or name, properties


def _output(server: str, name: str, description: str, properties: Mapping[str, str]) -> SoundOutput:
    if properties.get("device.api") == "bluez5" or name.startswith(("bluez_", "bluez5")):
        kind = OutputKind.BLUETOOTH
    elif properties.get("device.bus") == "usb":
        kind = OutputKind.USB
    else:
        kind = OutputKind.OTHER
    return SoundOutput(f"{server}:{name}", kind, description)
