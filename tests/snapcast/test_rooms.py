"""Loudspeakers of a real Snapcast."""

from __future__ import annotations

import logging
import socket
from pathlib import Path

import pytest

from appliance.domain.speakers import SpeakerChange
from tests.snapcast.speaker_room import NEEDS, rooms_in, until

pytestmark = [pytest.mark.needs(*NEEDS), pytest.mark.timeout(300)]


def is_closed(port: int) -> bool:
    """Whether nobody listens there."""
    try:
        socket.create_connection(("127.0.0.1", port), 30).close()
    except ConnectionRefusedError:
        return True
    return False


async def test_a_loudspeaker_is_seen_changed_and_missed(tmp_path: Path) -> None:
    async with rooms_in(tmp_path) as rooms:
        kitchen = rooms.add("kitchen")
        await until(lambda: (there := rooms.speaker("kitchen")) and there.connected)
        change = SpeakerChange(name="Küche", volume=35, latency=-40)
        rooms.serving.change("kitchen", change)
        await until(lambda: (told := rooms.speaker("kitchen")) and told.latency == -40 and told.name == "Küche")
        told = rooms.speaker("kitchen")
        assert told
        assert (told.volume, told.muted) == (35, False)
        rooms.serving.change("kitchen", SpeakerChange(muted=True))
        await until(lambda: (told := rooms.speaker("kitchen")) and told.muted)
        assert rooms.speaker("kitchen").volume == 35  # type: ignore[union-attr]
        kitchen.end()
        await until(lambda: (told := rooms.speaker("kitchen")) and not told.connected)


async def test_the_server_runs_only_while_the_music_goes_there(tmp_path: Path) -> None:
    async with rooms_in(tmp_path) as rooms:
        await until(lambda: rooms.serving.speakers is not None)
        rooms.wanted = False
        await until(lambda: rooms.serving.speakers is None)
        await until(lambda: is_closed(rooms.settings.port))
        rooms.wanted = True
        await until(lambda: rooms.serving.speakers is not None)
        assert rooms.serving.problems == ()


async def test_another_server_at_its_port_is_told(tmp_path: Path) -> None:
    async with rooms_in(tmp_path) as rooms:
        await until(lambda: rooms.serving.speakers is not None)
        rooms.wanted = False
        await until(lambda: rooms.serving.speakers is None)
        await until(lambda: is_closed(rooms.settings.port))
        with socket.create_server(("0.0.0.0", rooms.settings.port)):  # noqa: S104 - where the server wants to be
            rooms.wanted = True
            await until(lambda: rooms.serving.problems)
            assert str(rooms.settings.port) in rooms.serving.problems[0]
        await until(lambda: rooms.serving.speakers is not None)
        assert rooms.serving.problems == ()


async def test_a_change_that_cannot_be_made_is_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async with rooms_in(tmp_path) as rooms:
        await until(lambda: rooms.serving.speakers is not None)
        with caplog.at_level(logging.WARNING):
            rooms.serving.change("attic", SpeakerChange(volume=1))
            await until(lambda: "there is no loudspeaker 'attic'" in caplog.text)
            rooms.wanted = False
            await until(lambda: rooms.serving.speakers is None)
            rooms.serving.change("attic", SpeakerChange(volume=1))
            await until(lambda: "does not go to Snapcast's loudspeakers now" in caplog.text)
