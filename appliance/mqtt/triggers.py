"""What automations in Home Assistant can begin with: the use of a button, and a change of the mood.

Each is told once as it happens and never retained, so nothing is told again when one of both ends starts anew.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from appliance.domain.buttons import BUTTON_KINDS
from appliance.domain.emotions import EMOTIONS
from appliance.domain.moods import Verdict
from appliance.domain.status import Status
from appliance.mqtt.connection import Message
from appliance.mqtt.identity import Identity

PLATFORM = "device_automation"
"""Home Assistant's word for a trigger in a discovery message."""
_PRESSES = {"short": "button_short_press", "long": "button_long_press", "double": "button_double_press"}
"""Home Assistant's own types, which it shows in its user's language."""


@dataclass(frozen=True, slots=True)
class Trigger:
    """One thing that may happen: `type` and `subtype` are what an automation names."""

    type: str
    subtype: str
    topic: str
    payload: str
    template: str = ""

    @property
    def key(self) -> str:
        """Its name in the discovery message."""
        return f"{self.topic}_trigger_{self.payload}"


def _button(kind: str) -> Trigger:
    button, _, press = kind.rpartition("_")
    if press in _PRESSES:
        return Trigger(_PRESSES[press], button, "button", kind, "{{ value_json.event_type }}")
    return Trigger(kind, button, "button", kind, "{{ value_json.event_type }}")


TRIGGERS = (
    *map(_button, BUTTON_KINDS),
    *(Trigger("mood", str(mood), "mood_changed", str(mood)) for mood in (*EMOTIONS, *Verdict)),
)


def trigger_components(identity: Identity) -> dict[str, dict[str, Any]]:
    """The triggers as components of the discovery message, by key."""
    return {trigger.key: _component(trigger, identity) for trigger in TRIGGERS}


def _component(trigger: Trigger, identity: Identity) -> dict[str, Any]:
    component: dict[str, Any] = {
        "platform": PLATFORM,
        "automation_type": "trigger",
        "type": trigger.type,
        "subtype": trigger.subtype,
        "topic": identity.topic(trigger.topic),
        "payload": trigger.payload,
    }
    return component | ({"value_template": trigger.template} if trigger.template else {})


def button_used(identity: Identity, kind: str) -> Message:
    """The news that a button has been used, for the event entity and the triggers."""
    return Message(identity.topic("button"), json.dumps({"event_type": kind}).encode())


class MoodChanges:
    """Fed with every status; says when the mood has become another one."""

    def __init__(self, identity: Identity) -> None:
        self._topic = identity.topic("mood_changed")
        self._mood: str | None = None

    def news(self, status: Status) -> Message | None:
        """The news that the mood is another one than in the last status; None of the first, which is no change."""
        before, self._mood = self._mood, status.mood.mood
        if before in (None, self._mood):
            return None
        return Message(self._topic, self._mood.encode())
