"""`python -m tests.fleet.simulate`: a fleet on one broker, its load, a storm of restarts, a broker that dies.

Needs Mosquitto. With MOODBOX_TEST_HASS=PATH-OF-hass a real Home Assistant listens too. Exit status 1 if a box is not
back in time.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.fleet.simulated_boxes import SimulatedBoxes, box_id
from tests.mqtt.broker import Broker, Watcher
from tests.mqtt.home_assistant import HomeAssistant

BACK = 600.0
"""Seconds in which all boxes must be back; a busy machine starts a hundred of them slowly."""


class Load:
    """Processor time and memory of some processes, from now on."""

    def __init__(self, *pids: int) -> None:
        self._pids = pids
        self._began, self._used = time.monotonic(), self._seconds()

    def _seconds(self) -> float:
        ticks = 0
        for pid in self._pids:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    @property
    def share(self) -> float:
        """Percent of one core since the beginning."""
        return round(100 * (self._seconds() - self._used) / (time.monotonic() - self._began), 1)

    @property
    def memory(self) -> float:
        """MB (10^6 bytes), PSS: what processes share is divided among them."""
        found = 0
        for pid in self._pids:
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
            found += next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
        return round(1024 * found / 1e6, 1)


class Simulation:
    """`figures` grow with every step."""

    def __init__(
        self, folder: Path, count: int, steady: float, apart: float, told: Callable[[str, dict[str, Any]], None]
    ) -> None:
        self._count, self._steady, self._apart = count, steady, apart
        self._folder, self._told = folder, told
        # who joins later is sent all that is retained at once, 39 messages a box; beyond 1000 Mosquitto drops them
        self._broker = Broker(folder, "log_type none", "max_queued_messages 0")
        self._broker.start()
        self._boxes = SimulatedBoxes(self._broker.port, count)
        self._home: HomeAssistant | None = None
        self.figures: dict[str, dict[str, Any]] = {
            "machine": {"boxes": count, "cores": os.cpu_count(), "python": platform.python_version(), "load": _load()}
        }

    async def run(self) -> None:
        try:
            self._told(*next(iter(self.figures.items())))
            if program := os.environ.get("MOODBOX_TEST_HASS"):
                self._home = await asyncio.to_thread(self._new_home, program)
            for step in (self._begin, self._rest, self._ask, self._storm, self._broker_dies, self._in_home):
                before = set(self.figures)
                await step()
                for name in self.figures.keys() - before:
                    self._told(name, self.figures[name])
        finally:
            self._boxes.kill()
            if self._home:
                self._home.stop()
            self._broker.kill()

    def _new_home(self, program: str) -> HomeAssistant:
        home = HomeAssistant(program, self._folder / "home")
        home.start()
        home.add_mqtt(self._broker.port)
        return home

    async def _begin(self) -> None:
        """Started one after the other, as a school's boxes are on a Monday."""
        watcher, began = Watcher(self._broker.port), time.monotonic()
        await self._boxes.start(self._apart)
        await self._all_back(watcher)
        described = [len(m.payload) for m in watcher.heard if m.topic.endswith("/config")]
        self.figures["begin"] = {
            "seconds apart": self._apart,
            "all there after s": round(time.monotonic() - began, 1),
            "messages a box": round(len(watcher.heard) / self._count, 1),
            "bytes of a description": round(statistics.median(described)),
            "memory of a box MB": round(Load(*self._boxes.pids).memory / self._count, 1),
        }
        watcher.close()

    async def _rest(self) -> None:
        """A while in which people come, go and change their faces."""
        watcher, broker, boxes = Watcher(self._broker.port), Load(self._broker.pid), Load(*self._boxes.pids)
        first = len(watcher.heard)
        home = Load(self._home.pid) if self._home else None
        await asyncio.sleep(self._steady)
        heard = [message for message in watcher.heard[first:] if not message.retain]
        self.figures["steady"] = {
            "seconds": self._steady,
            "messages a second": round(len(heard) / self._steady, 1),
            "kB a second": round(sum(len(m.payload) + len(m.topic) for m in heard) / self._steady / 1000, 1),
            "broker % of a core": broker.share,
            "broker MB": broker.memory,
            "all boxes % of a core": boxes.share,
            **({"Home Assistant % of a core": home.share, "Home Assistant MB": home.memory} if home else {}),
        }
        watcher.close()

    async def _ask(self) -> None:
        """A command to one box after the other, until its new state has come back to another client."""
        watcher, times = Watcher(self._broker.port), []
        await self._all_back(watcher)
        for turn in range(max(100, self._count)):
            box = box_id(turn % self._count)
            wanted = "happy" if turn // self._count % 2 else "sad"
            topic = f"moodbox/{box}/override"
            began = time.monotonic()
            watcher.say(f"{topic}/set", wanted)
            await _until(lambda topic=topic, wanted=wanted: watcher.last.get(topic) == wanted.encode(), BACK, topic)
            times.append(1000 * (time.monotonic() - began))
        times.sort()
        self.figures["command to state"] = {
            "commands": len(times),
            "median ms": round(statistics.median(times), 1),
            "95 % within ms": round(times[int(0.95 * len(times))], 1),
            "most ms": round(times[-1], 1),
        }
        watcher.close()

    async def _storm(self) -> None:
        """Every box loses its power at once, and gets it back at once."""
        watcher = Watcher(self._broker.port)
        await self._all_back(watcher)
        self._boxes.kill()
        began = time.monotonic()
        await _until(lambda: self._online(watcher) == 0, BACK, "all boxes offline")
        noticed, broker = time.monotonic() - began, Load(self._broker.pid)
        first, began = len(watcher.heard), time.monotonic()
        await self._boxes.start()
        seconds = await self._all_back(watcher, began)
        self.figures["storm of restarts"] = {
            "all offline after s": round(noticed, 2),
            "half are back after s": seconds[0],
            "all are back after s": seconds[1],
            "messages": len(watcher.heard) - first,
            "broker % of a core": broker.share,
        }
        watcher.close()

    async def _broker_dies(self) -> None:
        """It is killed, and is there again five seconds later, knowing nothing."""
        self._broker.kill()
        await asyncio.sleep(5)
        self._broker.start()
        watcher, broker = Watcher(self._broker.port), Load(self._broker.pid)
        seconds = await self._all_back(watcher)
        self.figures["broker dies"] = {
            "gone for s": 5,
            "half are back after s": seconds[0],
            "all are back after s": seconds[1],
            "broker % of a core": broker.share,
        }
        watcher.close()

    async def _in_home(self) -> None:
        """What Home Assistant has made of all this, if one listens."""
        home = self._home
        if home is None:
            return
        moods = [f"sensor.{box_id(number).replace('-', '_')}_mood" for number in range(self._count)]

        def there() -> bool:
            states = home.states()
            return all(states.get(mood, {}).get("state") not in (None, "unavailable") for mood in moods)

        began = time.monotonic()
        while not await asyncio.to_thread(there):
            if time.monotonic() > began + BACK:
                raise TimeoutError("Home Assistant does not show every box")
            await asyncio.sleep(0.5)
        self.figures["Home Assistant"] = {
            "version": home.version,
            "entities": len(home.states()),
            "complaints": len(home.complaints()),
        }

    def _online(self, watcher: Watcher) -> int:
        topics = [f"moodbox/{box_id(number)}/availability" for number in range(self._count)]
        return sum(watcher.last.get(topic) == b"online" for topic in topics)

    async def _all_back(self, watcher: Watcher, began: float | None = None) -> tuple[float, float]:
        """Seconds from `began`, or from now, until half of them were online, and until all were."""
        began = time.monotonic() if began is None else began
        await _until(lambda: 2 * self._online(watcher) >= self._count, BACK)
        half = time.monotonic() - began
        await _until(lambda: self._online(watcher) == self._count, BACK)
        return round(half, 1), round(time.monotonic() - began, 1)


async def _until(condition: Callable[[], bool], seconds: float, what: str = "all boxes online") -> None:
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(f"{what}: not within {seconds:.0f} s")
        await asyncio.sleep(0.005)


def _load() -> float:
    """What else the machine had to do."""
    return round(os.getloadavg()[0], 1)


def simulate(
    folder: Path,
    count: int,
    steady: float = 60.0,
    apart: float = 0.2,
    told: Callable[[str, dict[str, Any]], None] = lambda _, __: None,
) -> dict[str, dict[str, Any]]:
    """The figures, by what was measured; each is `told` as soon as it is there.

    Raises TimeoutError if a box is not back in time.
    """
    simulation = Simulation(folder, count, steady, apart, told)
    asyncio.run(simulation.run())
    return simulation.figures


def main() -> int:
    """Simulate a fleet, and print the figures."""
    parser = argparse.ArgumentParser(prog="python -m tests.fleet.simulate", description="A fleet on one broker.")
    parser.add_argument("--boxes", type=int, default=100, metavar="N", help="100 unless given")
    parser.add_argument(
        "--steady", type=float, default=60.0, metavar="SECONDS", help="of the quiet part; 60 unless given"
    )
    parser.add_argument("--json", action="store_true", help="the figures as JSON")
    options = parser.parse_args()

    def told(name: str, values: dict[str, Any]) -> None:
        if not options.json:
            print(f"{name:<18} " + ", ".join(f"{key} {value}" for key, value in values.items()), flush=True)

    with tempfile.TemporaryDirectory(prefix="moodbox-fleet-") as folder:
        try:
            figures = simulate(Path(folder), options.boxes, options.steady, told=told)
        except TimeoutError as error:
            print(f"WRONG: {error}", file=sys.stderr)
            return 1
    if options.json:
        print(json.dumps(figures, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
