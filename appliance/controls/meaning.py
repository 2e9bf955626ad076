"""What each press asks for. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from appliance import events

_SKIP = events.Skip("button")
_STEP = events.StepOverride("button")
_AUTO = events.Override(None, "button")
_CAMERA = events.CameraButton()
_PAUSE = events.ToggleMusic("button")

MEANINGS: Mapping[str, events.Event] = {
    "skip_short": _SKIP,
    "skip_long": _PAUSE,
    "override_short": _STEP,
    "override_long": _AUTO,
    "override_double": events.WrongMood("button"),
    "camera_short": _CAMERA,
    "camera_double": events.JudgeNow("button"),
    "camera_hold": events.PowerWanted("off", "button"),
    "both_long": _CAMERA,
    "button_short": _SKIP,
    "button_double": _STEP,
    "button_long": _AUTO,
    "button_hold": _CAMERA,
    "volume_up": events.TurnVolume(1, "knob"),
    "volume_down": events.TurnVolume(-1, "knob"),
}
"""Presses that are not here are told to Home Assistant alone, for its owner to use."""


def events_for(kind: str, jammed: bool = False) -> list[events.Event]:
    """That a button was used, and what that asks for. `jammed`: it has been down since the start."""
    meaning = MEANINGS.get(kind)
    if jammed and isinstance(meaning, events.PowerWanted):  # else no start would last
        meaning = None
    return [events.ButtonPressed(kind), *([meaning] if meaning else [])]
