"""A broker and a real Home Assistant with the automations of the owner's page, made from blueprints and by hand.

It is not among the requirements: `python -m venv hass && hass/bin/pip install homeassistant`, and
MOODBOX_TEST_HASS=hass/bin/hass names its program.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml

from appliance.settings.settings import Settings, parse_settings
from appliance.web.blueprint_files import FOLDER
from tests.mqtt.broker import Broker
from tests.mqtt.home_assistant import HomeAssistant

PROGRAM = os.environ.get("MOODBOX_TEST_HASS", "")
PAGE = Path(__file__).resolve().parents[2] / "docs" / "owner" / "home-assistant.md"
MARKS = [
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
    "failed to receive on socket",
)


def _from(blueprint: str, **inputs: Any) -> dict[str, Any]:
    return {"use_blueprint": {"path": f"moodbox/{blueprint}.yaml", "input": inputs}}


_DARK = {"action": "light.turn_off", "target": {"entity_id": "light.living_room"}}
FROM_BLUEPRINTS = {
    "lights": _from("lights-by-mood", mood="sensor.moodbox_mood", lights=["light.living_room"], only_lit=False),
    "pause": _from(
        "pause-when-empty",
        presence="binary_sensor.moodbox_presence",
        music="switch.moodbox_music",
        wait={"seconds": 2},
    ),
    "buttons": _from("buttons", button="event.moodbox_button", skip_double=[_DARK]),
    "quiet": _from("quiet-hours", schedule="input_boolean.sleeping", quiet="switch.moodbox_quiet"),
}
"""By alias."""


def _by_hand() -> list[dict[str, Any]]:
    examples = re.findall(r"```yaml\n(.*?)```", PAGE.read_text(), re.DOTALL)
    return [yaml.safe_load(re.sub(r"minutes: \d+", "seconds: 2", example)) for example in examples]


def _media_player() -> str:
    (recipe,) = re.findall(r"  ```\n(  media_player:.*?)  ```", PAGE.read_text(), re.DOTALL)
    player, _, sensors = textwrap.dedent(recipe).partition("template:\n")
    return sensors + player  # the configuration that they are appended to ends with templates


class House:
    """Its waiting times are short."""

    def __init__(self, folder: Path) -> None:
        self.broker = Broker(folder)
        automations = [{"alias": alias, **content} for alias, content in FROM_BLUEPRINTS.items()] + _by_hand()
        automations = [{"id": f"made{number}", **content} for number, content in enumerate(automations)]
        self.home = HomeAssistant(PROGRAM, folder / "home", yaml.safe_dump(automations), _media_player())
        shutil.copytree(FOLDER, self.home.folder / "blueprints" / "automation" / "moodbox")

    @property
    def settings(self) -> Settings:
        return parse_settings(
            f'[mqtt]\nhost = "127.0.0.1"\nport = {self.broker.port}\ndevice_id = "kitchen"\n'
            'suggested_area = "Kitchen"\n'
            "[mood]\ngone_after = 1\nfirst_after = 86400\nevaluate_every = 86400\n"
            "[music]\nvolume_floor = 20\nvolume_cap = 80\n"
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

    def unexpected(self) -> list[str]:
        """What Home Assistant complains of that no test has brought about."""
        return [line for line in self.home.complaints() if not any(words in line for words in EXPECTED)]


@contextmanager
def running_house(folder: Path) -> Iterator[House]:
    house = House(folder)
    house.broker.start()
    try:
        house.home.start()
        house.home.add_mqtt(house.broker.port)
        yield house
    finally:
        house.home.stop()
        house.broker.kill()
