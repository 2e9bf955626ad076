"""The connection to MPD."""

from __future__ import annotations

import asyncio
from pathlib import Path

import numpy as np
import pytest
import soundfile

from appliance.music.errors import MpdLost, MpdRefused
from appliance.music.mpd.client import MpdClient, probe
from tests.music.running_player import RunningPlayer


async def test_nothing_that_answers_is_a_loss(tmp_path: Path) -> None:
    with pytest.raises(MpdLost):
        await probe(str(tmp_path / "nothing"))


@pytest.mark.parametrize("greeting", [b"SSH-2.0-OpenSSH\r\n", b"", b"\xff\xfe\n", b"OK MPD\n"])
async def test_what_is_no_mpd_is_a_loss(tmp_path: Path, greeting: bytes) -> None:
    async def impostor(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(greeting)
        writer.close()

    async with await asyncio.start_unix_server(impostor, tmp_path / "s"):
        with pytest.raises(MpdLost):
            await probe(str(tmp_path / "s"))


async def test_errors_of_mpds_are_told_apart(running: RunningPlayer) -> None:
    async with running, running.other() as mpd:
        with pytest.raises(MpdRefused) as refused:
            await mpd.ask("addid", "nowhere.flac")
        assert refused.value.missing
        with pytest.raises(MpdRefused) as refused:
            await mpd.ask("setvol", 900)
        assert not refused.value.missing


async def test_a_title_of_ten_megabytes_is_cut(running: RunningPlayer) -> None:
    with soundfile.SoundFile(running.songs / "long.flac", "w", 44_100, 1) as song:
        song.title, song.artist = "t" * 10_000_000, "a" * 1000
        song.write(np.zeros(44_100))
    async with running, running.other() as mpd:
        await mpd.add("long.flac")
        entries = [each for each in await mpd.entries(0, 9) if each.file == "long.flac"]
    assert entries
    assert {each.title for each in entries} == {"t" * 500}
    assert {each.artist for each in entries} == {"a" * 500}


async def test_connecting_can_be_given_up_at_any_moment(tmp_path: Path) -> None:
    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"OK MPD 0.23.5\n")
        try:
            await reader.read()
        finally:
            writer.close()

    given_up = 0
    async with await asyncio.start_unix_server(greet, tmp_path / "s"):
        for steps in range(200):
            mpd = MpdClient(str(tmp_path / "s"), asyncio.Event())
            connecting = asyncio.create_task(mpd.open())
            for _ in range(steps):
                await asyncio.sleep(0)
            if connecting.done():
                break
            connecting.cancel()
            with pytest.raises(asyncio.CancelledError):
                await connecting
            mpd.close()
            given_up += 1
        mpd.close()
    assert given_up > 3


async def test_a_loss_is_told_to_who_asks_and_to_who_waits(
    running: RunningPlayer, caplog: pytest.LogCaptureFixture
) -> None:
    changed = asyncio.Event()
    async with running:
        mpd = MpdClient(running.server.address, changed)
        await mpd.open()
        await asyncio.sleep(0.3)
        changed.clear()
        await running.server.stop()
        await asyncio.wait_for(changed.wait(), 20)
        with pytest.raises(MpdLost):
            await mpd.status()
    assert not [record for record in caplog.records if record.name == "asyncio"]
