"""One song of a real MPD in two rooms, by a real Snapcast: what both loudspeakers play is compared."""

from __future__ import annotations

import asyncio
import statistics
from pathlib import Path

import numpy as np
import pytest

from appliance.music.mpd.config import choose_output, render_config, write_config
from tests.snapcast.speaker_room import FRAME, NEEDS, RATE, Loudspeaker, rooms_in, until

pytestmark = [pytest.mark.needs("mpd", *NEEDS), pytest.mark.slow, pytest.mark.timeout(600)]

SECONDS = 20
WITHIN = 0.020
"""Seconds by which two rooms may differ: less than what ears tell apart from one loudspeaker's own echo."""


def noise(file: Path, seconds: int) -> None:
    """A WAV of noise, which is like itself at no other moment."""
    import wave

    samples = np.random.default_rng(1).integers(-8000, 8000, seconds * RATE * 2).astype("<i2")
    with wave.open(str(file), "wb") as out:
        out.setnchannels(2)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes(samples.tobytes())


def end_of(loudspeaker: Loudspeaker, seconds: float) -> tuple[int, np.ndarray]:
    """The last seconds that it has played, as the left channel, and the frame that they begin with."""
    data = loudspeaker.file.read_bytes()
    frames = len(data) // FRAME
    begin = max(0, frames - int(seconds * RATE))
    samples = np.frombuffer(data[begin * FRAME : frames * FRAME], "<i2").reshape(-1, 2)
    return begin, samples[:, 0].astype(float)


def shift(one: np.ndarray, other: np.ndarray) -> int:
    """By how many frames `other` has what `one` has later in its array: the peak of their correlation."""
    size = 1 << (len(one) + len(other) - 1).bit_length()
    product = np.fft.irfft(np.fft.rfft(one, size) * np.conj(np.fft.rfft(other, size)), size)
    peak = int(np.argmax(product))
    return peak if peak < size // 2 else peak - size


async def seconds_apart(kitchen: Loudspeaker, bath: Loudspeaker) -> float:
    """By how many seconds the two play the same moment of the song at different times."""
    ahead = []  # how far each is at one moment: their files grow by steps, so it is asked often
    for _ in range(200):
        ahead.append(kitchen.frames - bath.frames)
        await asyncio.sleep(0.013)
    first, one = end_of(kitchen, 6)
    second, other = end_of(bath, 6)
    # the same moment of the song is at frame `first + n` in the kitchen and at `second + n - later` in the bath
    later = first + shift(one, other) - second
    return abs(statistics.median(ahead) - later) / RATE


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
            apart = [await seconds_apart(kitchen, bath)]
            while apart[-1] >= WITHIN and len(apart) < 10:
                apart.append(await seconds_apart(kitchen, bath))
            assert apart[-1] < WITHIN, apart
            writer.close()
        finally:
            mpd.kill()
            await mpd.wait()
