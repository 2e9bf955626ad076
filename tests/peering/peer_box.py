"""A conductor with the part that knows the other boxes, on a broker of tests."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import msgspec

from appliance.core.conductor import Conductor
from appliance.core.saved_choices import SavedChoices
from appliance.core.status import describe_status
from appliance.domain import events
from appliance.domain.actions import Play
from appliance.domain.commands import JudgeNow
from appliance.domain.emotions import Emotion
from appliance.domain.looks import CameraState, Face, Look
from appliance.domain.status import HouseStatus, NeighbourStatus
from appliance.lib.backoff import Backoff
from appliance.lib.clock import SystemClock
from appliance.lib.supervise import supervise
from appliance.mqtt.identity import Identity
from appliance.peering.bridge import PeerBridge
from appliance.settings.settings import parse_settings
from tests.room import mostly

PATIENCE = 60.0


class PeerBox:
    """`lived` keeps it running; its clock jumps by `jump` seconds."""

    def __init__(self, folder: Path, port: int, box: str, name: str = "") -> None:
        settings = parse_settings(f'[mood]\npolicy = "match"\n[mqtt]\nhost = "127.0.0.1"\nport = {port}\n')
        self.clock = SystemClock()
        self.jump = 0.0
        self.conductor = Conductor(settings, self.clock, SavedChoices())
        self.queue: asyncio.Queue[events.Message] = asyncio.Queue()
        self.handled: list[events.Message] = []
        self.played: list[Emotion] = []
        state = folder / box
        identity = Identity(box, name=name or box.title())
        self.peers = PeerBridge(
            settings.mqtt,
            identity,
            state,
            self.queue.put_nowait,
            Backoff(first=0.1, cap=0.2),
            lambda: self.clock.monotonic() + self.jump,
        )

    @property
    def house(self) -> HouseStatus:
        return self.peers.status(self.conductor.house.together, self.conductor.house_mood.mood.value)

    def other(self, box: str) -> NeighbourStatus | None:
        return next((each for each in self.house.boxes if each.id == box), None)

    def judge(self, emotion: Emotion, people: int = 1) -> None:
        """See enough of this emotion for a judgement, and judge."""
        now = self.clock.monotonic()
        faces = (Face((0, 0, 50, 50), 0.9, mostly(emotion)),) * people
        for number in range(20):
            look = Look(now - (20 - number) / 100, CameraState.OPEN, faces, (640, 480), 0.5, 10.0)
            self.queue.put_nowait(events.Looked(look))
        self.queue.put_nowait(JudgeNow("test"))

    async def conduct(self) -> None:
        while True:
            try:
                async with asyncio.timeout(0.1):
                    message = await self.queue.get()
            except TimeoutError:
                message = events.Tick()
            else:
                self.handled.append(message)
            self.played += [each.emotion for each in self.conductor.handle(message) if isinstance(each, Play)]
            self.peers.notice(message)
            status = describe_status(self.conductor, self.clock)
            self.peers.update(msgspec.structs.replace(status, house=self.house))


@contextlib.asynccontextmanager
async def lived(*boxes: PeerBox) -> AsyncIterator[None]:
    async with contextlib.AsyncExitStack() as house:
        for box in boxes:
            await house.enter_async_context(supervise("peers", box.peers.run))
            await house.enter_async_context(supervise("conductor", box.conduct))
        yield


async def until(condition: Callable[[], object]) -> None:
    deadline = asyncio.get_running_loop().time() + PATIENCE
    while not condition():
        assert asyncio.get_running_loop().time() < deadline, f"not within {PATIENCE:.0f} s"
        await asyncio.sleep(0.02)


async def paired(kitchen: PeerBox, attic: PeerBox) -> None:
    """As their owner pairs them: the digits are compared on both pages."""
    await until(lambda: kitchen.other("attic"))
    kitchen.peers.pair("attic")
    await until(lambda: kitchen.house.pairing and kitchen.house.pairing.code)
    await until(lambda: attic.house.pairing and attic.house.pairing.code)
    assert kitchen.house.pairing
    assert attic.house.pairing
    assert kitchen.house.pairing.code == attic.house.pairing.code
    kitchen.peers.answer(True)
    attic.peers.answer(True)
    for box, other in ((kitchen, "attic"), (attic, "kitchen")):
        await until(lambda box=box, other=other: (there := box.other(other)) and there.paired)
