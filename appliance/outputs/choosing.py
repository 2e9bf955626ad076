"""Which outputs there are now, and which of them the music goes to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from appliance.domain.outputs import AUTO_OUTPUT, SoundOutput
from appliance.outputs.cards import KERNEL, card_is_there, card_of, card_outputs
from appliance.outputs.sinks import server_of, sink_outputs

DEVICES = Path("/dev/snd")
NOWHERE = "null"
_SINKS = ("pulse:", "pipewire:")


@dataclass(frozen=True, slots=True)
class FoundOutputs:
    """What was found at one moment."""

    outputs: tuple[SoundOutput, ...]
    automatic: str
    """What `auto` stands for: the first that is there of `pulse`, `pipewire` and `alsa`, else `null`."""
    missing: frozenset[str] = frozenset()
    """Those of the devices asked for that are not there."""

    def named(self, device: str) -> SoundOutput:
        """The output with this device, without a name of its own if it was not found."""
        return next((each for each in self.outputs if each.device == device), SoundOutput(device))


@dataclass(frozen=True, slots=True)
class OutputDecision:
    """Where the music goes, and whether that is in another's place."""

    device: str
    missing: str = ""
    """The device that is wanted and not there; empty if there is none such."""


def find_outputs(
    environment: Mapping[str, str], asked: tuple[str, ...] = (), kernel: Path = KERNEL, devices: Path = DEVICES
) -> FoundOutputs:
    """What there is for a process with this environment, and which of the devices `asked` for are not there. Blocks.

    A sound server keeps the cards to itself, so where there is one its sinks are the outputs.
    """
    sinks, cards = sink_outputs(environment), card_outputs(kernel)
    outputs = tuple(sinks or cards)
    there = {each.device for each in (*sinks, *cards)}
    missing = frozenset(device for device in asked if device not in there and _can_miss(device, kernel))
    return FoundOutputs(outputs, automatic_output(environment, devices), missing)


def automatic_output(environment: Mapping[str, str], devices: Path = DEVICES) -> str:
    """What `auto` stands for now."""
    return server_of(environment) or ("alsa" if any(devices.glob("pcmC*D*p")) else NOWHERE)


def decide_output(wanted: str, found: FoundOutputs) -> OutputDecision:
    """The wanted output where it is there, else what `auto` stands for."""
    if wanted == AUTO_OUTPUT:
        return OutputDecision(found.automatic)
    if wanted in found.missing:
        return OutputDecision(found.automatic, missing=wanted)
    return OutputDecision(wanted)


def _can_miss(device: str, kernel: Path) -> bool:
    """Whether a device that is in no list is known to be missing: of a name of ALSA's configuration nobody knows."""
    if device.startswith(_SINKS):
        return True
    card = card_of(device)
    return card is not None and not card_is_there(card, kernel)
