"""The songs by their tags: searched, sorted and sent a page at a time, however many there are."""

from __future__ import annotations

import asyncio
from array import array
from pathlib import Path
from typing import Annotated, Any

from aiohttp import web
from msgspec import Meta, Struct, structs

from appliance.catalogue.schema import FILE
from appliance.catalogue.search import FoundSong, Order, matching_songs, songs_of_rows
from appliance.domain.emotions import Emotion
from appliance.journey.describing import because, emotion_of
from appliance.web.api.context import Context
from appliance.web.api.json_body import packed_answer, read_query
from appliance.web.api.openapi import Operation

_KEPT = 4  # searches whose order is kept, 8 bytes for each song


class LibraryQuery(Struct, forbid_unknown_fields=True):
    """Which songs: words that are in title, artist, album or file; a mood's folder; the order; and the page."""

    search: Annotated[str, Meta(max_length=200)] = ""
    mood: Emotion | None = None
    order: Order = "title"
    offset: Annotated[int, Meta(ge=0, le=10_000_000)] = 0
    limit: Annotated[int, Meta(ge=1, le=500)] = 100


class LibrarySong(FoundSong, frozen=True):
    """A song by its tags, and the emotion for which it plays; null while nothing is known of it."""

    plays: Emotion | None
    suggested: Annotated[bool, Meta(description="that is what the box makes of its sound, not the owner's word")]


class LibraryPage(Struct):
    """A page of the songs that fit, and how many fit in all."""

    total: int
    songs: list[LibrarySong]


class LibraryHandlers:
    """The route of the library. The order of the last few searches is kept: a long list is scrolled page by page."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._looking = asyncio.Lock()
        self._orders: dict[tuple[Any, ...], array[int]] = {}

    async def _show(self, request: web.Request) -> web.Response:
        asked, database = read_query(request, LibraryQuery), self._context.settings.state_dir / FILE
        async with self._looking:
            rows = await self._rows(database, asked)
            page = rows[asked.offset : asked.offset + asked.limit]
            songs = await asyncio.to_thread(songs_of_rows, database, page)
        return packed_answer(request, LibraryPage(len(rows), [self._shown(song) for song in songs]))

    def _shown(self, song: FoundSong) -> LibrarySong:
        plane = self._context.plane()
        row = plane.index.row_of(song.file) if plane else None
        plays, suggested = song.mood, False
        if plane and row is not None and not song.mood:
            plays, suggested = emotion_of(plane, row), because(plane, row) != "your word"
        return LibrarySong(**structs.asdict(song), plays=plays, suggested=bool(plays) and suggested)

    async def _rows(self, database: Path, asked: LibraryQuery) -> array[int]:
        catalogue = self._context.status().catalogue
        key = (asked.search, asked.mood, asked.order, catalogue and catalogue.changes)
        if key in self._orders:
            return self._orders[key]
        rows = await asyncio.to_thread(matching_songs, database, asked.search, asked.mood, asked.order)
        if catalogue:  # which tells when another order would come of the same question
            while len(self._orders) >= _KEPT:
                del self._orders[next(iter(self._orders))]
            self._orders[key] = rows
        return rows


LIBRARY = (
    Operation(
        handler=LibraryHandlers._show,
        does="The songs by their tags, searched and sorted, page by page",
        method="GET",
        path="/api/library",
        query=LibraryQuery,
        answer=LibraryPage,
        errors=(409,),
    ),
)
