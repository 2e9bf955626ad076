"""Snapcast's programs as units of an installed box, but for systemd: what asks for them, and their end."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import msgspec
import pytest

from appliance.settings.settings import parse_settings
from appliance.snapcast import unit
from appliance.snapcast.units import CLIENT_WISH, SERVER_WISH, UnitProgram, UnitPrograms, end
from tests.ports import free_port
from tests.snapcast.speaker_room import NEEDS, until

pytestmark = [pytest.mark.needs(*NEEDS), pytest.mark.timeout(300)]


class InstalledBox:
    """A run directory, and the programs begun there as systemd begins them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "snapcast"
        self.folder.mkdir()
        os.mkfifo(folder / "fifo")
        self.settings = folder / "moodbox" / "moodbox.toml"
        self.settings.parent.mkdir()
        self.settings.write_text(
            f'[paths]\nrun = "{folder}"\nstate = "{folder}"\n'
            f"[snapcast]\nport = {free_port()}\ncontrol_port = {free_port()}\n"
        )
        self.read = parse_settings(self.settings.read_text())
        self.begun: list[subprocess.Popen[bytes]] = []

    def begin(self, name: str) -> subprocess.Popen[bytes]:
        program = subprocess.Popen(
            [sys.executable, "-m", "appliance.snapcast.unit", name],
            env=os.environ | {"XDG_CONFIG_HOME": str(self.settings.parents[1])},
            stderr=subprocess.DEVNULL,
        )
        self.begun.append(program)
        return program


@pytest.fixture
def box(tmp_path: Path) -> Iterator[InstalledBox]:
    box = InstalledBox(tmp_path)
    yield box
    for program in box.begun:
        program.kill()
        program.wait()


def is_called(program: subprocess.Popen[bytes], name: str) -> bool:
    return Path(f"/proc/{program.pid}/comm").read_text().strip() == name


async def stopped(task: asyncio.Task[None]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def test_a_unit_becomes_the_program_that_is_asked_for_until_it_is_not(box: InstalledBox) -> None:
    programs = UnitPrograms(box.folder)
    asked = programs.server(box.read.snapcast, box.folder.parent / "fifo", box.folder.parent / "data", print)
    serving = asyncio.create_task(asked.run())
    await until((box.folder / SERVER_WISH).exists)
    server = box.begin("server")
    await until(lambda: is_called(server, "snapserver"))
    again = asyncio.create_task(asked.run())  # as a conductor that was started anew
    await asyncio.sleep(0)
    assert server.poll() is None
    await stopped(again)
    await until(lambda: server.poll() is not None)
    await stopped(serving)
    assert not (box.folder / SERVER_WISH).exists()
    assert box.begin("server").wait(60) == 0


async def test_another_wish_ends_the_program_and_stays(box: InstalledBox) -> None:
    programs = UnitPrograms(box.folder)
    first = asyncio.create_task(programs.client("127.0.0.1", 1, "bedroom", "null", print).run())
    await until((box.folder / CLIENT_WISH).exists)
    client = box.begin("client")
    await until(lambda: is_called(client, "snapclient"))
    second = asyncio.create_task(programs.client("127.0.0.1", 2, "bedroom", "null", print).run())
    await until(lambda: client.poll() is not None)
    assert msgspec.json.decode((box.folder / CLIENT_WISH).read_bytes())["port"] == 2
    await stopped(second)
    await stopped(first)


def test_a_wish_that_means_nothing_is_told(box: InstalledBox) -> None:
    for content in (b"", b"[]", b'{"host": 1}', b'{"command": "rm"}'):
        with pytest.raises(msgspec.MsgspecError):
            unit.command_for(content, box.read, CLIENT_WISH)


def test_a_process_that_is_not_the_program_any_more_is_left_alone(tmp_path: Path) -> None:
    other = subprocess.Popen(["sleep", "600"])
    try:
        while (
            Path(f"/proc/{other.pid}/comm").read_text() != "sleep\n"
        ):  # which a process is only a while after its start
            time.sleep(0.01)
        (tmp_path / "pid").write_text(f"{other.pid} snapclient\n")
        end(tmp_path / "pid")
        end(tmp_path / "none")
        assert other.poll() is None
        (tmp_path / "pid").write_text(f"{other.pid} sleep\n")
        end(tmp_path / "pid")
        assert other.wait(60) != 0
    finally:
        other.kill()
        other.wait()


async def test_what_cannot_be_written_is_no_reason_to_stop(tmp_path: Path) -> None:
    program = UnitProgram(tmp_path / "missing" / CLIENT_WISH, unit.ClientWish("127.0.0.1", 1, "a", "null"))
    with pytest.raises(OSError, match="missing"):
        await program.run()
