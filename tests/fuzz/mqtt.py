"""What a broker sends: each payload is a command or is refused in words, and the conductor goes on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

from appliance.core.conductor import Conductor
from appliance.core.saved_choices import SavedChoices
from appliance.core.status import describe_status
from appliance.domain.emotions import EMOTIONS
from appliance.domain.events import PlayerChanged, PlayerState, Tick
from appliance.domain.status import Status
from appliance.lib.clock import ManualClock
from appliance.mqtt.commands import parse_command
from appliance.mqtt.entities import ENTITIES
from appliance.mqtt.errors import CommandError
from appliance.settings.settings import Settings
from tests.fuzz.fuzz import Fuzz
from tests.fuzz.mutate import ODD_BYTES, mutated
from tests.room import HELLO

_KEYS = [entity.key.encode() for entity in ENTITIES]
_WORDS = (
    *(emotion.encode() for emotion in EMOTIONS),
    b"auto",
    b"ON",
    b"OFF",
    b"PRESS",
    b"lift",
    b"match",
    b"cheer",
    b"50",
    b"0.1",
    b"1440",
    b"1e3",
    b" 5",
    "٣".encode(),
)
_END = b"\0\n"


def _make(random: Random) -> bytes:
    """Some messages: the entity's key, a zero byte, and the payload; each ends with a zero byte and a newline."""
    messages = []
    for _ in range(random.randint(1, 12)):
        key, payload = random.choice(_KEYS), random.choice(_WORDS)
        if random.random() < 0.6:
            payload = mutated(random, payload, (*_WORDS, *ODD_BYTES), most=2)
        if random.random() < 0.05:
            key = mutated(random, key, most=2)
        messages.append(key + b"\0" + payload)
    return _END.join(messages)


def _check(case: bytes) -> None:
    clock = ManualClock()
    conductor = Conductor(Settings(), clock, SavedChoices())
    conductor.begin()
    conductor.handle(HELLO)
    conductor.handle(PlayerChanged(PlayerState("play", "happy/a.ogg", "A", volume=50)))
    for message in case.split(_END):
        key, _, payload = message.partition(b"\0")
        status: Status = describe_status(conductor, clock)
        try:
            command = parse_command(key.decode(errors="replace"), payload, status)
        except CommandError as error:
            assert str(error)  # noqa: PT017
            continue
        conductor.handle(command)
        clock.advance(1)
        conductor.handle(Tick())
    describe_status(conductor, clock)


@contextmanager
def open_mqtt(folder: Path) -> Iterator[Fuzz]:
    """A conductor that is told what the messages ask for."""
    yield Fuzz(_make, _check)
