"""What MPD and the songs folder hold: counts and single tracks, never a whole list."""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass
from pathlib import Path

from appliance.domain.emotions import Emotion
from appliance.music.errors import MpdRefused
from appliance.music.mpd.client import MpdClient
from appliance.songs.playlists import FROM_LIBRARY, LISTS, lists, read_list, read_songs
from appliance.songs.validation import last_modified


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
class FolderPart:
    """A part of an emotion's folder: the owner's songs, or the house pieces."""

    emotion: Emotion
    house: bool = False

    @property
    def filter(self) -> str:
        """MPD's filter expression for the files in this part."""
        house = f"{self.emotion}/house"
        if self.house:
            return f"(base {quote(house)})"
        return f"((base {quote(self.emotion)}) AND (!(base {quote(house)})))"


class Library:
    """Asks MPD about parts, and the songs folder (where it is on this machine) about lists of streams."""

    def __init__(self, songs: Path | None) -> None:
        self._songs = songs
        self._counts: dict[FolderPart, int] = {}
        self._streams: dict[Emotion, tuple[Track, ...]] = {}
        self.connection: MpdClient | None = None

    def forget(self) -> None:
        """Forget what is known: the library has changed."""
        self._counts.clear()
        self._streams.clear()

    async def count(self, part: FolderPart) -> int:
        """How many files MPD has in a part; 0 also where the folder is missing."""
        if part not in self._counts:
            assert self.connection
            try:
                self._counts[part] = await self.connection.count(part.filter)
            except MpdRefused as error:
                if not error.missing:
                    raise
                self._counts[part] = 0
        return self._counts[part]

    async def files(self, part: FolderPart, start: int, stop: int) -> list[Track]:
        """The files from number `start` to before `stop` of a part, in MPD's order."""
        assert self.connection
        try:
            found = await self.connection.find(part.filter, start, stop)
        except MpdRefused as error:
            if not error.missing:
                raise
            self.forget()
            return []
        return [Track(each.file, part.emotion, each.modified, each.duration) for each in found]

    async def left_out(self, file: str) -> str:
        """The Last-Modified of a song that is on the disk and unknown to MPD; else, and where one cannot see, empty."""
        assert self.connection
        if self._songs is None or file.lower().endswith(LISTS):
            return ""
        modified = await asyncio.to_thread(last_modified, self._songs / file)
        try:
            known = await self.connection.find(f"(file == {quote(file)})", 0, 1)
        except MpdRefused:
            return ""
        return "" if known else modified

    async def streams(self, part: FolderPart) -> tuple[Track, ...]:
        """What the lists that lie in an emotion's folder name: streams, and songs outside of that folder."""
        if part.house or self._songs is None:
            return ()
        if part.emotion not in self._streams:
            listed = await asyncio.to_thread(_listed, self._songs, part.emotion)
            self._streams[part.emotion] = tuple(Track(file, part.emotion) for file in listed)
        return self._streams[part.emotion]


def _listed(songs: Path, emotion: Emotion) -> list[str]:
    """Addresses and files as MPD takes them, each once. Songs within the emotion's folder play without a list."""
    found: dict[str, None] = {}
    for file in lists(songs / emotion):
        if file.name == FROM_LIBRARY:  # the catalogue knows better
            continue
        found |= dict.fromkeys(read_list(file)[0])
        for song in read_songs(file):
            name = os.path.relpath(os.path.normpath(song), os.path.normpath(songs))
            if not name.startswith(("../", f"{emotion}/")):
                found[name] = None
    return list(found)


def quote(value: str) -> str:
    """A value as MPD's filter expressions take it."""
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
