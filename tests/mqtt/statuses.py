"""A status as the composition root hands it over."""

from __future__ import annotations

from typing import Any

from appliance.clock import ManualClock
from appliance.conductor import Conductor
from appliance.events import PlayerChanged, PlayerState, VisionHello
from appliance.settings import Settings, parse
from appliance.state import Saved
from appliance.status import describe


def a_status(settings: Settings | str = "", player: PlayerState | None = None) -> dict[str, Any]:
    """The status of a box that has just started and plays."""
    clock = ManualClock()
    conductor = Conductor(parse(settings) if isinstance(settings, str) else settings, clock, Saved())
    conductor.handle(VisionHello("webcam /dev/video0", "mediapipe", "edge 1.0.0"))
    conductor.handle(PlayerChanged(player or PlayerState("play", "happy/a.ogg", "A Song", volume=50)))
    return describe(conductor, clock)
