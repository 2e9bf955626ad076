"""How long it takes to choose and queue a track in a large library, on a private MPD with a throw-away library."""

from __future__ import annotations

import asyncio
import os
import statistics
import struct
import tempfile
import time
from pathlib import Path
from typing import Any

from appliance.bench.journey import measure_journey
from appliance.domain.emotions import EMOTIONS
from appliance.domain.reasons import NobodyJudged
from appliance.music.library import Library
from appliance.music.mpd.client import MpdClient
from appliance.music.mpd.process import MpdProcess
from appliance.music.picker import Picker
from appliance.music.play_memory import Forgetful
from appliance.music.queue import Snapshot
from appliance.music.queue_feeder import QueueFeeder
from appliance.settings.music import MusicSettings

FILES, ROUNDS = 50_000, 200
LINKS = 10_000
"""Hard links to one file at most; some file systems allow no more than 65,000."""
PLAYED_SHARE = 0.4
"""So much of each folder counts as played, which makes choosing as hard as it gets."""


def measure_music(files: int = FILES, rounds: int = ROUNDS) -> dict[str, Any]:
    """Figures in milliseconds: `median` and `p95` of choosing and queueing one of `files` tracks, over `rounds`.

    Also `files`, `rounds`, and `indexing_s`, the seconds MPD took to read the library; and `journey`, the same of
    choosing by place and sound, without MPD. Raises MusicError without MPD.
    """
    with tempfile.TemporaryDirectory(prefix="moodbox-library-") as folder:
        songs = Path(folder) / "songs"
        _write_library(songs, files)
        figures = asyncio.run(_measure(Path(folder), songs, files, rounds))
    return figures | {"journey": measure_journey(files, rounds)}


async def _measure(folder: Path, songs: Path, files: int, rounds: int) -> dict[str, Any]:
    server = MpdProcess(songs, folder / "state", folder / "run", MusicSettings(output="null", port=0))
    began = time.perf_counter()
    await server.start()
    try:
        await server.ready()
        mpd = MpdClient(server.address, asyncio.Event())
        await mpd.open()
        try:
            while (await mpd.status()).updating:  # noqa: ASYNC110 - MPD is another process
                await asyncio.sleep(0.1)
            indexing = time.perf_counter() - began
            took = await _queue(mpd, files, rounds)
        finally:
            mpd.close()
    finally:
        await server.stop()
    return {
        "files": files,
        "rounds": rounds,
        "median": round(statistics.median(took), 2),
        "p95": round(sorted(took)[int(0.95 * (len(took) - 1))], 2),
        "indexing_s": round(indexing, 1),
    }


async def _queue(mpd: MpdClient, files: int, rounds: int) -> list[float]:
    memory = Forgetful()
    for emotion in EMOTIONS:
        for number in range(int(PLAYED_SHARE * files / len(EMOTIONS))):
            memory.played(emotion, _name(emotion, number))
    library = Library(None)
    library.connection = mpd
    queue_feeder = QueueFeeder(library, Picker(library, memory), lambda _: None)
    took: list[float] = []
    for number in range(rounds):
        await mpd.ask("clear")
        status = await mpd.status()
        before = time.perf_counter()
        fed = await queue_feeder.feed(mpd, Snapshot(status), EMOTIONS[number % len(EMOTIONS)], NobodyJudged(), ahead=0)
        took.append(1000 * (time.perf_counter() - before))
        assert fed
    return took


def _name(emotion: str, number: int) -> str:
    return f"{emotion}/album {number // 100:03}/track {number:05}.wav"


def _write_library(songs: Path, files: int) -> None:
    """A library of hard links to a few short silent files."""
    songs.mkdir()
    source = songs.with_name("silence.wav")
    for number in range(files):
        if number % LINKS == 0:
            source = songs.with_name(f"silence {number}.wav")
            source.write_bytes(silence())
        emotion = EMOTIONS[number % len(EMOTIONS)]
        file = songs / _name(emotion, number // len(EMOTIONS))
        if number // len(EMOTIONS) % 100 == 0:
            file.parent.mkdir(parents=True, exist_ok=True)
        os.link(source, file)


def silence() -> bytes:
    """A WAV file of a tenth of a second: 16 bits, one channel, 8 kHz."""
    data = bytes(1600)
    head = struct.pack("<4sIHHIIHH4sI", b"fmt ", 16, 1, 1, 8000, 16_000, 2, 16, b"data", len(data))
    return b"RIFF" + struct.pack("<I", 4 + len(head) + len(data)) + b"WAVE" + head + data
