"""A status as the composition root hands it over."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec.structs import replace

from appliance.core.conductor import Conductor
from appliance.core.saved_choices import SavedChoices
from appliance.core.status import describe_status
from appliance.domain.events import PlayerChanged, PlayerState, VisionHello
from appliance.domain.status import Status
from appliance.lib.clock import ManualClock
from appliance.settings.settings import Settings, parse_settings


def a_status(settings: Settings | str = "", player: PlayerState | None = None) -> Status:
    """The status of a box that has just started and plays."""
    clock = ManualClock()
    conductor = Conductor(parse_settings(settings) if isinstance(settings, str) else settings, clock, SavedChoices())
    conductor.handle(VisionHello("webcam /dev/video0", "mediapipe", "edge 1.0.0"))
    conductor.handle(PlayerChanged(player or PlayerState("play", "happy/a.ogg", "A Song", volume=50)))
    return describe_status(conductor, clock)


def changed(status: Status, **changes: Any) -> Status:
    """The status with other values; a dict changes only the fields of a part that it names."""
    for name, value in changes.items():
        part = getattr(status, name)
        new = replace(part, **value) if isinstance(value, dict) and part is not None else value
        status = replace(status, **{name: new})
    return msgspec.convert(msgspec.to_builtins(status), Status)  # as checked as one that comes over the control socket
