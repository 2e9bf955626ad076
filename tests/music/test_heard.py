"""What is really heard: the sound that MPD puts out, by its pitch."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import numpy as np

from appliance.domain.emotions import Emotion
from appliance.domain.reasons import InWords
from tests.music.running_player import RunningPlayer

RATE = 44_100


class Ear:
    """Listens at a fifo of MPD's."""

    def __init__(self, fifo: Path) -> None:
        os.mkfifo(fifo)
        self._open = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)
        self._heard = bytearray()

    def close(self) -> None:
        os.close(self._open)

    def hear(self) -> None:
        """Take in what has been played up to now."""
        try:
            while data := os.read(self._open, 65_536):
                self._heard += data
        except BlockingIOError:
            pass

    async def pitches(self, seconds: float) -> list[float]:
        """The strongest frequency in hertz of each tenth of the coming seconds that is not silent."""
        self.hear()
        self._heard.clear()
        for _ in range(int(seconds / 0.05)):
            await asyncio.sleep(0.05)
            self.hear()
        wave = np.frombuffer(self._heard[: len(self._heard) // 4 * 4], np.int16).reshape(-1, 2)[:, 0].astype(float)
        size = RATE // 10
        found = []
        for part in wave[: len(wave) // size * size].reshape(-1, size):
            if np.abs(part).max() > 300:
                spectrum = np.abs(np.fft.rfft(part * np.hanning(size)))
                found.append(float(np.fft.rfftfreq(size, 1 / RATE)[spectrum.argmax()]))
        return found


@contextmanager
def ear(fifo: Path) -> Iterator[Ear]:
    listener = Ear(fifo)
    try:
        yield listener
    finally:
        listener.close()


@asynccontextmanager
async def happy_music(running: RunningPlayer, folder: Path) -> AsyncIterator[Ear]:
    """A player with one happy and one sad tone, which plays the happy one, and an ear at its output."""
    running.song("happy/a.flac", pitch=800, seconds=10)
    running.song("sad/b.flac", pitch=300, seconds=10)
    with ear(folder / "sound") as listener:
        async with running:
            running.player.play(Emotion.HAPPY, InWords(text="you smile"))
            await running.until_from("happy")
            yield listener


async def test_the_tone_of_the_wish_is_heard_and_an_override_changes_it(tmp_path: Path) -> None:
    running = RunningPlayer(tmp_path, output=f"fifo:{tmp_path / 'sound'}")
    async with happy_music(running, tmp_path) as listener:
        heard = await listener.pitches(1.0)
        assert len(heard) >= 5
        assert all(abs(pitch - 800) < 15 for pitch in heard)
        running.player.play(Emotion.SAD, InWords(text="you chose sad"), at_once=True)
        await running.until_from("sad")
        await listener.pitches(0.3)
        heard = await listener.pitches(1.0)
        assert len(heard) >= 5
        assert all(abs(pitch - 300) < 15 for pitch in heard)


async def test_a_fade_lowers_what_is_heard_before_it_changes(tmp_path: Path) -> None:
    running = RunningPlayer(tmp_path, output=f"fifo:{tmp_path / 'sound'}", fade=1.0, volume=100)
    async with happy_music(running, tmp_path) as listener:
        await listener.pitches(0.3)
        running.player.play(Emotion.SAD, InWords(text="you chose sad"), at_once=True)
        heard = await listener.pitches(2.5)
    loudness = np.abs(np.frombuffer(listener._heard[: len(listener._heard) // 4 * 4], np.int16)[::2].astype(float))
    tenths = loudness[: len(loudness) // 4410 * 4410].reshape(-1, 4410).max(axis=1)
    quietest = int(tenths.argmin())
    assert tenths[quietest] < 0.3 * tenths[:3].max()
    assert tenths[-3:].max() > 0.8 * tenths[:3].max()
    assert abs(heard[0] - 800) < 15
    assert abs(heard[-1] - 300) < 15
