"""One song of a real MPD in two rooms, by a real Snapcast: what both loudspeakers play is compared."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from appliance.music.mpd.config import choose_output, render_config, write_config
from tests.snapcast.in_step import WITHIN, noise, seconds_apart
from tests.snapcast.speaker_room import NEEDS, RATE, rooms_in, until

pytestmark = [pytest.mark.needs("mpd", *NEEDS), pytest.mark.slow, pytest.mark.timeout(600)]

SECONDS = 20


async def test_two_rooms_play_one_song_within_twenty_milliseconds(tmp_path: Path) -> None:
    songs, run = tmp_path / "songs", tmp_path / "run"
    for folder in (songs, run, tmp_path / "state" / "playlists"):
        folder.mkdir(parents=True)
    noise(songs / "noise.wav", 4 * SECONDS)
    async with rooms_in(tmp_path) as rooms:
        await until(lambda: rooms.serving.speakers is not None)
        text = render_config(
            songs=songs,
            state=tmp_path / "state",
            socket=run / "mpd.sock",
            port=0,
            outputs=[choose_output("snapcast", rooms=rooms.fifo)],
        )
        write_config(run / "mpd.conf", text)
        mpd = await asyncio.create_subprocess_exec("mpd", "--no-daemon", str(run / "mpd.conf"), stderr=-3, stdout=-3)
        try:
            kitchen, bath = rooms.add("kitchen"), rooms.add("bath")
            await until((run / "mpd.sock").exists)
            reader, writer = await asyncio.open_unix_connection(run / "mpd.sock")
            writer.write(b"update\nidle update\n")
            await until((tmp_path / "state" / "database").exists)
            writer.close()
            reader, writer = await asyncio.open_unix_connection(run / "mpd.sock")
            writer.write(b'add "noise.wav"\nrepeat 1\nplay\n')
            assert (await reader.readline()).startswith(b"OK MPD")
            assert [await reader.readline() for _ in range(3)] == [b"OK\n"] * 3
            await until(lambda: min(kitchen.frames, bath.frames) > SECONDS * RATE, 300)
            # A machine that has much to do may starve a loudspeaker for a moment; then it catches up.
            apart = [await asyncio.to_thread(seconds_apart, kitchen, bath)]
            while apart[-1] >= WITHIN and len(apart) < 10:
                apart.append(await asyncio.to_thread(seconds_apart, kitchen, bath))
            assert apart[-1] < WITHIN, apart
            writer.close()
        finally:
            mpd.kill()
            await mpd.wait()
