"""Which outputs there are now, and which of them the music goes to."""

from __future__ import annotations

import shutil
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from appliance.domain.outputs import AUTO_OUTPUT, SNAPCAST, OutputKind, SoundOutput
from appliance.outputs.cards import KERNEL, card_is_there, card_of, card_outputs
from appliance.outputs.sinks import server_of, sink_outputs

DEVICES = Path("/dev/snd")
NOWHERE = "null"
SERVER = "snapserver"
"""The program that the loudspeakers in several rooms need."""
_SINKS = ("pulse:", "pipewire:")
_BY_CHANCE = (
    *(OutputKind.JACK, OutputKind.USB, OutputKind.I2S, OutputKind.BLUETOOTH, OutputKind.OTHER, OutputKind.HDMI),
)
"""Where somebody hears the music, the likeliest first."""


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
    silent: str = ""
    """The device that is wanted and there, but makes no sound; empty if there is none such."""


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


def decide_output(wanted: str, found: FoundOutputs, silent: Collection[str] = ()) -> OutputDecision:
    """The wanted output where it is there, else what `auto` stands for, else any other.

    The `silent` ones are there and make no sound, as an HDMI socket without a screen: they come last. `auto` takes the
    first that does, and that is no reason for a complaint.
    """
    wish = found.automatic if wanted == AUTO_OUTPUT else wanted
    if wish == NOWHERE:
        return OutputDecision(wish)
    others = sorted(found.outputs, key=lambda each: _BY_CHANCE.index(each.kind))
    there = [
        device for device in (wish, found.automatic, *(each.device for each in others)) if device not in found.missing
    ]
    device = next((each for each in there if each not in silent and each != NOWHERE), there[0])
    if wish in found.missing:
        return OutputDecision(device, missing=wish)
    return OutputDecision(device, silent="" if device == wish or wanted == AUTO_OUTPUT else wish)


def _can_miss(device: str, kernel: Path) -> bool:
    """Whether a device that is in no list is known to be missing: of a name of ALSA's configuration nobody knows."""
    if device == SNAPCAST:
        return shutil.which(SERVER) is None
    if device.startswith(_SINKS):
        return True
    card = card_of(device)
    return card is not None and not card_is_there(card, kernel)
