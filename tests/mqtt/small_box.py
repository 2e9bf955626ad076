"""A box without camera and MPD: the real conductor and the real MQTT part, and a player that does as it is told.

As a program (`python -m tests.mqtt.small_box SETTINGS`) it runs until it is stopped or killed.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import signal
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from appliance.core.conductor import Conductor
from appliance.core.saved_choices import SavedChoices
from appliance.core.status import describe_status
from appliance.domain import actions, commands, events
from appliance.domain.emotions import EMOTIONS, Emotion, Reading
from appliance.domain.looks import CameraState, Face, Look
from appliance.domain.reasons import InWords
from appliance.domain.status import Status
from appliance.lib.backoff import Backoff
from appliance.lib.clock import SystemClock
from appliance.lib.supervise import supervise
from appliance.mqtt.bridge import MqttBridge
from appliance.mqtt.identity import identify
from appliance.settings.settings import Settings, load_settings
from tests.statuses import changed

WHY = InWords(text="you looked happy")
TRACK = events.PlayerState(
    "play", "happy/a.ogg", "A Song", "Someone", elapsed=3.0, duration=60.0, volume=50, emotion=Emotion.HAPPY, reason=WHY
)


class SmallBox:
    def __init__(self, settings: Settings, pace: float, backoff: Backoff | None) -> None:
        """`backoff` None is a real box's."""
        self.clock = SystemClock()
        self.link: str | None = None
        self.queue: asyncio.Queue[events.Event] = asyncio.Queue()
        self.conductor = Conductor(settings, self.clock, SavedChoices())
        self.mqtt = MqttBridge(
            settings.mqtt,
            self.queue.put_nowait,
            identify(settings.mqtt),
            backoff,
            monotonic=lambda: pace * self.clock.monotonic(),
            link=lambda: self.link,
        )
        self.handled: list[events.Event] = []
        self.done: list[actions.Action] = []
        self.more_status: dict[str, Any] = {}
        self.present: tuple[Emotion, ...] = ()
        """Who is seen as soon as the camera opens."""
        self.send(events.VisionHello("webcam /dev/video0", "mediapipe", "edge 1.0.0"))
        self.send(events.PlayerChanged(TRACK))

    def send(self, event: events.Event) -> None:
        self.queue.put_nowait(event)

    def show(self, *emotions: Emotion, camera: CameraState = CameraState.OPEN, problem: str | None = None) -> None:
        """One look at faces that wear these emotions."""
        faces = tuple(Face((0, 0, 50, 50), 0.9, _mostly(emotion)) for emotion in emotions)
        self.send(events.Looked(Look(self.clock.monotonic(), camera, faces, (640, 480), 0.5, 10.0, problem)))

    def judge(self, emotion: Emotion) -> None:
        """See enough of this emotion for a judgement, and judge."""
        now = self.clock.monotonic()
        for number in range(20):
            faces = (Face((0, 0, 50, 50), 0.9, _mostly(emotion)),)
            self.send(events.Looked(Look(now + number / 100, CameraState.OPEN, faces, (640, 480), 0.5, 10.0)))
        self.send(commands.JudgeNow("test"))

    async def conduct(self) -> None:
        while True:
            try:
                async with asyncio.timeout(0.1):
                    event = await self.queue.get()
            except TimeoutError:
                event = events.Tick()
            else:
                self.handled.append(event)
            for action in self.conductor.handle(event):
                self.done.append(action)
                self._play(action)
            self.mqtt.notice(event)
            self.mqtt.update(self.status)

    @property
    def status(self) -> Status:
        return changed(describe_status(self.conductor, self.clock), **self.more_status)

    def _play(self, action: actions.Action) -> None:
        player = self.conductor.player
        match action:
            case actions.ApplyVolume(volume):
                floor, cap = self.conductor.volume.range
                self.send(events.PlayerChanged(replace(player, volume=min(max(volume, floor), cap))))
            case actions.Pause():
                self.send(events.PlayerChanged(replace(player, state="pause")))
            case actions.Resume():
                self.send(events.PlayerChanged(replace(player, state="play")))
            case actions.OrderCamera(on):
                self.show(*self.present if on else (), camera=CameraState.OPEN if on else CameraState.OFF)


def _mostly(emotion: Emotion) -> Reading:
    return Reading(tuple(0.88 if other is emotion else 0.02 for other in EMOTIONS))


@contextlib.asynccontextmanager
async def small_box(settings: Settings, pace: float = 1.0) -> AsyncIterator[SmallBox]:
    box = SmallBox(settings, pace, Backoff(first=0.1, cap=0.2))
    async with supervise("mqtt", box.mqtt.run), supervise("conductor", box.conduct):
        yield box


quick_box = functools.partial(small_box, pace=10.0)
"""One whose states may follow each other ten times as quickly as a real box's."""


async def main(file: Path) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    async with small_box(load_settings(file)):
        await stop.wait()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
