"""Everything that may happen to the buttons."""

from __future__ import annotations

BUTTON_KINDS = (
    *(f"{button}_{press}" for button in ("skip", "override", "camera") for press in ("short", "long", "double")),
    *("override_hold", "camera_hold", "both_long", "button_short", "button_double", "button_long", "button_hold"),
    *("volume_up", "volume_down"),
)
"""Everything that may happen to the buttons and the rotary encoder, as Home Assistant is told it."""
