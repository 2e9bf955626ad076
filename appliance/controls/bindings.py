"""What each press asks for. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from appliance.domain import commands, events

_SKIP = commands.Skip("button")
_STEP = commands.StepOverride("button")
_AUTO = commands.Override(None, "button")
_CAMERA = commands.ToggleCamera()
_PAUSE = commands.ToggleMusic("button")

MEANINGS: Mapping[str, commands.Command] = {
    "skip_short": _SKIP,
    "skip_long": _PAUSE,
    "override_short": _STEP,
    "override_long": _AUTO,
    "override_double": commands.RejectMood("button"),
    "override_hold": commands.OfferCollect("button"),
    "camera_short": _CAMERA,
    "camera_double": commands.JudgeNow("button"),
    "camera_hold": commands.SwitchPower("off", "button"),
    "both_long": _CAMERA,
    "button_short": _SKIP,
    "button_double": _STEP,
    "button_long": _AUTO,
    "button_hold": _CAMERA,
    "volume_up": commands.TurnVolume(1, "knob"),
    "volume_down": commands.TurnVolume(-1, "knob"),
}
"""Presses that are not here are told to Home Assistant alone, for its owner to use."""


def events_for(kind: str, jammed: bool = False) -> list[events.Message]:
    """That a button was used, and what that asks for. `jammed`: it has been down since the start."""
    meaning = MEANINGS.get(kind)
    if jammed and isinstance(meaning, commands.SwitchPower):  # else no start would last
        meaning = None
    return [events.ButtonPressed(kind), *([meaning] if meaning else [])]
