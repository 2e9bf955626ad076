from __future__ import annotations

import json
import re

from appliance.domain.buttons import BUTTON_KINDS
from appliance.domain.emotions import EMOTIONS
from appliance.domain.moods import Verdict
from appliance.mqtt.connection import Message
from appliance.mqtt.entities import ENTITIES
from appliance.mqtt.identity import Identity
from appliance.mqtt.triggers import TRIGGERS, MoodChanges, button_used, trigger_components
from tests.statuses import a_status, changed

BOX = Identity("kitchen")


def test_every_use_of_a_button_and_every_mood_is_a_trigger_of_its_own() -> None:
    payloads = [trigger.payload for trigger in TRIGGERS]
    assert payloads == [*BUTTON_KINDS, *map(str, EMOTIONS), *map(str, Verdict)]
    assert len({(trigger.type, trigger.subtype) for trigger in TRIGGERS}) == len(TRIGGERS)


def test_triggers_have_names_of_their_own_in_the_discovery_message() -> None:
    components = trigger_components(BOX)
    assert len(components) == len(TRIGGERS)
    assert components.keys().isdisjoint(entity.key for entity in ENTITIES)
    assert all(re.fullmatch("[A-Za-z0-9_-]+", key) for key in components)


def test_a_double_press_has_home_assistants_own_word_and_its_button() -> None:
    assert trigger_components(BOX)["button_trigger_skip_double"] == {
        "platform": "device_automation",
        "automation_type": "trigger",
        "type": "button_double_press",
        "subtype": "skip",
        "topic": "moodbox/kitchen/button",
        "payload": "skip_double",
        "value_template": "{{ value_json.event_type }}",
    }


def test_a_press_is_what_its_trigger_waits_for_and_is_never_retained() -> None:
    for kind in BUTTON_KINDS:
        component = trigger_components(BOX)[f"button_trigger_{kind}"]
        told = button_used(BOX, kind)
        assert not told.retain
        assert (told.topic, json.loads(told.payload)) == (component["topic"], {"event_type": component["payload"]})


def test_a_change_of_mood_is_told_once_and_never_retained() -> None:
    moods, status = MoodChanges(BOX), a_status()
    assert moods.news(status) is None
    happy = changed(status, mood={"mood": "happy"})
    topic = trigger_components(BOX)["mood_changed_trigger_happy"]["topic"]
    assert moods.news(happy) == Message(topic, b"happy", retain=False)
    assert moods.news(changed(happy, mood={"people": 2, "confidence": 0.5})) is None
    assert moods.news(status) == Message(topic, b"unsure", retain=False)
