"""The rules that Home Assistant's discovery holds a message to; one component that breaks them may cost the device."""

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from appliance.domain.buttons import BUTTON_KINDS
from appliance.domain.outputs import OutputKind, SoundOutput
from appliance.domain.status import OutputStatus, UpdateStatus
from appliance.domain.tuning import TuneKey
from appliance.mqtt.discovery import discovery_message, dropped
from appliance.mqtt.entities import ENTITIES
from appliance.mqtt.identity import Identity
from tests.statuses import a_status, changed

BY_KEY = {entity.key: entity for entity in ENTITIES}

PLATFORMS = {"sensor", "binary_sensor", "select", "button", "switch", "number", "event", "update", "text"}
COMMANDED = {"select", "button", "switch", "number", "update", "text"}
UNITS = {"duration": {"ms", "s", "min"}, "temperature": {"°C"}}

KITCHEN = Identity("kitchen", "Kitchen box")
MESSAGE = discovery_message(KITCHEN, a_status())
OF_ENTITIES = {key: part for key, part in MESSAGE["components"].items() if key in BY_KEY}


def components() -> list[Any]:
    return [pytest.param(key, component, id=key) for key, component in OF_ENTITIES.items()]


def test_the_device_and_the_origin_are_named() -> None:
    assert MESSAGE["origin"]["name"]
    assert MESSAGE["device"]["identifiers"] == ["kitchen"]
    assert MESSAGE["device"]["name"] == "Kitchen box"
    assert re.match(r"\d+\.\d+", MESSAGE["device"]["sw_version"])


def test_what_is_not_known_is_left_out() -> None:
    assert {"suggested_area", "configuration_url"}.isdisjoint(MESSAGE["device"])
    told = discovery_message(Identity("kitchen", area="Kitchen", page="http://box.local:8080/"), a_status())["device"]
    assert told["suggested_area"] == "Kitchen"
    assert re.match("https?://", told["configuration_url"])


def test_every_component_hears_that_the_box_is_there() -> None:
    assert MESSAGE["availability_topic"] == "moodbox/kitchen/availability"
    assert (MESSAGE["payload_available"], MESSAGE["payload_not_available"]) == ("online", "offline")


@pytest.mark.parametrize(("key", "component"), components())
def test_a_component_keeps_the_rules(key: str, component: dict[str, Any]) -> None:
    platform = component["platform"]
    assert platform in PLATFORMS
    assert re.fullmatch("[A-Za-z0-9_-]+", key)
    assert re.fullmatch("[A-Za-z0-9_-]+", component["unique_id"])
    assert re.fullmatch(rf"{platform}\.[a-z0-9_]+", component["default_entity_id"])
    assert component["default_entity_id"] == f"{platform}.{component['object_id']}"
    assert component["qos"] == 1
    assert ("command_topic" in component) == (platform in COMMANDED)
    assert ("state_topic" in component) == (platform != "button")
    assert component.get("entity_category") in (None, "config", "diagnostic")
    # Home Assistant lets what only shows a value be a diagnostic, never a configuration.
    assert not (platform in ("sensor", "binary_sensor") and component.get("entity_category") == "config")
    assert "retain" not in component
    if "icon" in component:
        assert re.fullmatch("mdi:[a-z0-9-]+", component["icon"])
    else:
        assert "device_class" in component
    if units := UNITS.get(component.get("device_class", "")):
        assert component["unit_of_measurement"] in units
    if component.get("device_class") == "enum":
        assert {"state_class", "unit_of_measurement"}.isdisjoint(component)
        assert len(set(component["options"])) == len(component["options"])


def test_unique_ids_are_unique_and_two_boxes_share_none() -> None:
    def ids(box: str) -> set[str]:
        parts = discovery_message(Identity(box), a_status())["components"]
        return {parts[key]["unique_id"] for key in BY_KEY}

    assert len(ids("kitchen")) == len(ENTITIES)
    assert ids("kitchen").isdisjoint(ids("office"))


def test_only_the_mood_bears_the_devices_name() -> None:
    assert [key for key, part in OF_ENTITIES.items() if part["name"] is None] == ["mood"]


def test_names_are_written_as_home_assistant_writes_them() -> None:
    for component in OF_ENTITIES.values():
        name = component["name"] or "Mood"
        assert name[0].isupper()
        assert "moodbox" not in name.lower()


def test_the_mood_may_be_any_emotion_or_unsure_or_nobody() -> None:
    assert MESSAGE["components"]["mood"]["options"] == [
        *("angry", "disgust", "fear", "happy", "neutral", "sad", "surprise", "unsure", "nobody")
    ]


def test_every_use_of_a_button_is_announced() -> None:
    assert MESSAGE["components"]["button"]["event_types"] == list(BUTTON_KINDS)


def test_values_that_age_expire_and_are_refreshed_more_often_than_that() -> None:
    for entity in ENTITIES:
        expires = entity.config.get("expire_after")
        assert (expires is None) == (entity.refresh == float("inf"))
        if expires is not None:
            assert entity.refresh * 2 < expires
            assert entity.every <= entity.refresh


def test_rarely_used_diagnostics_are_off_by_default() -> None:
    off = {key for key, part in MESSAGE["components"].items() if part.get("enabled_by_default") is False}
    tuned = {"quiet_hours", *(key.name.lower() for key in TuneKey)}
    assert off == {"look_time", "looks_per_second", "songs_heard", "uptime", "version", "detector"} | tuned
    for key in off:
        assert MESSAGE["components"][key]["entity_category"] == ("config" if key in tuned else "diagnostic")


def test_outputs_are_options_by_their_names_and_told_apart_where_those_are_one() -> None:
    two = tuple(SoundOutput(device, OutputKind.USB, "Topping E30") for device in ("hw:1", "hw:2"))
    offered = (SoundOutput("auto"), SoundOutput("hw:0", OutputKind.JACK), *two)
    told = OutputStatus(device="hw:2", name="", kind=OutputKind.USB, wanted="hw:2", offered=offered)
    status = changed(a_status(), output=told)
    options = ["auto", "Headphone jack", "USB: Topping E30", "USB: Topping E30 (hw:2)"]
    german = Identity("kitchen", language="de")
    assert discovery_message(german, status)["components"]["output"]["options"] == options
    state = BY_KEY["output"].state
    assert state
    assert state(status) == "USB: Topping E30 (hw:2)"
    assert state(changed(a_status(), output=replace(told, wanted="auto"))) == "auto"
    assert state(a_status()) is None
    assert MESSAGE["components"]["output"]["options"] == ["auto"]


@pytest.mark.parametrize(
    ("floor", "cap", "low", "high"), [(0, 100, 0, 100), (20, 80, 20, 80), (50, 50, 50, 51), (100, 100, 99, 100)]
)
def test_the_volume_has_the_owners_limits_and_they_always_differ(floor: int, cap: int, low: int, high: int) -> None:
    status = a_status(f"[music]\nvolume_floor = {floor}\nvolume_cap = {cap}")
    volume = discovery_message(Identity("kitchen"), status)["components"]["volume"]
    assert (volume["min"], volume["max"]) == (low, high)


def test_the_message_is_json_that_a_small_broker_takes() -> None:
    assert len(json.dumps(MESSAGE)) < 24_000


def test_a_component_of_an_earlier_version_is_dropped_by_its_platform_alone() -> None:
    earlier = {"components": {**MESSAGE["components"], "lamp": {"platform": "light", "unique_id": "kitchen_lamp"}}}
    assert dropped(json.dumps(earlier).encode(), KITCHEN) == {"lamp": {"platform": "light"}}


def test_a_component_that_is_of_another_platform_now_is_dropped_first() -> None:
    assert dropped(b'{"components": {"mood": {"platform": "select"}}}', KITCHEN) == {"mood": {"platform": "select"}}


def test_this_versions_own_message_drops_nothing() -> None:
    assert dropped(json.dumps(MESSAGE).encode(), KITCHEN) == {}


@given(st.binary() | st.from_regex(rb'\{"components": .*\}', fullmatch=True))
def test_a_message_that_is_not_ours_drops_nothing_that_we_have(payload: bytes) -> None:
    assert not dropped(payload, KITCHEN).keys() & BY_KEY.keys()


def test_a_box_that_is_not_installed_for_good_offers_no_power_and_no_update() -> None:
    clone = Identity("kitchen", power=False)
    platforms = {"restart_machine": "button", "power_off": "button", "software": "update"}
    left_out = MESSAGE["components"].keys() - discovery_message(clone, a_status())["components"].keys()
    assert left_out == platforms.keys()
    assert dropped(json.dumps(MESSAGE).encode(), clone) == {
        key: {"platform": platform} for key, platform in platforms.items()
    }


def test_names_are_in_the_owners_language_and_ids_and_states_are_not() -> None:
    german = discovery_message(Identity("kitchen", "Kitchen box", language="de"), a_status())["components"]
    assert german["wrong_mood"]["name"] == "Falsche Stimmung"
    assert german["mood"]["name"] is None
    for key, component in OF_ENTITIES.items():
        assert german[key] | {"name": ""} == component | {"name": ""}


def test_a_release_on_offer_is_told_without_a_null_text() -> None:
    told = BY_KEY["software"].state
    assert told
    assert told(a_status()) == {"installed_version": a_status().version, "title": "Moodbox"}
    offered = UpdateStatus(possible=True, index=True, latest="9.0.0", summary="It sings.", stage="fetching", share=0.42)
    assert told(changed(a_status(), update=offered)) == {
        "installed_version": a_status().version,
        "title": "Moodbox",
        "latest_version": "9.0.0",
        "release_summary": "It sings.",
        "in_progress": True,
        "update_percentage": 42,
    }
    nothing_newer = told(changed(a_status(), update=UpdateStatus(possible=True, index=True)))
    assert isinstance(nothing_newer, dict)
    assert nothing_newer["latest_version"] == a_status().version
    assert None not in (nothing_newer["latest_version"], nothing_newer["in_progress"])
