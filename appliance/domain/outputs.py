"""Where the sound can go."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

AUTO_OUTPUT = "auto"
"""The word of `music.output` for the first output that is there."""

SNAPCAST = "snapcast"
"""The word of `music.output` for loudspeakers in several rooms, by Snapcast."""


class OutputKind(StrEnum):
    """What a loudspeaker hangs on."""

    HDMI = "hdmi"
    JACK = "jack"
    USB = "usb"
    I2S = "i2s"
    BLUETOOTH = "bluetooth"
    OTHER = "other"


class SoundOutput(Struct, frozen=True):
    """One output: what `music.output` calls it, and what it is."""

    device: str
    kind: OutputKind = OutputKind.OTHER
    detail: str = ""
    """What the kind does not say: the number of the HDMI socket, the product's or the card's name; may be empty."""
