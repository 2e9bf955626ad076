"""What MPD and the songs folder hold: counts and single tracks, never a whole list."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

from appliance.emotion import Emotion
from appliance.music.connection import Connection
from appliance.music.errors import MpdRefused
from appliance.songs.contents import last_modified
from appliance.songs.lists import LISTS, lists, read_list


@dataclass(frozen=True, slots=True)
class Track:
    """Something that can be queued: a file in MPD's library or a stream from a list."""

    file: str
    emotion: Emotion
    """The folder it is in."""
    modified: str | None = None
    """MPD's Last-Modified; None for a stream."""
    duration: float | None = None

    @property
    def stream(self) -> bool:
        """It is heard over the network and has no end."""
        return "://" in self.file

    @property
    def house(self) -> bool:
        """It is a piece that Moodbox composed."""
        return self.file.startswith(f"{self.emotion}/house/")


@dataclass(frozen=True, slots=True)
class Shelf:
    """A part of an emotion's folder: the owner's songs, or the house pieces."""

    emotion: Emotion
    house: bool = False

    @property
    def filter(self) -> str:
        """MPD's filter expression for the files on this shelf."""
        house = f"{self.emotion}/house"
        if self.house:
            return f"(base {quote(house)})"
        return f"((base {quote(self.emotion)}) AND (!(base {quote(house)})))"


class Library:
    """Asks MPD about shelves, and the songs folder (where it is on this machine) about lists of streams."""

    def __init__(self, songs: Path | None) -> None:
        self._songs = songs
        self._counts: dict[Shelf, int] = {}
        self._streams: dict[Emotion, tuple[Track, ...]] = {}
        self.connection: Connection | None = None

    def forget(self) -> None:
        """Ask anew from now on: the library has changed."""
        self._counts.clear()
        self._streams.clear()

    async def count(self, shelf: Shelf) -> int:
        """How many files MPD has on a shelf; 0 also where the folder is missing."""
        if shelf not in self._counts:
            assert self.connection
            try:
                answer = await self.connection.ask("count", shelf.filter)
            except MpdRefused as error:
                if not error.missing:
                    raise
                self._counts[shelf] = 0
            else:
                self._counts[shelf] = int(answer["songs"])
        return self._counts[shelf]

    async def files(self, shelf: Shelf, start: int, stop: int) -> list[Track]:
        """The files from number `start` to before `stop` of a shelf, in MPD's order."""
        assert self.connection
        try:
            found = await self.connection.ask("find", shelf.filter, "window", f"{start}:{stop}")
        except MpdRefused as error:
            if not error.missing:
                raise
            self.forget()
            return []
        return [
            Track(raw["file"], shelf.emotion, raw.get("last-modified"), float(raw.get("duration", 0)) or None)
            for raw in found
        ]

    async def left_out(self, file: str) -> str:
        """The Last-Modified of a song that is on the disk and unknown to MPD; else, and where one cannot see, empty."""
        assert self.connection
        if self._songs is None or file.lower().endswith(LISTS):
            return ""
        modified = await asyncio.to_thread(last_modified, self._songs / file)
        try:
            known = await self.connection.ask("find", f"(file == {quote(file)})")
        except MpdRefused:
            return ""
        return "" if known else modified

    async def streams(self, shelf: Shelf) -> tuple[Track, ...]:
        """The streams named by the lists that lie in an emotion's folder."""
        if shelf.house or self._songs is None:
            return ()
        if shelf.emotion not in self._streams:
            addresses = await asyncio.to_thread(_addresses, self._songs / shelf.emotion)
            self._streams[shelf.emotion] = tuple(Track(address, shelf.emotion) for address in addresses)
        return self._streams[shelf.emotion]


def _addresses(folder: Path) -> list[str]:
    return list(dict.fromkeys(address for file in lists(folder) for address in read_list(file)[0]))


def quote(value: str) -> str:
    """A value as MPD's filter expressions take it."""
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
