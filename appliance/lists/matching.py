"""Entries of lists matched to the songs on the box: by id, by code, then by folded names and length."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import NamedTuple

from appliance.lists.entries import ListEntry
from appliance.lists.folding import fold, fold_artist, fold_title

SLACK = 3.0
"""Seconds by which the lengths of two copies of one recording may differ."""


class KnownSong(NamedTuple):
    """A song on the box, as its tags tell of it; `file` is its path below the songs' folder."""

    file: str
    title: str = ""
    artist: str = ""
    seconds: float | None = None
    recording: str = ""
    isrc: str = ""


class Matcher:
    """Finds the song of an entry among those on the box."""

    def __init__(self, songs: Iterable[KnownSong]) -> None:
        self._by_file: dict[str, str] = {}
        self._by_recording: dict[str, str] = {}
        self._by_isrc: dict[str, str] = {}
        self._by_names: defaultdict[tuple[str, str], list[KnownSong]] = defaultdict(list)
        self._by_base: defaultdict[str, list[str]] = defaultdict(list)
        for song in songs:
            self._by_file[song.file] = song.file
            self._by_base[PurePosixPath(song.file).name.casefold()].append(song.file)
            if song.recording:
                self._by_recording.setdefault(song.recording.lower(), song.file)
            if song.isrc:
                self._by_isrc.setdefault(isrc(song.isrc), song.file)
            if song.title:
                self._by_names[fold_artist(song.artist), fold_title(song.title)].append(song)

    def match(self, entry: ListEntry) -> str | None:
        """The file of the song that an entry names; None if it is not on this box."""
        if entry.recording and (file := self._by_recording.get(entry.recording)):
            return file
        if entry.isrc and (file := self._by_isrc.get(entry.isrc)):
            return file
        return self._of_file(entry) or self._of_names(entry)

    def _of_names(self, entry: ListEntry) -> str | None:
        if not (entry.title and entry.artist):
            return None
        songs = self._by_names.get((fold_artist(entry.artist), fold_title(entry.title)), [])
        fitting = [(apart, song.file) for song in songs if (apart := _apart(entry.seconds, song.seconds)) <= SLACK]
        # Of several copies the one whose whole title is the same, then the one nearest in length.
        titles = {song.file: fold(song.title) != fold(entry.title) for song in songs}
        return min(fitting, key=lambda found: (titles[found[1]], found), default=(0.0, None))[1]

    def _of_file(self, entry: ListEntry) -> str | None:
        """By path: the whole, or its end where no other song of the box has the same name."""
        path = entry.file.replace("\\", "/").removeprefix("file://")
        if not path or "://" in path:
            return None
        if found := self._by_file.get(path.lstrip("/")):
            return found
        parts = PurePosixPath(path.casefold()).parts
        same = [
            (_shared(parts, PurePosixPath(file.casefold()).parts), file)
            for file in self._by_base.get(parts[-1] if parts else "", [])
        ]
        best = max(same, default=(0, ""))
        return best[1] if best[0] and sum(shared == best[0] for shared, _ in same) == 1 else None


def isrc(code: str) -> str:
    """A recording's code as it is compared: upper case, without hyphens and spaces; empty if it is none."""
    bare = code.replace("-", "").replace(" ", "").upper()
    return bare if len(bare) == 12 and bare.isascii() and bare.isalnum() else ""


def _apart(one: float | None, other: float | None) -> float:
    """Seconds between two lengths; none where one of them is unknown."""
    return 0.0 if one is None or other is None else abs(one - other)


def _shared(one: tuple[str, ...], other: tuple[str, ...]) -> int:
    """How many parts two paths have in common at their ends."""
    count = 0
    for left, right in zip(reversed(one), reversed(other), strict=False):
        if left != right:
            break
        count += 1
    return count
