"""The link from vision: whatever a vision process says, the state can be told, and an honest one is believed after."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from random import Random

import msgspec

from appliance.core.conductor import Conductor
from appliance.core.saved_choices import SavedChoices
from appliance.core.status import describe_status
from appliance.domain.commands import JudgeNow
from appliance.domain.emotions import Emotion
from appliance.domain.events import Event, Looked, Tick, VisionLost
from appliance.domain.looks import CameraState, Face, Look
from appliance.domain.status import Status
from appliance.lib.clock import SystemClock
from appliance.link.messages import HelloMessage, LookMessage, encode
from appliance.link.server import LinkServer
from appliance.settings.settings import parse_settings
from tests.fuzz.fuzz import Fuzz
from tests.fuzz.mutate import mutated, mutated_json
from tests.room import HELLO, mostly

_SETTINGS = parse_settings("[mood]\nfirst_after = 30\n")
_LOOKS = 40
_NOW = b'"@'
"""Stands in a case for a time: `"@-3.5"` is three and a half seconds before the case is tried."""


def _look(at: float) -> Look:
    return Look(at, CameraState.OPEN, (Face((10, 10, 50, 50), 0.9, mostly(Emotion.SAD), 1.0),), (640, 480), 0.5, 10.0)


_GOOD = [json.loads(encode(HelloMessage(HELLO))), json.loads(encode(LookMessage(_look(0.0))))]


def made_up(random: Random) -> bytes:
    """What a vision process might say; see `timed`."""
    lines = [json.dumps(_GOOD[0]).encode()] if random.random() < 0.9 else []
    for _ in range(random.randint(1, 12)):
        message = json.loads(json.dumps(_GOOD[random.random() < 0.9]))
        if "look" in message:
            ago = random.choice(
                (0.0, -1.0, 0.9, 1.1, 59.0, -59.0, -61.0, -1e4, 1e4, 1e6, -1e6, 1e9, -1e9, 1e12, -1e12, 1e300)
            )
            message["look"]["time"] = f"@{ago + random.random() / 10}"
        if random.random() < 0.4:
            message = mutated_json(random, message)
        line = json.dumps(message).encode("utf-8", "replace")
        lines.append(mutated(random, line, most=2) if random.random() < 0.1 else line)
    return b"\n".join(lines) + b"\n"


def timed(case: bytes) -> bytes:
    """The case with its times worked out."""
    first, *rest = case.split(_NOW)
    parts = [first]
    for piece in rest:
        ago, quote, after = piece.partition(b'"')
        try:
            parts.append(f"{time.monotonic() + float(ago)!r}".encode() + after)
        except ValueError:
            parts.append(_NOW + ago + quote + after)
    return b"".join(parts)


class _Box:
    """A conductor behind a real socket."""

    def __init__(self, folder: Path) -> None:
        self._socket = folder / "vision.sock"
        self._runner = asyncio.Runner()

    def check(self, case: bytes) -> None:
        self._runner.run(self._check(timed(case)))

    def close(self) -> None:
        self._runner.close()

    async def _check(self, said: bytes) -> None:
        clock = SystemClock()
        conductor = Conductor(_SETTINGS, clock, SavedChoices())
        conductor.begin()
        failures: list[Exception] = []
        events: list[Event] = []

        def emit(event: Event) -> None:
            events.append(event)
            try:
                conductor.handle(event)
                describe_status(conductor, clock)
            except Exception as error:  # noqa: BLE001 - told below: the server would take it for its visitor's
                failures.append(error)

        server = LinkServer(self._socket, emit)
        await server.start()
        try:
            await self._say(said)
            for error in failures:
                raise error
            conductor.handle(Tick())
            msgspec.json.encode(describe_status(conductor, clock))
            lost = sum(isinstance(event, VisionLost) for event in events)
            now = time.monotonic()
            honest = [_look(now - 20 + 20 * number / _LOOKS) for number in range(_LOOKS)]
            states: list[Status] = []

            async def judged() -> None:
                async with asyncio.timeout(20):
                    while not (events and isinstance(events[-1], Looked) and events[-1].look.time == honest[-1].time):
                        await asyncio.sleep(0.01)
                conductor.handle(JudgeNow("the fuzz"))
                states.append(describe_status(conductor, clock))

            said = encode(HelloMessage(HELLO)) + b"".join(encode(LookMessage(look)) for look in honest)
            await self._say(said, judged)
            for error in failures:
                raise error
            (state,) = states
        finally:
            await server.stop()
        seen = [event for event in events if isinstance(event, Looked)][-_LOOKS:]
        assert len(seen) == _LOOKS, "an honest vision process is not heard"
        assert sum(isinstance(event, VisionLost) for event in events) == lost + 1, "its end is not noticed"
        assert state.mood.mood == Emotion.SAD, f"an honest vision process is not believed: {state.mood.mood}"
        assert state.next_judgement, "no judgement is to come"
        due = (datetime.fromisoformat(state.next_judgement) - clock.now()).total_seconds()
        assert due <= conductor.interval + 1, f"the next judgement is {due:.0f} s away"

    async def _say(self, said: bytes, then: Callable[[], Awaitable[None]] | None = None) -> None:
        """Connect, say it, do something, and wait until the server has hung up."""
        reader, writer = await asyncio.open_unix_connection(self._socket)
        try:
            writer.write(said)
            if then:
                await then()
            writer.write_eof()
            await reader.read()
        except OSError:
            pass  # it has hung up at something that was said
        finally:
            writer.close()


@contextmanager
def open_link(folder: Path) -> Iterator[Fuzz]:
    """Says the case as one vision process, then has an honest one look."""
    box = _Box(folder)
    try:
        yield Fuzz(made_up, box.check)
    finally:
        box.close()
