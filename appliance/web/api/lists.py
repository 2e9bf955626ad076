"""The lists that the box keeps: what each names, and what of it is on the box."""

from __future__ import annotations

import asyncio
from typing import Annotated

from aiohttp import web
from msgspec import Meta, Struct

from appliance.domain.emotions import Emotion
from appliance.lists.known_songs import known_songs
from appliance.lists.matching import Matcher
from appliance.lists.playlist_file import matched_files
from appliance.lists.store import ListStore
from appliance.web.api.context import Context
from appliance.web.api.json_body import json_answer
from appliance.web.api.openapi import Operation


class ShownList(Struct):
    """A list: where it comes from, how many songs it names and how many of them are on this box."""

    list: str
    name: str
    source: str
    emotion: Emotion | None
    songs: int
    here: int
    new: Annotated[int, Meta(description="songs that the last reading has added")]
    refreshed: Annotated[str | None, Meta(description="when it was last read; UTC, ISO 8601")]
    problem: str | None


class ShownLists(Struct):
    """All lists, by name."""

    lists: list[ShownList]


class ListHandlers:
    """The routes of the lists."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._one_at_a_time = asyncio.Lock()

    async def _show(self, _: web.Request) -> web.Response:
        async with self._one_at_a_time:
            return json_answer(await asyncio.to_thread(self._lists))

    def _lists(self) -> ShownLists:
        settings = self._context.settings
        lists = ListStore(settings.lists_dir).all()
        matcher = Matcher(known_songs(settings) if lists else ())
        return ShownLists(
            [
                ShownList(
                    list=kept.key,
                    name=kept.name,
                    source=kept.source,
                    emotion=kept.emotion,
                    songs=len(kept.entries),
                    here=len(matched_files(kept, matcher)),
                    new=sum(entry.since == kept.refreshed for entry in kept.entries),
                    refreshed=kept.refreshed or None,
                    problem=kept.problem or None,
                )
                for kept in lists
            ]
        )


LISTS = (
    Operation(
        handler=ListHandlers._show,
        does="The lists of songs from files and services, and what of them is on the box",
        method="GET",
        path="/api/lists",
        answer=ShownLists,
    ),
)
