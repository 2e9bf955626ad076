"""The sound goes elsewhere while the music plays, and the test tone through one output, on a real MPD."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from appliance.domain.emotions import Emotion
from appliance.domain.reasons import InWords
from appliance.outputs.tone import LEFT, RIGHT
from tests.music.running_player import RunningPlayer
from tests.outputs.spectrum import Samples, heard_from, strength

RATE = 44_100
SONG = 440.0


class Listener:
    """Keeps what MPD plays into a fifo."""

    def __init__(self, fifo: Path) -> None:
        self._fifo = os.open(fifo, os.O_RDWR)
        self._over = threading.Event()
        self.heard = bytearray()
        self._thread = threading.Thread(target=self._listen)
        self._thread.start()

    def _listen(self) -> None:
        os.set_blocking(self._fifo, False)
        while not self._over.wait(0.01):
            while True:
                try:
                    self.heard += os.read(self._fifo, 65_536)
                except BlockingIOError:
                    break

    def close(self) -> None:
        self._over.set()
        self._thread.join()
        os.close(self._fifo)

    @property
    def samples(self) -> Samples:
        """Left and right, -1 to 1."""
        return samples_of(bytes(self.heard))


def samples_of(raw: bytes) -> Samples:
    """16-bit stereo sound as left and right, -1 to 1."""
    return np.frombuffer(raw[: len(raw) // 4 * 4], "<i2").reshape(-1, 2).astype(np.float64) / 32_768


@contextmanager
def listening(fifo: Path) -> Iterator[Listener]:
    listener = Listener(fifo)
    try:
        yield listener
    finally:
        listener.close()


async def tone(running: RunningPlayer, device: str) -> Exception | None:
    """Have the tone played; what was told of it."""
    told: asyncio.Future[Exception | None] = asyncio.get_running_loop().create_future()
    running.player.play_tone(device, told.set_result)
    async with asyncio.timeout(90):
        return await told


def two_fifos(folder: Path) -> tuple[RunningPlayer, Path, Path]:
    """A player whose sound goes to the first of two fifos, and whose MPD has the other one too."""
    here, there = folder / "here", folder / "there"
    running = RunningPlayer(folder, output=f"fifo:{here}")
    running.server.offers = f"fifo:{there}"
    running.song("happy/a.flac", SONG, seconds=120)
    return running, here, there


async def test_the_tone_is_heard_from_the_left_and_then_from_the_right(running: RunningPlayer) -> None:
    running, here, there = two_fifos(running.folder)
    async with running:
        running.player.play(Emotion.HAPPY, InWords(text="you smile"))
        await running.until_plays("happy/a.flac")
        with listening(there) as other, listening(here) as usual:
            assert await tone(running, f"fifo:{there}") is None
            await running.until(lambda: heard_from(other.samples.T[1], RATE, RIGHT) > 0.5)
            left, right = other.samples.T
            assert strength(left, RATE, LEFT) > 10 * strength(left, RATE, RIGHT)
            assert strength(right, RATE, RIGHT) > 10 * strength(right, RATE, LEFT)
            assert heard_from(left, RATE, LEFT) < heard_from(right, RATE, RIGHT)
            assert strength(left, RATE, SONG) < strength(left, RATE, LEFT) / 10
            before = len(usual.heard)
            await running.until(lambda: len(usual.heard) > before + RATE)  # the music goes on where it was
            assert strength(usual.samples[-RATE // 4 :, 0], RATE, SONG) > 0.01
        assert running.started == ["happy/a.flac"]
        assert not running.skipped


async def test_the_tone_is_heard_where_the_music_is_too(running: RunningPlayer) -> None:
    running, here, _ = two_fifos(running.folder)
    async with running:
        running.player.play(Emotion.HAPPY, InWords(text="you smile"))
        await running.until_plays("happy/a.flac")
        with listening(here) as usual:
            assert await tone(running, f"fifo:{here}") is None
            await running.until(lambda: strength(usual.samples[-RATE // 4 :, 0], RATE, SONG) > 0.01)
            left, right = usual.samples.T
            assert heard_from(left, RATE, LEFT) < heard_from(right, RATE, RIGHT)
        async with running.other() as mpd:
            assert [each.enabled for each in await mpd.outputs()] == [True, False, False]
            assert await mpd.ask("listpartitions") == [{"partition": "default"}]


async def test_the_tone_goes_through_alsa(running: RunningPlayer, monkeypatch: pytest.MonkeyPatch) -> None:
    heard, alsa = running.folder / "heard.raw", running.folder / "asound.conf"
    alsa.write_text(
        f"pcm.kitchen {{ type plug; slave {{ format S16_LE; rate {RATE}; channels 2; "
        f'pcm {{ type file; format raw; file "{heard}"; slave.pcm {{ type null }} }} }} }}\n'
    )
    monkeypatch.setenv("ALSA_CONFIG_PATH", str(alsa))
    running.server.offers = "kitchen"
    async with running:
        await running.until(lambda: running.state.state == "stop")
        assert await tone(running, "kitchen") is None
    left, right = samples_of(heard.read_bytes()).T
    assert strength(left, RATE, LEFT) > 10 * strength(left, RATE, RIGHT)
    assert strength(right, RATE, RIGHT) > 10 * strength(right, RATE, LEFT)
    assert heard_from(left, RATE, LEFT) < heard_from(right, RATE, RIGHT)


async def test_an_output_that_cannot_be_opened_is_told_and_the_music_goes_on(running: RunningPlayer) -> None:
    running.server.offers = "hw:99"
    running.song("happy/a.flac", seconds=120)
    async with running:
        running.player.play(Emotion.HAPPY, InWords(text="you smile"))
        await running.until_plays("happy/a.flac")
        error = await tone(running, "hw:99")
        assert "no sound can be made there" in str(error)
        assert "hw:99" in str(error)
        at = running.state.elapsed
        await running.until(lambda: running.state.state == "play" and running.state.elapsed > at + 0.5)
        assert not running.warnings


async def test_the_music_goes_to_another_output_without_a_break(running: RunningPlayer) -> None:
    running, here, there = two_fifos(running.folder)
    async with running:
        running.player.play(Emotion.HAPPY, InWords(text="you smile"))
        await running.until_plays("happy/a.flac")
        mpd = running.server.pid
        with listening(there) as other, listening(here) as usual:
            running.player.use_output(f"fifo:{there}")
            await running.until(lambda: len(other.heard) > RATE)
            assert strength(other.samples[: RATE // 4, 0], RATE, SONG) > 0.01
            silent = len(usual.heard)
            heard = len(other.heard)
            await running.until(lambda: len(other.heard) > heard + RATE)
            assert len(usual.heard) - silent < RATE  # what the fifo still held
        assert running.server.pid == mpd
        assert running.started == ["happy/a.flac"]


async def test_for_an_output_that_came_later_mpd_begins_anew_and_goes_on_there(running: RunningPlayer) -> None:
    here, there = running.folder / "here", running.folder / "there"
    running = RunningPlayer(running.folder, output=f"fifo:{here}")
    running.song("happy/a.flac", SONG, seconds=120)
    async with running:
        running.player.play(Emotion.HAPPY, InWords(text="you smile"))
        await running.until_plays("happy/a.flac")
        running.player.seek(60.0)
        await running.until(lambda: running.state.elapsed > 60.5)
        mpd, at = running.server.pid, running.state.elapsed
        running.server.offers = f"fifo:{there}"
        running.player.use_output(f"fifo:{there}")
        await running.until(lambda: running.server.pid not in (None, mpd) and there.exists())
        with listening(there) as other:
            await running.until(lambda: len(other.heard) > RATE)
            assert strength(other.samples[: RATE // 4, 0], RATE, SONG) > 0.01
        await running.until_plays("happy/a.flac")
        assert at - 1.0 < running.state.elapsed < 100.0
        assert running.started == ["happy/a.flac"]


async def test_a_tone_waits_for_an_output_that_came_later(running: RunningPlayer) -> None:
    running.song("happy/a.flac", seconds=120)
    async with running:
        running.player.play(Emotion.HAPPY, InWords(text="you smile"))
        await running.until_plays("happy/a.flac")
        there = running.folder / "there"
        running.server.offers = f"fifo:{there}"
        assert await tone(running, f"fifo:{there}") is None
        assert there.exists()
        await running.until_plays("happy/a.flac")


async def test_an_output_that_there_is_nowhere_is_told_and_nothing_else_happens(running: RunningPlayer) -> None:
    running.song("happy/a.flac", seconds=120)
    async with running:
        running.player.play(Emotion.HAPPY, InWords(text="you smile"))
        await running.until_plays("happy/a.flac")
        assert "MPD does not know the output" in str(await tone(running, "plughw:CARD=gone,DEV=0"))
        mpd = running.server.pid
        running.player.use_output("plughw:CARD=gone,DEV=0")
        await running.until(lambda: running.server.pid not in (None, mpd))  # MPD looks once whether it is there
        await running.until_plays("happy/a.flac")
        again = running.server.pid
        at = running.state.elapsed
        await running.until(lambda: running.state.state == "play" and running.state.elapsed > at + 2)
        assert running.server.pid == again
