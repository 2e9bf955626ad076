"""A player with everything about it: a folder of songs that are steady tones, a real MPD, and what the player tells."""

from __future__ import annotations

import asyncio
import functools
import io
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

import numpy as np
import soundfile

from appliance.domain.events import Event, MusicWarning, PlayerState, TrackSkipped, TrackStarted
from appliance.music.mpd.client import MpdClient
from appliance.music.mpd.process import MpdProcess
from appliance.music.play_memory import Forgetful
from appliance.music.player import Player
from appliance.settings.music import MusicSettings

LONG = 5.0
Kind = TypeVar("Kind")


def tone(file: Path, pitch: float = 440.0, seconds: float = 2.0) -> Path:
    """Write one steady tone of `pitch` hertz; whoever finds the file finds the whole of it.

    MPD hands 256 KiB to its output at once, and does not answer while it drains the end of a track: a short one is
    written in so fine a format that this is a third of a second.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_name(f"{file.name}.fresh")
    fresh.write_bytes(_tone(file.suffix[1:], pitch, seconds))
    return fresh.replace(file)


@functools.lru_cache(maxsize=8)
def _tone(kind: str, pitch: float, seconds: float) -> bytes:
    rate, depth = (96_000, "PCM_24") if seconds < LONG else (44_100, "PCM_16")
    wave = 0.5 * np.sin(2 * np.pi * pitch * np.arange(int(rate * seconds)) / rate)
    file = io.BytesIO()
    soundfile.write(file, np.column_stack([wave, wave]), rate, depth, format=kind)
    return file.getvalue()


class RunningPlayer:
    """An MPD of its own with `songs`, and a player that is told what to do by the test."""

    def __init__(self, folder: Path, **settings: Any) -> None:
        self.folder = folder
        self.songs = folder / "songs"
        self.songs.mkdir(exist_ok=True)
        self.settings = MusicSettings(**{"output": "null", "port": 0, "fade": 0.2, **settings})
        self.events: list[Event] = []
        self.memory = Forgetful()
        self.server = MpdProcess(self.songs, folder / "s", folder / "r", self.settings)
        self.player = self.new_player()

    def new_player(self) -> Player:
        return self.new_player_at(self.server.address)

    def new_player_at(self, address: str) -> Player:
        return Player(address, self.settings, self.hear, self.memory, self.songs)

    def hear(self, event: Event) -> None:
        self.events.append(event)
        if isinstance(event, TrackStarted) and event.emotion:
            self.memory.played(event.emotion, event.file)

    def song(self, name: str, pitch: float = 440.0, seconds: float = 2.0) -> Path:
        return tone(self.songs / name, pitch, seconds)

    async def __aenter__(self) -> RunningPlayer:
        await self.server.start()
        await self.server.ready(60)
        await self.settled()
        self._task = asyncio.create_task(self.player.run())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.drop_player()
        await self.server.stop()

    async def settled(self) -> None:
        """Wait until MPD has read the songs folder."""
        async with self.other() as mpd:
            while (await mpd.status()).updating:
                await asyncio.sleep(0.02)

    @asynccontextmanager
    async def only_player(self) -> AsyncIterator[None]:
        """Let the present player run while the context is open; the one before has been dropped."""
        self._task = asyncio.create_task(self.player.run())
        try:
            yield
        finally:
            await self.drop_player()

    async def drop_player(self) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    @asynccontextmanager
    async def other(self) -> AsyncIterator[MpdClient]:
        """Another client of the same MPD."""
        mpd = MpdClient(self.server.address, asyncio.Event())
        await mpd.open()
        try:
            yield mpd
        finally:
            mpd.close()

    @property
    def state(self) -> PlayerState:
        return self.player.state

    def told(self, kind: type[Kind]) -> list[Kind]:
        return [event for event in self.events if isinstance(event, kind)]

    @property
    def started(self) -> list[str]:
        return [event.file for event in self.told(TrackStarted)]

    @property
    def skipped(self) -> list[TrackSkipped]:
        return self.told(TrackSkipped)

    @property
    def warnings(self) -> list[str]:
        return [event.text for event in self.told(MusicWarning)]

    async def until(self, what: Callable[[], object], seconds: float = 90.0) -> None:
        """Wait until `what` holds."""
        limit = time.monotonic() + seconds
        while not what():
            if time.monotonic() > limit:
                told = "\n".join(map(str, self.events[-25:]))
                raise AssertionError(f"it did not come to pass within {seconds} s; now {self.state}; told:\n{told}")
            await asyncio.sleep(0.01)

    async def until_plays(self, file: str) -> None:
        """Wait until this is heard, and has been told to have begun."""
        await self.until(lambda: self._sounds and self.state.file == file)

    async def until_from(self, emotion: str) -> None:
        """Wait until something from this emotion's folder is heard, and has been told to have begun."""
        await self.until(lambda: self._sounds and self.state.emotion == emotion)

    @property
    def _sounds(self) -> bool:
        return self.state.state == "play" and self.started[-1:] == [self.state.file]
