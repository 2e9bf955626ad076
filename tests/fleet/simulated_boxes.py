"""Boxes by the hundred, a process each: the real conductor and MQTT part, eyes that are made up, and no MPD.

Forked from one process that has imported everything and has no threads, so that a hundred of them fit into a small
machine.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import multiprocessing
import random
import signal
from collections.abc import Callable
from multiprocessing.process import BaseProcess

from appliance.domain import events
from appliance.domain.emotions import EMOTIONS, Emotion
from appliance.lib.supervise import supervise
from appliance.settings.settings import parse_settings
from tests.mqtt.small_box import SmallBox

LOOKS = 2.0
"""Looks a second at whoever is there."""
STAYS = (20.0, 60.0)
"""Seconds for which somebody wears one face."""
TICK = 1.0
"""Seconds at most between two looks at the clock, as in a real box."""


def box_id(number: int) -> str:
    return f"room-{number:03}"


class SimulatedBox(SmallBox):
    """One whose visitors come, go and change their faces by chance."""

    async def visitors(self, chance: random.Random) -> None:
        while True:
            self.present = chance.choice([(), *((emotion,) for emotion in EMOTIONS)])
            for _ in range(int(LOOKS * chance.uniform(*STAYS))):
                if self.conductor.vision_state.look is None or self.conductor.vision_state.seeing:
                    self.show(*self.present)
                await asyncio.sleep(1 / LOOKS)

    async def conduct(self) -> None:
        """As `Box._conduct`: what is there by now is taken at once."""
        while True:
            messages: list[events.Event] = []
            with contextlib.suppress(TimeoutError):
                messages.append(await asyncio.wait_for(self.queue.get(), TICK))
            while not self.queue.empty():
                messages.append(self.queue.get_nowait())
            for message in messages or [events.Tick()]:
                for action in self.conductor.handle(message):
                    self._play(action)
                self.mqtt.notice(message)
            self.mqtt.update(self.status)


async def _live(port: int, number: int) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    settings = parse_settings(
        f'[mqtt]\nhost = "127.0.0.1"\nport = {port}\ndevice_id = "{box_id(number)}"\ndevice_name = "{box_id(number)}"\n'
    )
    box = SimulatedBox(settings, 1.0, None)
    box.judge(Emotion.HAPPY)
    async with supervise("mqtt", box.mqtt.run), supervise("conductor", box.conduct):
        visitors = asyncio.create_task(box.visitors(random.Random(number)))
        await stop.wait()
        visitors.cancel()


def _process(port: int, number: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    logging.disable()
    asyncio.run(_live(port, number))


class SimulatedBoxes:
    """So many of them on one broker."""

    def __init__(self, port: int, count: int) -> None:
        self._port = port
        self._processes: list[BaseProcess | None] = [None] * count

    @property
    def pids(self) -> list[int]:
        return [process.pid for process in self._processes if process and process.pid]

    async def start(self, apart: float = 0.0) -> None:
        """Start those that do not run, so many seconds apart."""
        fork = multiprocessing.get_context("forkserver")
        fork.set_forkserver_preload([__name__])
        for number, process in enumerate(self._processes):
            if process is None:
                new = fork.Process(target=_process, args=(self._port, number), daemon=True)
                new.start()
                self._processes[number] = new
                await asyncio.sleep(apart)

    def kill(self) -> None:
        """All at once, as a power cut does."""
        self._end(lambda process: process.kill())

    def stop(self) -> None:
        """All of them, in an orderly way."""
        self._end(lambda process: process.terminate())

    def _end(self, how: Callable[[BaseProcess], None]) -> None:
        for process in filter(None, self._processes):
            how(process)
        for number, process in enumerate(self._processes):
            if process:
                process.join(30)
                if process.exitcode is None:
                    process.kill()
                    process.join()
            self._processes[number] = None
