"""The songs by their tags: searched, sorted and sent a page at a time, however many there are."""

from __future__ import annotations

import asyncio
from typing import Annotated

from aiohttp import web
from msgspec import Meta, Struct

from appliance.catalogue.schema import FILE
from appliance.catalogue.search import Order, search_songs
from appliance.domain.emotions import Emotion
from appliance.lib.text import utf8_text
from appliance.web.api.context import Context
from appliance.web.api.json_body import json_answer, read_query
from appliance.web.api.openapi import Operation


class LibraryQuery(Struct, forbid_unknown_fields=True):
    """Which songs: words that are in title, artist, album or file; a mood's folder; the order; and the page."""

    search: Annotated[str, Meta(max_length=200)] = ""
    mood: Emotion | None = None
    order: Order = "title"
    offset: Annotated[int, Meta(ge=0, le=10_000_000)] = 0
    limit: Annotated[int, Meta(ge=1, le=500)] = 100


class LibrarySong(Struct):
    """A song by its tags; what they lack is empty. `mood`: the folder that it lies in, null for none."""

    file: str
    title: str
    artist: str
    album: str
    duration: float | None
    mood: Emotion | None


class LibraryPage(Struct):
    """A page of the songs that fit, and how many fit in all."""

    total: int
    songs: list[LibrarySong]


class LibraryHandlers:
    """The route of the library."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._looking = asyncio.Semaphore(2)

    async def _show(self, request: web.Request) -> web.Response:
        asked = read_query(request, LibraryQuery)
        async with self._looking:
            total, songs = await asyncio.to_thread(
                search_songs, self._context.settings.state_dir / FILE, asked.search, asked.mood, asked.order,
                asked.offset, asked.limit,
            )  # fmt: skip
        shown = [
            LibrarySong(utf8_text(song.file), song.title, song.artist, song.album, song.duration, song.mood)
            for song in songs
        ]
        return json_answer(LibraryPage(total, shown))


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
