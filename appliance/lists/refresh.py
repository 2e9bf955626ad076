"""Reading the lists again: from their files and services, appended, matched, and written where MPD finds them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from msgspec.structs import replace

from appliance.lists.download import Downloader
from appliance.lists.entries import ListEntry
from appliance.lists.errors import ListError, NotFetched
from appliance.lists.formats import BYTES, ReadList, read_entries
from appliance.lists.listenbrainz import API, is_listenbrainz, read_listenbrainz
from appliance.lists.matching import KnownSong, Matcher
from appliance.lists.playlist_file import matched_files, write_playlist
from appliance.lists.spotify_address import is_spotify
from appliance.lists.store import ListStore, SongList, appended, is_address

if TYPE_CHECKING:
    from appliance.lists.spotify import Spotify  # takes a second of a small box

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Sources:
    """How lists are read: over HTTP, from ListenBrainz (with the owner's token or none) and from Spotify."""

    downloader: Downloader
    spotify: Callable[[], Spotify]
    """Raises NotSignedIn where the owner has named no app."""
    listenbrainz_token: str = ""
    listenbrainz_api: str = API

    def read(self, source: str) -> ReadList:
        """What a file or an address names. Raises ListError."""
        if is_spotify(source):
            return self.spotify().read_playlist(source)
        if is_listenbrainz(source):
            return read_listenbrainz(source, self.downloader, self.listenbrainz_token, self.listenbrainz_api)
        if is_address(source):
            return read_entries(self.downloader.get(source), source)
        return self.read_file(source)

    @staticmethod
    def read_file(file: str) -> ReadList:
        """What a file names. Raises ListError."""
        return read_entries(_content(Path(file)), file)


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What came of reading a list again; `new` are the songs that it did not name before."""

    kept: SongList
    new: tuple[ListEntry, ...] = ()
    here: int = 0
    """How many of the new ones are on this box."""
    changed: bool = False
    """Its playlist among the songs was written."""


def name_of(source: str) -> str:
    """A name for a list that has none of its own: its file's."""
    return Path(unquote(urlsplit(source).path) if is_address(source) else source).stem or source


def refresh_list(
    store: ListStore,
    kept: SongList,
    read: Callable[[str], ReadList],
    matcher: Matcher,
    songs: Path | None,
    now: datetime,
) -> Refreshed:
    """Read one list again and keep what came of it; a list that cannot be read keeps what it had, with the problem.

    `read` gives what a source names, or raises ListError; `songs` is the songs' folder on this machine.
    Raises ListError if the disk cannot take it.
    """
    moment = now.astimezone(UTC).isoformat(timespec="seconds")
    try:
        found = read(kept.source)
    except ListError as error:
        kept = replace(kept, tried=moment, problem=str(error))
        store.save(kept)
        return Refreshed(kept)
    updated, new = appended(kept, found.entries, moment)
    store.save(updated)
    changed = write_playlist(songs, updated, matched_files(updated, matcher)) if songs else False
    return Refreshed(updated, new, sum(matcher.match(entry) is not None for entry in new), changed)


def rewrite_playlists(lists: Sequence[SongList], known: Iterable[KnownSong], songs: Path) -> list[SongList]:
    """Write the playlists again that change by what is on the box now; the lists whose playlist did."""
    matcher = Matcher(known)
    return [kept for kept in lists if write_playlist(songs, kept, matched_files(kept, matcher))]


def _content(file: Path) -> bytes:
    try:
        if not file.is_file():
            raise NotFetched(f"{file} is no file; name a list, or an address that begins with https://")
        with file.open("rb") as opened:
            return opened.read(BYTES + 1)
    except OSError as error:
        if isinstance(error, NotFetched):
            raise
        raise NotFetched(f"{file} cannot be read ({error.strerror}); name a list that is there") from error
