"""The lists that the box keeps: what each names, and what of it is on the box; added, read again and forgotten."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, ParamSpec, TypeVar

from aiohttp import web
from msgspec import Meta, Struct, structs

from appliance.domain.emotions import Emotion
from appliance.domain.events import SongsChanged
from appliance.lists.errors import ListError, NoSuchList
from appliance.lists.known_songs import known_songs
from appliance.lists.matching import Matcher
from appliance.lists.playlist_file import matched_files, remove_playlist
from appliance.lists.store import ListStore, SongList, is_address
from appliance.web.api.context import Context
from appliance.web.api.errors import WebError
from appliance.web.api.json_body import json_answer, no_content, read_json, read_query
from appliance.web.api.openapi import Operation
from appliance.web.api.songs import pieces

if TYPE_CHECKING:
    from appliance.lists.formats import ReadList
    from appliance.lists.refresh import Sources  # takes some megabytes, which a box without lists may keep

P = ParamSpec("P")
T = TypeVar("T")

LARGEST = 20_000_000
"""Bytes of a file that is sent, as many as are read of any list."""


LONGEST = 200
"""Letters in the name of a file that is sent."""


class ShownList(Struct):
    """A list: where it comes from, how many songs it names and how many of them are on this box."""

    list: str
    name: str
    source: str
    again: Annotated[
        bool, Meta(description="the box can read it again; else its file was sent, and is to be sent again")
    ]
    emotion: Emotion | None
    songs: int
    here: int
    new: Annotated[int, Meta(description="songs that the last reading has added")]
    refreshed: Annotated[str | None, Meta(description="when it was last read; UTC, ISO 8601")]
    problem: str | None


class ShownLists(Struct):
    """All lists, by name."""

    lists: list[ShownList]


class ShownEntry(Struct):
    """A song that a list names."""

    text: str
    here: Annotated[str | None, Meta(description="its file on this box; null if it is not there")]
    new: bool
    gone: Annotated[bool, Meta(description="the list's source does not name it any more")]


class ShownEntries(Struct):
    """A page of a list's songs, and how many there are in all."""

    total: int
    songs: list[ShownEntry]


class EntriesQuery(Struct, forbid_unknown_fields=True):
    """Which songs of a list; `missing`: those alone that are not on this box."""

    missing: bool = False
    offset: Annotated[int, Meta(ge=0, le=1_000_000)] = 0
    limit: Annotated[int, Meta(ge=1, le=500)] = 200


class AddRequest(Struct, forbid_unknown_fields=True):
    """The address of a list, and the emotion that its songs play for; null: each by its own place."""

    address: Annotated[str, Meta(min_length=1, max_length=2000)]
    emotion: Emotion | None = None


class FileQuery(Struct, forbid_unknown_fields=True):
    """For which emotion the songs of a file play."""

    emotion: Emotion | None = None


class ListHandlers:
    """The routes of the lists. Services are asked, and the disk is used, in threads."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._store = ListStore(context.settings.lists_dir)
        self._one_at_a_time = asyncio.Lock()

    async def _show(self, _: web.Request) -> web.Response:
        return json_answer(ShownLists(await self._do(self._lists)))

    async def _songs(self, request: web.Request) -> web.Response:
        asked = read_query(request, EntriesQuery)
        entries = await self._do(self._entries, request.match_info["list"], asked.missing)
        return json_answer(ShownEntries(len(entries), entries[asked.offset : asked.offset + asked.limit]))

    async def _add(self, request: web.Request) -> web.Response:
        wanted = await read_json(request, AddRequest)
        if not is_address(wanted.address):
            raise WebError(409, f"{wanted.address!r} is no address; one begins with https://, or send the file itself")
        found = await _work(lambda: self._sources().read(wanted.address))
        return json_answer(await self._do(self._keep, wanted.address, wanted.emotion, found), 201)

    async def _send(self, request: web.Request) -> web.Response:
        name, emotion = request.match_info["list"], read_query(request, FileQuery).emotion
        if _can_be_read_again(name) or len(name) > LONGEST or not name.isprintable():
            raise WebError(409, f"{name!r} is no file's name; one such as holidays.csv would be right")
        body = bytearray()
        async for piece in pieces(request):
            body += piece
            if len(body) > LARGEST:
                raise WebError(413, f"the file has more than {LARGEST} bytes; a list has fewer")
        found = await _work(lambda: _entries_of(bytes(body), name))
        return json_answer(await self._do(self._keep, name, emotion, found), 201)

    async def _refresh(self, request: web.Request) -> web.Response:
        kept = await self._do(self._store.get, request.match_info["list"])
        if not _can_be_read_again(kept.source):
            raise WebError(409, f"{kept.source} was sent from a browser; send it again")
        found: ReadList | ListError
        try:
            found = await _work(lambda: self._sources().read(kept.source))
        except WebError as error:
            found = ListError(str(error))
        return json_answer(await self._do(self._read_again, kept.key, found))

    async def _remove(self, request: web.Request) -> web.Response:
        await self._do(self._forget, request.match_info["list"])
        return no_content()

    async def _do(self, do: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
        async with self._one_at_a_time:
            return await _work(lambda: do(*arguments, **named))

    def _sources(self) -> Sources:
        from appliance.lists.sources import sources_of

        return sources_of(self._context.settings)

    def _lists(self) -> list[ShownList]:
        lists = self._store.all()
        matcher = Matcher(known_songs(self._context.settings) if lists else ())
        return [_shown(kept, matcher) for kept in lists]

    def _entries(self, key: str, missing: bool) -> list[ShownEntry]:
        kept, matcher = self._store.get(key), Matcher(known_songs(self._context.settings))
        found = [(entry, matcher.match(entry.song)) for entry in kept.entries]
        return [
            ShownEntry(entry.song.text, here, entry.since == kept.refreshed, entry.gone)
            for entry, here in found
            if not (missing and here)
        ]

    def _keep(self, source: str, emotion: Emotion | None, found: ReadList) -> ShownList:
        from appliance.lists.refresh import name_of

        known = next((kept for kept in self._store.all() if kept.source == source), None)
        if known is None:
            name = found.name or name_of(source)
            known = structs.replace(self._store.add(name, source, emotion), name=name)
        elif is_address(source):
            raise ListError(f"{source} is on the box already, as {known.key}")
        return self._read(known, found)

    def _read_again(self, key: str, found: ReadList | ListError) -> ShownList:
        return self._read(self._store.get(key), found)

    def _read(self, kept: SongList, found: ReadList | ListError) -> ShownList:
        from appliance.lists.refresh import refresh_list

        def read(_: str) -> ReadList:
            if isinstance(found, ListError):
                raise found
            return found

        settings = self._context.settings
        matcher = Matcher(known_songs(settings))
        refreshed = refresh_list(self._store, kept, read, matcher, settings.songs_dir, self._context.clock.now())
        if refreshed.changed and refreshed.kept.emotion:
            self._context.emit(SongsChanged(refreshed.kept.emotion))
        return _shown(refreshed.kept, matcher)

    def _forget(self, key: str) -> None:
        kept = self._store.get(key)
        self._store.remove(kept)
        if remove_playlist(self._context.settings.songs_dir, kept) and kept.emotion:
            self._context.emit(SongsChanged(kept.emotion))


async def _work(do: Callable[[], T]) -> T:
    """Do something in a thread. Raises WebError with what went wrong with the list."""
    try:
        return await asyncio.to_thread(do)
    except NoSuchList as error:
        raise WebError(404, str(error)) from error
    except ListError as error:
        raise WebError(409, str(error)) from error


def _entries_of(data: bytes, name: str) -> ReadList:
    from appliance.lists.formats import read_entries

    return read_entries(data, name)


def _can_be_read_again(source: str) -> bool:
    """A file that was sent has a name without its folder."""
    return is_address(source) or source.startswith("/")


def _shown(kept: SongList, matcher: Matcher) -> ShownList:
    return ShownList(
        list=kept.key,
        name=kept.name,
        source=kept.source,
        again=_can_be_read_again(kept.source),
        emotion=kept.emotion,
        songs=len(kept.entries),
        here=len(matched_files(kept, matcher)),
        new=sum(entry.since == kept.refreshed for entry in kept.entries),
        refreshed=kept.refreshed or None,
        problem=kept.problem or None,
    )


_LIST = "/api/lists/{list}"

LISTS = (
    Operation(
        handler=ListHandlers._show,
        does="The lists of songs from files and services, and what of them is on the box",
        method="GET",
        path="/api/lists",
        answer=ShownLists,
    ),
    Operation(
        handler=ListHandlers._add,
        does="Add a list by its address and read it",
        method="POST",
        path="/api/lists",
        body=AddRequest,
        status=201,
        answer=ShownList,
        errors=(409,),
    ),
    Operation(
        handler=ListHandlers._songs,
        does="The songs that a list names, page by page, and which of them are on the box",
        method="GET",
        path=_LIST,
        query=EntriesQuery,
        answer=ShownEntries,
        errors=(404,),
    ),
    Operation(
        handler=ListHandlers._send,
        does="Add a list by a file, whose name this is, or read one again that was sent before",
        method="PUT",
        path=_LIST,
        query=FileQuery,
        body="application/octet-stream",
        status=201,
        answer=ShownList,
        errors=(409, 413),
    ),
    Operation(
        handler=ListHandlers._refresh,
        does="Read a list again now",
        method="POST",
        path=f"{_LIST}/refresh",
        answer=ShownList,
        errors=(404, 409),
    ),
    Operation(
        handler=ListHandlers._remove,
        does="Forget a list; no song is deleted",
        method="DELETE",
        path=_LIST,
        status=204,
        errors=(404,),
    ),
)
