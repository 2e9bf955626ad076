"""What is really heard: the sound that MPD puts out, by its pitch."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import numpy as np
import numpy.typing as npt

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

    async def listen(self, seconds: float, what: Callable[[], object] = lambda: True) -> None:
        """Hear what is played from now on, until `what` holds and then for so many seconds of sound."""
        self.hear()
        self._heard.clear()
        async with asyncio.timeout(90):
            while not what():
                await asyncio.sleep(0.02)
                self.hear()
            enough = len(self._heard) + 4 * int(seconds * RATE)
            while len(self._heard) < enough:
                await asyncio.sleep(0.02)
                self.hear()

    @property
    def wave(self) -> npt.NDArray[np.float64]:
        """What has been heard of the left channel."""
        return np.frombuffer(self._heard[: len(self._heard) // 4 * 4], np.int16).reshape(-1, 2)[:, 0].astype(float)

    @property
    def pitches(self) -> list[float]:
        """The strongest frequency in hertz of each tenth of a second that is not silent."""
        wave, size = self.wave, RATE // 10
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
    running.song("happy/a.flac", pitch=800, seconds=30)
    running.song("sad/b.flac", pitch=300, seconds=30)
    with ear(folder / "sound") as listener:
        async with running:
            running.player.play(Emotion.HAPPY, InWords(text="you smile"))
            await running.until_from("happy")
            yield listener


async def test_the_tone_of_the_wish_is_heard_and_an_override_changes_it(tmp_path: Path) -> None:
    running = RunningPlayer(tmp_path, output=f"fifo:{tmp_path / 'sound'}")
    async with happy_music(running, tmp_path) as listener:
        await listener.listen(1.0)
        assert len(listener.pitches) >= 5
        assert all(abs(pitch - 800) < 15 for pitch in listener.pitches)
        running.player.play(Emotion.SAD, InWords(text="you chose sad"), at_once=True)
        await running.until_from("sad")
        await listener.listen(0.3)
        await listener.listen(1.0)
        assert len(listener.pitches) >= 5
        assert all(abs(pitch - 300) < 15 for pitch in listener.pitches)


async def test_a_fade_lowers_what_is_heard_before_it_changes(tmp_path: Path) -> None:
    running = RunningPlayer(tmp_path, output=f"fifo:{tmp_path / 'sound'}", fade=2.0, volume=100)
    async with happy_music(running, tmp_path) as listener:
        await listener.listen(0.3)
        running.player.play(Emotion.SAD, InWords(text="you chose sad"), at_once=True)
        await listener.listen(1.0, lambda: running.state.emotion is Emotion.SAD)
    heard, loudness = listener.pitches, np.abs(listener.wave)
    tenths = loudness[: len(loudness) // 4410 * 4410].reshape(-1, 4410).max(axis=1)
    quietest = int(tenths.argmin())
    assert tenths[quietest] < 0.3 * tenths[:3].max()
    assert tenths[-3:].max() > 0.8 * tenths[:3].max()
    assert abs(heard[0] - 800) < 15
    assert abs(heard[-1] - 300) < 15
