"""The lists that the box keeps: one file for each, replaced as a whole; entries are added and never deleted."""

from __future__ import annotations

import logging
import re
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta, Struct
from msgspec.structs import replace

from appliance.domain.emotions import Emotion
from appliance.lib import atomic_file
from appliance.lib.set_aside import set_aside
from appliance.lists.entries import ENTRIES, ListEntry
from appliance.lists.errors import ListError, NoSuchList

log = logging.getLogger(__name__)

LISTS = 200
"""Lists that are kept at most."""
_MOST_BYTES = 40_000_000
_KEY = re.compile(r"[a-z0-9-]{1,60}")
_SUFFIX = ".json"
_OURS = {"spotify.json"}
"""Files of the folder that are no list."""


class KeptEntry(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An entry, when it was first there, and whether the service still has it."""

    song: ListEntry
    since: str
    """UTC, ISO 8601."""
    gone: bool = False


class SongList(Struct, frozen=True, kw_only=True):
    """A list as it is kept. `key` names it in commands; `source` is the file or address that it is read from."""

    key: Annotated[str, Meta(pattern="^[a-z0-9-]{1,60}$")]
    name: str
    source: str
    emotion: Emotion | None = None
    """Its songs play for this emotion; None: each by its own place."""
    refreshed: str = ""
    """When it was last read, UTC, ISO 8601; empty: never."""
    tried: str = ""
    """When it was last tried to be read."""
    problem: str = ""
    """Why it could not be read the last time; empty if it could."""
    entries: tuple[KeptEntry, ...] = ()


def appended(kept: SongList, read: Sequence[ListEntry], now: str) -> tuple[SongList, tuple[ListEntry, ...]]:
    """The list with what was read added at its end, and what of it is new. What is no longer named stays, as `gone`."""
    named = {entry.identity: entry for entry in read}
    stay = tuple(replace(entry, gone=entry.song.identity not in named) for entry in kept.entries)
    had = {entry.song.identity for entry in kept.entries}
    new = tuple(entry for identity, entry in named.items() if identity not in had)[: max(0, 5 * ENTRIES - len(stay))]
    entries = (*stay, *(KeptEntry(song=entry, since=now) for entry in new))
    return replace(kept, entries=entries, refreshed=now, tried=now, problem=""), new


class ListStore:
    """The folder of the lists."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def all(self) -> list[SongList]:
        """Every list, by name. One that is damaged is set aside."""
        try:
            files = sorted(file for file in self.folder.iterdir() if file.suffix == _SUFFIX and file.name not in _OURS)
        except OSError:
            return []
        found = [kept for file in files if (kept := self._read(file))]
        return sorted(found, key=lambda kept: (kept.name.casefold(), kept.key))

    def get(self, key: str) -> SongList:
        """Raises NoSuchList."""
        file = self._file(key)
        kept = self._read(file) if _KEY.fullmatch(key) and file.exists() else None
        if kept is None:
            names = ", ".join(each.key for each in self.all())
            raise NoSuchList(
                f"there is no list {key!r}; there is {names}" if names else f"there is no list {key!r} yet"
            )
        return kept

    def add(self, name: str, source: str, emotion: Emotion | None) -> SongList:
        """A new list, still without entries. Raises ListError where there are too many, or one of the same source."""
        lists = self.all()
        for each in lists:
            if each.source == source:
                raise ListError(f"{source} is on the box already, as {each.key}")
        if len(lists) >= LISTS:
            raise ListError(f"there are {LISTS} lists already; remove one: moodbox lists remove LIST")
        taken = {each.key for each in lists} | {file.removesuffix(_SUFFIX) for file in _OURS}
        stem = _key_of(name)
        key = next(key for n in range(1, LISTS + 3) if (key := stem if n == 1 else f"{stem}-{n}") not in taken)
        return SongList(key=key, name=name, source=source, emotion=emotion)

    def save(self, kept: SongList) -> None:
        """Keep a list. Raises ListError if the disk cannot take it."""
        try:
            atomic_file.make_folder(self.folder, 0o750)
            atomic_file.write(self._file(kept.key), msgspec.json.encode(kept), 0o640)
        except OSError as error:
            raise ListError(f"{self._file(kept.key)}: cannot be written ({error.strerror})") from error

    def remove(self, kept: SongList) -> None:
        """Forget a list. Raises ListError."""
        try:
            atomic_file.remove(self._file(kept.key))
        except OSError as error:
            raise ListError(f"{self._file(kept.key)}: cannot be removed ({error.strerror})") from error

    def _file(self, key: str) -> Path:
        return self.folder / f"{key}{_SUFFIX}"

    def _read(self, file: Path) -> SongList | None:
        try:
            with file.open("rb") as opened:
                data = opened.read(_MOST_BYTES + 1)
        except OSError as error:
            log.warning("%s cannot be read (%s): the list is left out", file, error.strerror)
            return None
        try:
            return _understood(data, file.stem)
        except (ValueError, RecursionError) as error:  # msgspec's errors are ValueErrors
            _move_away(file, str(error))
            return None


def _understood(data: bytes, key: str) -> SongList:
    """The list in a file's content. Raises ValueError."""
    if len(data) > _MOST_BYTES:
        raise ValueError(f"it has more than {_MOST_BYTES} bytes")
    kept = msgspec.json.decode(data, type=SongList)
    if kept.key != key:
        raise ValueError(f"it is the list {kept.key!r}")
    return kept


def _move_away(file: Path, problem: str) -> None:
    try:
        where = f"set aside as {set_aside(file).name}"
    except OSError as error:
        where = f"it cannot be set aside ({error.strerror})"
    log.warning("%s is damaged (%s): %s; add the list again", file, problem, where)


def _key_of(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:50].strip("-") or "list"


def is_address(source: str) -> bool:
    """Whether a list's source is an address and not a file."""
    return "://" in source or source.startswith("spotify:")
