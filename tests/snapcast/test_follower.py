"""A box that plays what another one plays, by a real Snapcast."""

from __future__ import annotations

import asyncio
import math
import os
import struct
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path

import pytest

from appliance.lib.supervise import supervise
from appliance.snapcast import follower
from appliance.snapcast.client import client_command
from appliance.snapcast.errors import LeaderError
from appliance.snapcast.finding import address_in, find_address
from appliance.snapcast.follower import Follower
from tests.snapcast.speaker_room import FRAME, NEEDS, RATE, Rooms, rooms_in, until

pytestmark = [pytest.mark.needs(*NEEDS), pytest.mark.timeout(300)]

TONE = b"".join(struct.pack("<hh", *[int(9000 * math.sin(n / 16))] * 2) for n in range(RATE // 10))


@asynccontextmanager
async def music(rooms: Rooms) -> AsyncIterator[None]:
    """A tenth of a second of a tone every tenth of a second into the server's fifo, as a player gives it."""

    async def play() -> None:
        end = os.open(rooms.fifo, os.O_RDWR | os.O_NONBLOCK)
        try:
            while True:
                with suppress(BlockingIOError):
                    os.write(end, TONE)
                await asyncio.sleep(0.1)
        finally:
            os.close(end)

    async with supervise("music", play):
        yield


class Bedroom:
    """A follower whose sound is written into `file`."""

    def __init__(self, leader: str, rooms: Rooms) -> None:
        self.file = rooms.folder / "bedroom.raw"
        self.wanted = True
        self.seen: list[bool] = []
        self.follower = Follower(
            leader, rooms.settings, "bedroom", lambda: f"fifo:{self.file}", lambda: self.wanted, self.seen.append
        )

    def heard(self, since: int = 0) -> bool:
        """Whether half a second of the tone has been played after frame `since`."""
        played = self.file.read_bytes()[since * FRAME :] if self.file.exists() else b""
        return sum(sample != 0 for (sample,) in struct.iter_unpack("<h", played[: len(played) // 2 * 2])) > RATE

    @property
    def frames(self) -> int:
        return self.file.stat().st_size // FRAME


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, seconds in (("LOOK", 0.1), ("RESTART", 1.0), ("AGAIN_FIRST", 0.2), ("AGAIN_LAST", 0.5)):
        monkeypatch.setattr(follower, name, seconds)


async def test_a_follower_plays_loses_and_finds_the_other_box_again(tmp_path: Path) -> None:
    async with AsyncExitStack() as house:
        rooms = await house.enter_async_context(rooms_in(tmp_path))
        await house.enter_async_context(music(rooms))
        bedroom = Bedroom("127.0.0.1", rooms)
        await house.enter_async_context(supervise("follower", bedroom.follower.run))
        await until(bedroom.heard)
        assert bedroom.seen == [True]
        assert bedroom.follower.status.address == "127.0.0.1"
        assert bedroom.follower.status.playing
        await until(lambda: rooms.speaker("bedroom"))
        rooms.wanted = False
        await until(lambda: bedroom.seen == [True, False])
        await until(lambda: bedroom.follower.problems)
        assert bedroom.follower.status.address is None
        assert not bedroom.follower.status.playing
        rooms.wanted = True
        await until(lambda: bedroom.seen == [True, False, True])
        since = bedroom.frames
        await until(lambda: bedroom.heard(since))
        assert bedroom.follower.problems == ()


async def test_a_room_in_which_nothing_is_wanted_is_silent(tmp_path: Path) -> None:
    async with AsyncExitStack() as house:
        rooms = await house.enter_async_context(rooms_in(tmp_path))
        bedroom = Bedroom("127.0.0.1", rooms)
        await house.enter_async_context(supervise("follower", bedroom.follower.run))
        await until(lambda: (there := rooms.speaker("bedroom")) and there.connected)
        bedroom.wanted = False
        await until(lambda: (there := rooms.speaker("bedroom")) and not there.connected)
        assert bedroom.seen == [True]
        assert not bedroom.follower.status.playing
        bedroom.wanted = True
        await until(lambda: (there := rooms.speaker("bedroom")) and there.connected)


async def test_a_box_that_serves_nothing_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(follower, "GREETING", 0.5)
    async with rooms_in(tmp_path) as rooms:
        rooms.wanted = False
        await until(lambda: rooms.serving.speakers is None)
        bedroom = Bedroom("127.0.0.1", rooms)
        async with supervise("follower", bedroom.follower.run):
            await until(lambda: any("127.0.0.1" in each for each in bedroom.follower.problems))
            assert bedroom.seen == []


async def test_a_server_that_does_not_answer_any_more_counts_as_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from appliance.snapcast import control

    monkeypatch.setattr(follower, "ASK", 0.2)
    monkeypatch.setattr(control, "ANSWER_SECONDS", 1.0)
    status = b'{"id":%d,"jsonrpc":"2.0","result":{"server":{"groups":[]}}}\n'
    dumb = False

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        number = 0
        while not dumb and await reader.readline():
            number += 1
            writer.write(status % number)
        await reader.read()
        writer.close()

    async with rooms_in(tmp_path) as rooms:
        rooms.wanted = False
        await until(lambda: rooms.serving.speakers is None)
        server = await asyncio.start_server(answer, "127.0.0.1", rooms.settings.control_port)
        async with server:
            bedroom = Bedroom("127.0.0.1", rooms)
            bedroom.wanted = False
            async with supervise("follower", bedroom.follower.run):
                await until(lambda: bedroom.seen == [True])
                dumb = True
                await until(lambda: bedroom.seen == [True, False])


async def test_a_name_that_nobody_has_is_told() -> None:
    with pytest.raises(LeaderError, match=r"no box nowhere\.invalid is found"):
        await find_address("nowhere.invalid")
    assert await find_address("::1") == "::1"
    assert await find_address("localhost") in {"127.0.0.1", "::1"}


@pytest.mark.parametrize(
    ("answer", "address"),
    [("moodbox-2.local\t192.168.1.7\n", "192.168.1.7"), ("", None), ("Failed to resolve host name\n", None)],
)
def test_what_avahi_answers_is_understood(answer: str, address: str | None) -> None:
    assert address_in(answer) == address


@pytest.mark.parametrize(
    ("device", "options"),
    [
        ("null", ["--player", "file:filename=null"]),
        ("fifo:/run/sound", ["--player", "file:filename=/run/sound,mode=a"]),
        ("alsa", ["--player", "alsa"]),
        ("plughw:CARD=E30,DEV=0", ["--player", "alsa", "--soundcard", "plughw:CARD=E30,DEV=0"]),
        ("pulse", ["--player", "pulse"]),
        ("pipewire:alsa_output.usb", ["--player", "pulse", "--soundcard", "alsa_output.usb"]),
    ],
)
def test_the_sound_goes_to_the_boxs_own_output(device: str, options: list[str]) -> None:
    assert client_command("10.0.0.7", 1704, "bedroom", device)[-len(options) :] == options
