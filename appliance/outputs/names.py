"""What an output is called."""

from __future__ import annotations

from appliance.domain.outputs import AUTO_OUTPUT, SNAPCAST, OutputKind, SoundOutput
from appliance.words.speaking import t


def output_name(output: SoundOutput) -> str:
    """The output's name for people: `HDMI 1`, `USB: Topping E30`."""
    detail = output.detail
    match output.kind:
        case OutputKind.HDMI:
            return f"HDMI {detail}".strip()
        case OutputKind.JACK:
            return t("Headphone jack") + (f" {detail}" if detail else "")
        case OutputKind.USB:
            return f"USB: {detail}"
        case OutputKind.I2S:
            return t("I2S board: {name}", name=detail)
        case OutputKind.BLUETOOTH:
            return f"Bluetooth: {detail}"
        case OutputKind.OTHER:
            return detail or _general(output.device)


def missing_in_words(wanted: SoundOutput, instead: SoundOutput) -> str:
    """That the music goes elsewhere for now, as a problem of the status."""
    words = {"name": output_name(wanted), "other": output_name(instead)}
    return t("music: {name} is not there; until it is back the music goes to: {other}", **words)


def silent_in_words(wanted: SoundOutput, instead: SoundOutput) -> str:
    """The same where the wanted output is there and makes no sound."""
    words = {"name": output_name(wanted), "other": output_name(instead)}
    return t("music: no sound can be made at {name}; until it can the music goes to: {other}", **words)


def _general(device: str) -> str:
    match device:
        case _ if device == AUTO_OUTPUT:
            return t("Automatic: the first that is there")
        case "alsa":
            return t("The sound card that the system prefers")
        case "pulse" | "pipewire":
            return t("The desktop’s sound")
        case _ if device == SNAPCAST:
            return t("Several rooms, by Snapcast")
        case "null":
            return t("Nowhere: silence")
        case _:
            return device
