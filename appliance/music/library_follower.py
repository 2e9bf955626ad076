"""Keeps the catalogue up to date with what MPD has, by a connection of its own."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Protocol

from appliance.catalogue.songs import SongTags
from appliance.lib.backoff import Backoff
from appliance.music.errors import MpdLost, MpdNonsense, MusicError
from appliance.music.mpd.client import MpdClient, first

log = logging.getLogger(__name__)

PAGE = 200
"""Songs asked for at a time: MPD drops a client whose answer exceeds its buffer, and answers nobody meanwhile."""
PAUSE = 0.05
"""Seconds between two pages, in which MPD serves others."""
QUIET = 3.0
"""Seconds without a change after which MPD is asked: while it reads a folder it tells of one after the other."""
LONGEST_WAIT = 30.0
TEXT = 300
"""Characters of a tag that are kept."""
RETRY_FIRST, RETRY_LAST = 1.0, 60.0

_TAGS = (
    "Title", "Artist", "Album", "AlbumArtist", "Track", "Date", "Genre",
    "MUSICBRAINZ_TRACKID", "MUSICBRAINZ_ALBUMID", "MUSICBRAINZ_ARTISTID",
)  # fmt: skip
_ALL = "(file != '')"


class SongTaker(Protocol):
    """What is told of MPD's songs."""

    async def begin_scan(self) -> None:
        """All songs are going to be told."""

    async def take_page(self, songs: Sequence[SongTags]) -> bool:
        """Some of them. False: it is of no use to go on."""

    async def end_scan(self) -> None:
        """That was all of them."""


class LibraryFollower:
    """Tells a catalogue what MPD has: at the start and after each change. MPD is asked a page at a time."""

    def __init__(
        self, address: str, catalogue: SongTaker, met: Callable[[MpdClient], Awaitable[None]] | None = None
    ) -> None:
        """`met` is called with each new connection to MPD."""
        self._address = address
        self._catalogue = catalogue
        self._met = met
        self._page = PAGE
        self._careful = 0  # before this number the pages stay small
        self._too_large: set[int] = set()
        """The numbers of songs whose tags alone are too long for an answer."""

    async def run(self) -> None:
        """Follow MPD, connecting again whenever it is lost, until cancelled."""
        backoff = Backoff(RETRY_FIRST, RETRY_LAST)
        while True:
            changed = asyncio.Event()
            mpd = MpdClient(self._address, changed)
            try:
                await mpd.open()
                await self._follow(mpd, changed, backoff)
            except MusicError as error:  # the player tells the owner of an MPD that is away
                log.debug("MPD's library cannot be followed: %s", error)
            finally:
                mpd.close()
            await asyncio.sleep(backoff.next())

    async def _follow(self, mpd: MpdClient, changed: asyncio.Event, backoff: Backoff) -> None:
        await mpd.ask("tagtypes", "clear")
        await mpd.ask("tagtypes", "enable", *_TAGS)
        if self._met:
            await self._met(mpd)
        while True:
            mpd.changes.discard("database")
            await self._scan(mpd)
            backoff.reset()
            while "database" not in mpd.changes:
                changed.clear()
                mpd.changes.clear()
                await changed.wait()
                if not mpd.changes:  # the connection is lost
                    return
            await self._settle(mpd, changed)

    async def _settle(self, mpd: MpdClient, changed: asyncio.Event) -> None:
        """Wait until nothing has changed for a while."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LONGEST_WAIT):
                while True:
                    changed.clear()
                    mpd.changes.discard("database")
                    try:
                        async with asyncio.timeout(QUIET):
                            await changed.wait()
                    except TimeoutError:
                        if not (await mpd.status()).updating:
                            return

    async def _scan(self, mpd: MpdClient) -> None:
        """Tell all that MPD has. What changes meanwhile is told after the next change."""
        await self._catalogue.begin_scan()
        start = 0
        while True:
            if start in self._too_large:
                start += 1
            stop = min([start + self._page, *(number for number in self._too_large if number > start)])
            found = await self._ask_page(mpd, start, stop)
            songs = [song for raw in found if (song := song_of(raw))]
            if songs and not await self._catalogue.take_page(songs):
                return
            if len(found) < stop - start:
                break
            start = stop
            await asyncio.sleep(PAUSE)
        self._too_large.clear()
        self._careful = 0
        await self._catalogue.end_scan()

    async def _ask_page(self, mpd: MpdClient, start: int, stop: int) -> list[dict[str, Any]]:
        """The songs from number `start` to before `stop`; where that is too long an answer, less the next time."""
        try:
            found = await mpd.ask("find", _ALL, "window", f"{start}:{stop}")
        except (MpdLost, MpdNonsense):
            if stop - start == 1:
                self._too_large.add(start)
            self._page, self._careful = max(1, (stop - start) // 6), stop
            raise
        if stop >= self._careful:
            self._page = min(PAGE, self._page * 2)
        return list(found)


def song_of(raw: dict[str, Any]) -> SongTags | None:
    """A song of MPD's answer; None if it is none. Long texts are cut, broken numbers left out."""
    file = raw.get("file")
    if not isinstance(file, str) or not file or "://" in file:
        return None

    def text(tag: str) -> str:
        return (first(raw.get(tag)) or "")[:TEXT]

    return SongTags(
        file=file,
        modified=text("last-modified"),
        duration=_seconds(first(raw.get("duration"))),
        title=text("title"),
        artist=text("artist"),
        album=text("album"),
        album_artist=text("albumartist"),
        track=text("track"),
        date=text("date"),
        genre=text("genre"),
        recording=text("musicbrainz_trackid"),
        release=text("musicbrainz_albumid"),
        artist_id=text("musicbrainz_artistid"),
    )


def _seconds(text: str | None) -> float | None:
    try:
        seconds = float(text or "")
    except ValueError:
        return None
    return seconds if 0 < seconds < 1e7 else None
