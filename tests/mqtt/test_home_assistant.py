"""Against a real Home Assistant. It is not among the requirements: name its program to run this.

python -m venv hass && hass/bin/pip install homeassistant
MOODBOX_TEST_HASS=hass/bin/hass python -m pytest --slow tests/mqtt/test_home_assistant.py
"""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from appliance.domain import commands, events
from appliance.domain.actions import InstallModel, UpdateBox
from appliance.domain.emotions import Emotion
from appliance.domain.looks import CameraSwitch
from appliance.domain.moods import Policy
from appliance.mqtt.entities import ENTITIES
from appliance.settings.settings import Settings, parse_settings
from tests.mqtt.broker import Broker
from tests.mqtt.home_assistant import HomeAssistant
from tests.mqtt.small_box import small_box

BY_KEY = {entity.key: entity for entity in ENTITIES}

PROGRAM = os.environ.get("MOODBOX_TEST_HASS", "")
PAGE = Path(__file__).resolve().parents[2] / "docs" / "owner" / "home-assistant.md"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.needs("mosquitto"),
    pytest.mark.timeout(900),
    pytest.mark.skipif(not PROGRAM, reason="needs a Home Assistant: MOODBOX_TEST_HASS=PATH-OF-hass"),
]

# What Home Assistant rightly says when a test takes its broker away.
EXPECTED = (
    "Disconnected from MQTT server",
    "Failed to connect to MQTT server",
    "Error returned from MQTT server",
    "The client is not currently connected",
    "Connection refused",
)
OFF = {"look_time", "looks_per_second", "songs_heard", "uptime", "version", "detector"}


class House:
    """A broker and a Home Assistant with the page's automations, off at first and with short waiting times."""

    def __init__(self, folder: Path) -> None:
        self.broker = Broker(folder)
        examples = "".join(re.findall(r"```yaml\n(.*?)```", PAGE.read_text(), re.DOTALL))
        examples = re.sub(r"minutes: \d+", "seconds: 2", examples)
        examples = re.sub(r"(- id: .*)", r"\1\n  initial_state: false", examples)
        self.home = HomeAssistant(PROGRAM, folder / "home", examples)

    @property
    def settings(self) -> Settings:
        return parse_settings(
            f'[mqtt]\nhost = "127.0.0.1"\nport = {self.broker.port}\ndevice_id = "kitchen"\n'
            'suggested_area = "Kitchen"\n'
            "[mood]\ngone_after = 1\n[music]\nvolume_floor = 20\nvolume_cap = 80\n"
        )

    async def shows(self, entity: str, state: str, seconds: float = 20.0) -> None:
        await self.comes(lambda: self.home.state(entity) == state, f"{entity} {state}", seconds)

    async def comes(self, condition: Callable[[], Any], what: str, seconds: float = 20.0) -> None:
        deadline = asyncio.get_running_loop().time() + seconds
        while not await asyncio.to_thread(condition):
            assert asyncio.get_running_loop().time() < deadline, f"not within {seconds} s: {what}"
            await asyncio.sleep(0.2)

    async def call(self, service: str, entity: str, **data: Any) -> None:
        await asyncio.to_thread(lambda: self.home.call(service, entity, **data))


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    house = House(tmp_path_factory.mktemp("house"))
    house.broker.start()
    try:
        house.home.start()
        house.home.add_mqtt(house.broker.port)
        yield house
    finally:
        house.home.stop()
        house.broker.kill()


@pytest.fixture(autouse=True)
def no_complaints(house: House) -> Iterator[None]:
    yield
    assert not [line for line in house.home.complaints() if not any(words in line for words in EXPECTED)]


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
        assert box.conductor.camera_switch is CameraSwitch.ON
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


async def test_the_pages_automations_do_what_they_say(house: House) -> None:
    async with small_box(house.settings) as box:
        automations = [entity for entity in house.home.states() if entity.startswith("automation.")]
        assert len(automations) == 5
        await house.shows("sensor.moodbox_mood", "unsure")
        for automation in automations:
            await house.call("automation.turn_on", automation)
            await house.shows(automation, "on")
        box.judge(Emotion.SAD)
        await house.shows("light.living_room", "on")
        assert house.home.states()["light.living_room"]["attributes"]["hs_color"] == [225.0, 60.0]
        box.send(events.ButtonPressed("skip_double"))
        await house.shows("light.living_room", "off")
        box.show()
        await house.shows("binary_sensor.moodbox_presence", "off")
        await house.shows("switch.moodbox_music", "off")
        box.show(Emotion.HAPPY)
        await house.shows("switch.moodbox_music", "on")
        box.send(commands.SetCamera(on=False, by_button=False, by="page"))

        def have_run() -> bool:
            states = house.home.states()
            return all(states[entity]["attributes"]["last_triggered"] for entity in automations)

        await house.comes(have_run, "every automation has run")
        for automation in automations:
            await house.call("automation.turn_off", automation)


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
