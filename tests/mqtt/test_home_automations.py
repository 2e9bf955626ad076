"""Blueprints, triggers of the device and the page's example in a real Home Assistant (`tests/mqtt/house.py`)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress

import pytest

from appliance.domain import commands, events
from appliance.domain.emotions import Emotion
from tests.mqtt.house import FROM_BLUEPRINTS, MARKS, House, running_house
from tests.mqtt.small_box import SmallBox, small_box

pytestmark = MARKS

BY_HAND = "Moodbox has been blind for a while"
OF_DEVICE = {"device mood": ("mood", "sad"), "device button": ("button_double_press", "skip")}
ALL = (*FROM_BLUEPRINTS, *OF_DEVICE, BY_HAND)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with running_house(tmp_path_factory.mktemp("house")) as house:
        yield house


class Visitors:
    """Whoever is in front of the camera, seen several times a second while it is open."""

    def __init__(self, box: SmallBox) -> None:
        self.box = box
        self.wear(Emotion.HAPPY)

    def wear(self, *faces: Emotion) -> None:
        self.box.present = faces

    async def stay(self) -> None:
        while True:
            vision = self.box.conductor.vision_state
            if vision.look is None or vision.seeing:
                self.box.show(*self.box.present)
            await asyncio.sleep(0.2)

    async def are_judged(self, emotion: Emotion) -> None:
        """Wear this until the box has noticed, going by nothing that was seen before."""
        self.wear(emotion)
        self.box.send(commands.RejectMood("test"))
        while self.box.conductor.mood.mood != emotion:
            self.box.judge(emotion)
            await asyncio.sleep(0.5)


@asynccontextmanager
async def visited(house: House) -> AsyncIterator[tuple[SmallBox, Visitors]]:
    """A box with somebody in front of it, as Home Assistant shows it."""
    async with small_box(house.settings) as box:
        visitors = Visitors(box)
        staying = asyncio.create_task(visitors.stay())
        try:
            await house.shows("binary_sensor.moodbox_presence", "on", 60)
            await house.shows("switch.moodbox_music", "on")
            yield box, visitors
        finally:
            staying.cancel()
            with suppress(asyncio.CancelledError):
                await staying


async def add_triggers(house: House) -> None:
    """Two automations on triggers of the device, made as the page's editor makes them."""
    device = await asyncio.to_thread(house.home.template, "{{ device_id('sensor.moodbox_mood') }}")
    for alias, (kind, subtype) in OF_DEVICE.items():
        trigger = {"trigger": "device", "domain": "mqtt", "device_id": device, "type": kind, "subtype": subtype}
        content = {"alias": alias, "triggers": [trigger], "conditions": [], "actions": []}
        await asyncio.to_thread(house.home.add_automation, alias.replace(" ", "_"), content)
        await house.shows(f"automation.{alias.replace(' ', '_')}", "on")


def runs(house: House) -> dict[str, int]:
    return {alias: house.home.runs(alias) for alias in ALL}


async def each_fires(house: House, box: SmallBox, visitors: Visitors, before: dict[str, int]) -> None:
    """All happens that automations wait for; since `before` each has run for that and for nothing else."""
    await visitors.are_judged(Emotion.HAPPY)
    await house.shows("sensor.moodbox_mood", "happy")
    await visitors.are_judged(Emotion.SAD)
    await house.shows("light.living_room", "on")
    await house.comes(lambda: house.home.states()["light.living_room"]["attributes"]["hs_color"] == [225, 60], "blue")
    box.send(events.ButtonPressed("skip_short"))
    box.send(events.ButtonPressed("skip_double"))
    await house.shows("light.living_room", "off")
    visitors.wear()
    await house.shows("switch.moodbox_music", "off")
    visitors.wear(Emotion.HAPPY)
    await house.shows("switch.moodbox_music", "on")
    await house.call("input_boolean.turn_on", "input_boolean.sleeping")
    await house.shows("switch.moodbox_quiet", "on")
    await house.call("input_boolean.turn_off", "input_boolean.sleeping")
    await house.shows("switch.moodbox_quiet", "off")
    await house.shows("binary_sensor.moodbox_presence", "on")
    box.send(commands.SetCamera(on=False, by_button=False, by="page"))
    await house.comes(lambda: house.home.runs(BY_HAND) > before[BY_HAND], "the camera's notification")
    box.send(commands.SetCamera(on=True, by_button=False, by="page"))
    await house.shows("switch.moodbox_camera", "on")
    await house.shows("binary_sensor.moodbox_presence", "on")
    wanted = {"lights": 2, "pause": 2, "buttons": 2, "quiet": 2, "device mood": 1, "device button": 1, BY_HAND: 1}
    told = runs(house)
    assert {alias: told[alias] - before[alias] for alias in ALL} == wanted
    assert not house.unexpected()


async def test_automations_fire_for_what_happens_and_never_for_a_restart(house: House) -> None:
    nothing = dict.fromkeys(ALL, 0)
    async with visited(house) as (box, visitors):
        await house.shows("sensor.moodbox_mood", "unsure")
        await add_triggers(house)
        await each_fires(house, box, visitors, nothing)

        for time in range(2):  # the broker, which loses what it has retained
            before = runs(house)
            house.broker.kill()
            await house.shows("sensor.moodbox_mood", "unavailable")
            if time:
                await visitors.are_judged(Emotion.FEAR)
            house.broker.start()
            await house.shows("binary_sensor.moodbox_presence", "on", 60)
            await each_fires(house, box, visitors, before)

        for forced in (False, True):  # Home Assistant, with the broker the second time
            await asyncio.to_thread(house.home.stop, forced)
            if forced:
                house.broker.kill()
                house.broker.start()
            await asyncio.to_thread(house.home.start)
            await house.shows("binary_sensor.moodbox_presence", "on", 60)
            await each_fires(house, box, visitors, nothing)

        box.send(events.ButtonPressed("skip_double"))
        before = {alias: count + (alias in ("buttons", "device button")) for alias, count in runs(house).items()}
        await house.comes(lambda: house.home.runs("device button") == before["device button"], "a last press")
    for _ in range(2):  # the box
        await house.shows("sensor.moodbox_mood", "unavailable")
        async with visited(house) as (box, visitors):
            await house.shows("sensor.moodbox_mood", "unsure")
            await each_fires(house, box, visitors, before)
            before = runs(house)
