"""Against a real Home Assistant: see `tests/mqtt/house.py` for how to run it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from appliance.domain import commands, events
from appliance.domain.actions import InstallModel, UpdateBox
from appliance.domain.emotions import Emotion
from appliance.domain.looks import CameraSwitch
from appliance.domain.moods import Policy
from appliance.domain.tuning import TuneKey
from appliance.mqtt.entities import ENTITIES
from tests.mqtt.house import MARKS, House, running_house
from tests.mqtt.small_box import small_box

BY_KEY = {entity.key: entity for entity in ENTITIES}

pytestmark = MARKS

OFF = {"look_time", "looks_per_second", "songs_heard", "uptime", "version", "detector"} | {
    "quiet_hours",
    *(key.name.lower() for key in TuneKey),
}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with running_house(tmp_path_factory.mktemp("house")) as house:
        yield house


@pytest.fixture(autouse=True)
def no_complaints(house: House) -> Iterator[None]:
    yield
    assert not house.unexpected()


def entity_id(key: str) -> str:
    return f"{BY_KEY[key].platform}.moodbox_{key}"


async def test_every_entity_appears_with_its_category_and_unit(house: House) -> None:
    async with small_box(house.settings):
        wanted = {entity_id(entity.key) for entity in ENTITIES}
        await house.comes(lambda: wanted <= house.home.registry().keys(), "all entities in the registry", 60)
        registry = house.home.registry()
        for entity in ENTITIES:
            entry = registry[entity_id(entity.key)]
            assert entry["entity_category"] == entity.config.get("entity_category")
            assert entry["unit_of_measurement"] == entity.config.get("unit_of_measurement")
            assert entry["original_device_class"] == entity.config.get("device_class")
            assert entry["original_icon"] == entity.config.get("icon")
            assert entry["original_name"] == entity.name
            assert entry["unique_id"] == f"kitchen_{entity.key}"
            assert (entry["disabled_by"] == "integration") == (entity.key in OFF)
        volume = house.home.states()["number.moodbox_volume"]["attributes"]
        assert (volume["min"], volume["max"], volume["step"]) == (20, 80, 1)
        assert {entry["entity_id"] for entry in registry.values() if entry["platform"] == "mqtt"} == wanted


async def test_states_show_and_what_is_not_known_is_unknown(house: House) -> None:
    async with small_box(house.settings) as box:
        box.judge(Emotion.HAPPY)
        await house.shows("sensor.moodbox_mood", "happy")
        await house.shows("sensor.moodbox_confidence", "88.0")
        await house.shows("binary_sensor.moodbox_presence", "on")
        await house.shows("sensor.moodbox_now_playing", "A Song")
        playing = house.home.states()["sensor.moodbox_now_playing"]["attributes"]
        assert (playing["artist"], playing["why"]) == ("Someone", "you looked happy")
        assert house.home.states()["sensor.moodbox_mood"]["attributes"]["friendly_name"] == "Moodbox"
        box.send(events.PlayerChanged(events.PlayerState("lost")))
        await house.shows("switch.moodbox_music", "unknown")
        await house.shows("binary_sensor.moodbox_problem", "on")
        problems = house.home.states()["binary_sensor.moodbox_problem"]["attributes"]["problems"]
        assert "music: MPD cannot be reached" in problems


async def test_select_switch_number_and_button_do_what_they_say(house: House) -> None:
    async with small_box(house.settings) as box:
        await house.shows("select.moodbox_override", "auto")
        await house.call("select.select_option", "select.moodbox_override", option="sad")
        await house.shows("select.moodbox_override", "sad")
        assert box.conductor.override is Emotion.SAD
        await house.call("select.select_option", "select.moodbox_policy", option="cheer")
        await house.shows("select.moodbox_policy", "cheer")
        assert box.conductor.policy is Policy.CHEER
        await house.call("number.set_value", "number.moodbox_volume", value=33)
        await house.shows("number.moodbox_volume", "33")
        assert box.conductor.player.volume == 33
        await house.call("number.set_value", "number.moodbox_interval", value=2.5)
        await house.shows("number.moodbox_interval", "2.5")
        assert box.conductor.interval == 150
        for switch in ("camera", "music"):
            await house.call("switch.turn_off", f"switch.moodbox_{switch}")
            await house.shows(f"switch.moodbox_{switch}", "off")
            await house.call("switch.turn_on", f"switch.moodbox_{switch}")
            await house.shows(f"switch.moodbox_{switch}", "on")
        assert box.conductor.camera.switch is CameraSwitch.ON
        for button, event in {
            "skip": commands.Skip,
            "judge_now": commands.JudgeNow,
            "wrong_mood": commands.RejectMood,
            "restart": commands.RestartBox,
        }.items():
            await house.call("button.press", f"button.moodbox_{button}")
            await house.comes(lambda event=event: event("Home Assistant") in box.handled, button)


async def test_a_camera_turned_off_by_its_button_is_shown_as_such_and_stays_off(house: House) -> None:
    async with small_box(house.settings) as box:
        box.send(commands.SetCamera(on=False, by_button=True, by="button"))
        await house.shows("sensor.moodbox_camera_state", "off-by-button")
        await house.call("switch.turn_on", "switch.moodbox_camera")
        await asyncio.sleep(2)
        await house.shows("switch.moodbox_camera", "off")


async def test_a_button_on_the_box_is_an_event(house: House) -> None:
    async with small_box(house.settings) as box:
        await house.shows("select.moodbox_override", "auto")
        for kind in ("skip_short", "override_long"):
            box.send(events.ButtonPressed(kind))
            await house.comes(
                lambda kind=kind: house.home.states()["event.moodbox_button"]["attributes"]["event_type"] == kind, kind
            )


async def test_a_newer_model_is_an_update(house: House) -> None:
    async with small_box(house.settings) as box:
        await house.shows("update.moodbox_model", "off")
        box.more_status["model"] = {"installed": "edge 1.0.0", "latest": "edge 1.1.0", "on_trial": False}
        await house.shows("update.moodbox_model", "on")
        attributes = house.home.states()["update.moodbox_model"]["attributes"]
        assert (attributes["installed_version"], attributes["latest_version"]) == ("edge 1.0.0", "edge 1.1.0")
        await house.call("update.install", "update.moodbox_model")
        await house.comes(lambda: InstallModel() in box.done, "the model's installation")


async def test_a_newer_release_is_an_update_with_its_progress(house: House) -> None:
    async with small_box(house.settings) as box:
        await house.shows("update.moodbox_software", "unknown")
        offered = {"possible": True, "index": True, "latest": "9.0.0", "summary": "It sings."}
        box.more_status["update"] = offered
        await house.shows("update.moodbox_software", "on")
        attributes = house.home.states()["update.moodbox_software"]["attributes"]
        assert (attributes["latest_version"], attributes["release_summary"]) == ("9.0.0", "It sings.")
        await house.call("update.install", "update.moodbox_software")
        await house.comes(lambda: UpdateBox() in box.done, "the release's installation")
        box.more_status["update"] = offered | {"stage": "fetching", "share": 0.42}
        await house.comes(
            lambda: house.home.states()["update.moodbox_software"]["attributes"].get("update_percentage") == 42,
            "its progress",
        )


async def test_the_pages_media_player_shows_and_does_what_it_says(house: House) -> None:
    async with small_box(house.settings) as box:
        await house.shows("media_player.moodbox", "playing")
        level = "volume_level"
        await house.comes(lambda: house.home.states()["media_player.moodbox"]["attributes"].get(level) == 0.5, level)
        await house.call("media_player.volume_set", "media_player.moodbox", volume_level=0.4)
        await house.shows("number.moodbox_volume", "40")
        await house.call("media_player.media_pause", "media_player.moodbox")
        await house.shows("media_player.moodbox", "paused")
        await house.call("media_player.media_play", "media_player.moodbox")
        await house.shows("media_player.moodbox", "playing")
        await house.call("media_player.media_next_track", "media_player.moodbox")
        await house.comes(lambda: commands.Skip("Home Assistant") in box.handled, "the next track")
    await house.shows("media_player.moodbox", "unavailable")


async def states_return(house: House, override: str) -> None:
    await house.shows("select.moodbox_override", override, 60)
    await house.shows("sensor.moodbox_now_playing", "A Song")
    await house.shows("number.moodbox_volume", "50")


@pytest.mark.parametrize("time", [1, 2, 3])
async def test_states_return_when_any_of_the_three_restarts(house: House, time: int) -> None:
    async with small_box(house.settings):
        await house.shows("select.moodbox_override", "auto")
    await house.shows("select.moodbox_override", "unavailable")
    async with small_box(house.settings) as box:
        await states_return(house, "auto")
        house.broker.kill()
        await house.shows("select.moodbox_override", "unavailable")
        box.send(commands.Override(Emotion.FEAR, "button"))
        house.broker.start()
        await states_return(house, "fear")
        await asyncio.to_thread(house.home.stop, time == 2)
        box.send(commands.Override(Emotion.HAPPY, "button"))
        await asyncio.to_thread(house.home.start)
        await states_return(house, "happy")
        # Home Assistant, killed or stopped, comes back with a broker that knows nothing of us but what we say again.
        await asyncio.to_thread(house.home.stop)
        house.broker.kill()
        house.broker.start()
        await asyncio.to_thread(house.home.start)
        await states_return(house, "happy")
