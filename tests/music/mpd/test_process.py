"""The private MPD as a child."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from appliance.music.errors import MpdRefused, MusicError
from appliance.music.mpd.client import probe
from appliance.music.mpd.process import MpdProcess
from appliance.settings.music import MusicSettings
from tests.music.running_player import RunningPlayer
from tests.ports import free_port

ROOT = Path(__file__).resolve().parents[3]

HOLDER = """
import asyncio, sys
from pathlib import Path
from appliance.music.mpd.client import MpdClient
from appliance.music.mpd.process import MpdProcess
from appliance.settings.music import MusicSettings

async def main():
    folder = Path(sys.argv[1])
    server = MpdProcess(folder, folder / "s", folder / "r", MusicSettings(output="null", port=0))
    await server.start()
    await server.ready(60)
    mpd = MpdClient(server.address, asyncio.Event())
    await mpd.open()
    while (await mpd.status()).updating:  # told to end meanwhile, MPD 0.23 may wait for itself for ever
        await asyncio.sleep(0.02)
    print(server.pid, flush=True)
    await asyncio.sleep(600)

asyncio.run(main())
"""


def server_in(folder: Path, **settings: object) -> MpdProcess:
    (folder / "songs").mkdir(exist_ok=True)
    return MpdProcess(
        folder / "songs", folder / "s", folder / "r", MusicSettings(**{"output": "null", "port": 0, **settings})
    )


@asynccontextmanager
async def serving(folder: Path, **settings: object) -> AsyncIterator[MpdProcess]:
    """A server that answers."""
    server = server_in(folder, **settings)
    await server.start()
    try:
        await server.ready(60)
        yield server
    finally:
        await server.stop()


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def listening() -> tuple[socket.socket, int]:
    while True:
        port = free_port()
        with contextlib.suppress(OSError):  # another process may have been quicker
            return socket.create_server(("127.0.0.1", port)), port


async def test_it_answers_on_its_socket_and_is_gone_after_stop(tmp_path: Path) -> None:
    async with serving(tmp_path) as server:
        pid = server.pid
        assert pid
        assert await probe(server.address) >= "0.21"
        assert server.port == 0
    assert not alive(pid)
    assert server.pid is None


async def test_it_listens_on_the_port_asked_for(tmp_path: Path) -> None:
    port = free_port()
    async with serving(tmp_path, port=port):
        assert await probe(f"127.0.0.1:{port}")


async def test_a_taken_port_is_replaced_by_the_next_free_one_and_said_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    taken, port = listening()
    with taken:
        async with serving(tmp_path, port=port) as server:
            assert server.port > port
            assert await probe(f"127.0.0.1:{server.port}")
    assert [record.message for record in caplog.records if "taken" in record.message] == [
        f"Port {port} is taken; MPD listens on port {server.port} instead"
    ]


async def test_it_comes_back_when_killed(tmp_path: Path) -> None:
    async with serving(tmp_path) as server:
        first = server.pid
        assert first
        os.kill(first, signal.SIGKILL)
        while server.pid in (first, None):
            await asyncio.sleep(0.02)
        await server.ready(60)


async def test_it_leaves_a_port_that_someone_took_while_it_was_down(tmp_path: Path) -> None:
    port = free_port()
    async with serving(tmp_path, port=port) as server:
        assert server.pid
        os.kill(server.pid, signal.SIGKILL)
        taken = await take(port)
        with taken:
            while server.port == port:
                await asyncio.sleep(0.02)
            await server.ready(60)


async def test_it_comes_back_even_if_no_other_port_can_be_written_down(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    port = free_port()
    async with serving(tmp_path, port=port) as server:
        assert server.pid
        playlists = tmp_path / "s" / "mpd" / "playlists"
        playlists.rmdir()
        playlists.write_text("a file where a folder belongs")
        os.kill(server.pid, signal.SIGKILL)
        with await take(port):
            while "MPD needs to write there" not in caplog.text:
                await asyncio.sleep(0.02)
        await server.ready(60)


async def take(port: int) -> socket.socket:
    """Listen on a port as soon as it is free."""
    while True:
        try:
            return socket.create_server(("127.0.0.1", port))
        except OSError:
            await asyncio.sleep(0.005)


def test_it_ends_with_its_parent_even_when_that_is_killed(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path)], stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as holder:
        assert holder.stdout
        pid = int(holder.stdout.readline())
        assert alive(pid)
        holder.kill()
    limit = time.monotonic() + 60
    while alive(pid) and time.monotonic() < limit:
        time.sleep(0.02)
    assert not alive(pid)


async def test_without_mpd_the_error_names_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda *_, **__: None)
    with pytest.raises(MusicError, match="sudo apt install mpd"):
        await server_in(tmp_path).start()


async def test_a_state_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "s").write_text("a file where a folder belongs")
    with pytest.raises(MusicError, match=str(tmp_path / "s")):
        await server_in(tmp_path).start()


async def test_folders_with_quotes_and_backslashes_are_no_problem(tmp_path: Path) -> None:
    folder = tmp_path / 'it\'s "so" \\ odd'
    folder.mkdir()
    running = RunningPlayer(folder)
    running.song("happy/a.flac")
    async with running, running.other() as mpd:
        assert (await mpd.ask("count", "(base 'happy')"))["songs"] == "1"


async def test_an_mpd_of_the_owners_is_used_as_it_is(tmp_path: Path) -> None:
    server = server_in(tmp_path, mpd="stereo.local:6601")
    await server.start()
    assert server.address == "stereo.local:6601"
    assert server.output == "the MPD at stereo.local:6601"
    assert server.pid is None
    await server.stop()


async def test_a_complaint_of_mpds_is_passed_on_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "appliance.music.mpd.process")
    running = RunningPlayer(tmp_path, output="hw:77")
    running.song("happy/a.flac")

    def complaints() -> list[int]:
        return [record.levelno for record in caplog.records if '"hw:77"' in record.message]

    async with running, running.other() as mpd:
        await mpd.ask("add", "happy/a.flac")
        for _ in range(2):
            before = len(complaints())
            with contextlib.suppress(MpdRefused):
                await mpd.ask("play")
            await running.until(lambda before=before: len(complaints()) > before)
            await mpd.ask("clearerror")
    assert complaints().count(logging.WARNING) == 1
    assert len(complaints()) > 1
