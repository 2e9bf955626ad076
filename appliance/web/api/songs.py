"""The songs: what the folders hold, uploads, listening, moving, deleting. Work on the disk is off the event loop."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Annotated, Any, ParamSpec, TypeVar
from urllib.parse import unquote_to_bytes

from aiohttp import web
from msgspec import Meta, Struct

from appliance.domain.emotions import EMOTIONS, Emotion
from appliance.domain.events import SongMoved, SongsChanged
from appliance.lib.text import printable_name
from appliance.songs.errors import BadName, NoRoom, NoSuchSong, NotAllowed, NotMusic, SongError, SongExists, TooLarge
from appliance.songs.formats import AUDIO, SONG
from appliance.songs.names import LONGEST, new_names
from appliance.songs.survey import FolderSurvey
from appliance.songs.upload import Upload
from appliance.web.api.context import Context
from appliance.web.api.errors import WebError
from appliance.web.api.json_body import json_answer, no_content, read_json, read_query
from appliance.web.api.openapi import Operation
from appliance.web.api.ranges import send
from appliance.words.retelling import retold

P = ParamSpec("P")
T = TypeVar("T")

UPLOADS = 2
"""Songs taken in at a time; further ones wait, and are sent away if it takes long."""
TURN = 10.0
"""Seconds that a further one waits for its turn."""
STALLED = 60.0
LEAST = 4096
"""An upload of which fewer than `LEAST` bytes a second come for `STALLED` seconds is given up."""
SHOWN = 200
"""Unplayable files that are told of each folder; with more of them the first ones say enough."""
_PIECE = 512 * 1024  # bytes that are gathered before a thread is asked to write them

_STATUS: tuple[tuple[type[SongError], int], ...] = (
    (BadName, 400),
    (NotAllowed, 403),
    (NoSuchSong, 404),
    (SongExists, 409),
    (TooLarge, 413),
    (NotMusic, 415),
    (NoRoom, 507),
)


class PageQuery(Struct, forbid_unknown_fields=True):
    """Which songs of a folder to show: `limit` of them from number `offset` on."""

    offset: Annotated[int, Meta(ge=0, le=10_000_000)] = 0
    limit: Annotated[int, Meta(ge=1, le=500)] = 100


class PlaceQuery(Struct, forbid_unknown_fields=True):
    """The folders in which a song lies, parted by `/`; what no folder may be called is exchanged or left out."""

    folder: Annotated[str, Meta(max_length=2000)] = ""


class MoveRequest(Struct, forbid_unknown_fields=True):
    """The emotion that a song goes to."""

    to: Emotion


class Unplayable(Struct):
    """A file, by its path within the emotion's folder, and what is wrong with it."""

    file: str
    problem: str


class Folder(Struct):
    """An emotion's folder: songs and streams of the owner's, house pieces in use, and files that cannot be played."""

    emotion: Emotion
    songs: int
    house: int
    unplayable: list[Unplayable]


class Folders(Struct):
    """All folders, and what an upload must keep to: its size, its ending, and the bytes that there is room for."""

    folders: list[Folder]
    limit_bytes: int
    types: list[str]
    library_types: Annotated[list[str], Meta(description="the endings for songs/library, which takes no lists")]
    free_bytes: int


class ShownSong(Struct):
    """A song; `name` is its path within the emotion's folder, and `problem` why it cannot be played."""

    name: str
    bytes: int
    house: bool
    playable: bool
    problem: str | None


class Songs(Struct):
    """A page of an emotion's songs, and how many there are in all."""

    total: int
    songs: list[ShownSong]


class Added(Struct):
    """The name that a new song got."""

    name: str


class SongHandlers:
    """The routes of the songs."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._store = context.songs
        self._looking = asyncio.Semaphore(1)
        self._uploading = asyncio.Semaphore(UPLOADS)

    async def _folders(self, _: web.Request) -> web.Response:
        return json_answer(await self.folders())

    async def folders(self) -> Folders:
        """All folders."""
        async with self._looking:
            surveys, free = await on_disk(self._store.survey), await on_disk(self._store.free_bytes)
        return Folders([self._folder(found) for found in surveys], self._store.limit, sorted(SONG), sorted(AUDIO), free)

    def _folder(self, found: FolderSurvey) -> Folder:
        base = self._store.songs / found.emotion
        unplayable = [
            Unplayable(printable_name(str(place.relative_to(base))) if place != base else "", retold(problem))
            for place, problem in found.problems[:SHOWN]
        ]
        return Folder(found.emotion, found.songs + found.streams, self._store.house_in_use(found), unplayable)

    async def _songs(self, request: web.Request) -> web.Response:
        return json_answer(await self.songs(emotion_in(request), read_query(request, PageQuery)))

    async def songs(self, emotion: Emotion, paging: PageQuery) -> Songs:
        """A page of an emotion's songs."""
        async with self._looking:
            total, songs = await on_disk(self._store.page, emotion, paging.offset, paging.limit)
        shown = [
            ShownSong(song.name, song.size, song.house, not song.problem, retold(song.problem) or None)
            for song in songs
        ]
        return Songs(total, shown)

    async def _listen(self, request: web.Request) -> web.StreamResponse:
        song = await on_disk(self._store.open, emotion_in(request), _name(request))
        with song.file:
            return await send(request, song)

    async def _put(self, request: web.Request) -> web.Response:
        emotion, name = emotion_in(request), _name(request)
        kept = await self._taken_in(request, lambda size: self._store.receive(emotion, name, size))
        self._context.emit(SongsChanged(emotion, f"{emotion}/{kept}"))
        return json_answer(Added(kept), 201)

    async def _put_into_library(self, request: web.Request) -> web.Response:
        """MPD finds the song by itself: many come one after the other, and it is to read the library once."""
        name, folder = _name(request, at=3), read_query(request, PlaceQuery).folder
        kept = await self._taken_in(request, lambda size: self._store.receive_into_library(folder, name, size))
        return json_answer(Added(kept), 201)

    async def _taken_in(self, request: web.Request, receive: Callable[[int | None], tuple[str, Upload]]) -> str:
        """Take in the song that is sent; the name that it got."""
        async with self._turn():
            kept, song = await on_disk(receive, request.content_length)
            try:
                async for piece in pieces(request):
                    await on_disk(song.write, piece)
                await on_disk(song.finish)
            finally:
                await on_disk(song.close)
        return kept

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        """Be one of those whose songs are taken in. Raises WebError 503 if it is not one's turn in time."""
        try:
            async with asyncio.timeout(TURN):
                await self._uploading.acquire()
        except TimeoutError:
            raise WebError(503, f"{UPLOADS} other songs are being sent; try again in a minute", TURN) from None
        try:
            yield
        finally:
            self._uploading.release()

    async def _move(self, request: web.Request) -> web.Response:
        emotion, name, to = emotion_in(request), _name(request), (await read_json(request, MoveRequest)).to
        kept = await on_disk(self._store.move, emotion, name, to)
        self._context.emit(SongMoved(f"{emotion}/{name}", to))
        self._context.emit(SongsChanged(emotion))
        self._context.emit(SongsChanged(to, f"{to}/{kept}"))
        return no_content()

    async def _delete(self, request: web.Request) -> web.Response:
        emotion = emotion_in(request)
        await on_disk(self._store.remove, emotion, _name(request))
        self._context.emit(SongsChanged(emotion))
        return no_content()


async def on_disk(do: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
    """Do something with files in a thread. Raises WebError with the status that fits what went wrong."""
    task = asyncio.ensure_future(asyncio.to_thread(do, *arguments, **named))
    try:
        return await asyncio.shield(task)
    except SongError as error:
        raise WebError(
            next((status for kind, status in _STATUS if isinstance(error, kind)), 409), str(error)
        ) from error
    finally:
        if not task.done():  # cancelled: nobody else may touch the files before the thread has let go of them
            await asyncio.wait([task])
            task.exception()


async def pieces(request: web.Request) -> AsyncIterator[bytes]:
    """The body, in pieces of a size that is worth a thread's while. Raises WebError 408."""
    gathered = bytearray()
    loop, waited, came = asyncio.get_running_loop(), 0.0, 0
    while True:
        data, began = None, loop.time()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(max(0.0, STALLED - waited)):
                data = await request.content.readany()
        waited += loop.time() - began  # not the time that the disk takes, which is no fault of the sender's
        came += len(data or b"")
        if waited >= STALLED and data != b"":
            if came < LEAST * STALLED:
                raise WebError(408, f"only {came} bytes came in {STALLED:.0f} seconds; send the song again")
            waited, came = 0.0, 0
        if data is None:
            continue
        gathered += data
        if gathered and (len(gathered) >= _PIECE or not data):
            yield bytes(gathered)
            gathered.clear()
        if not data:
            return


def emotion_in(request: web.Request) -> Emotion:
    """The emotion in the address. Raises WebError 404."""
    name = request.match_info["emotion"]
    if name not in EMOTIONS:
        raise WebError(404, f"{name!r} is no emotion; there are {', '.join(EMOTIONS)}")
    return Emotion(name)


def _name(request: web.Request, at: int = 4) -> str:
    """The song's name, out of the address as it came: what it spells must be UTF-8. Raises WebError 400."""
    raw = request.rel_url.raw_parts[at]
    try:
        return unquote_to_bytes(raw.encode(errors="surrogateescape")).decode()
    except UnicodeError:
        raise WebError(400, f"the name {raw!r} is not UTF-8; rename the file") from None


_SONG = "/api/songs/{emotion}/{name}"
_PART = r"(?!\.\.?(?:/|$))[^/\u0000]{1,255}"
_SongName = Annotated[str, Meta(pattern=f"^{_PART}(?:/{_PART})*$", description="its path within the emotion's folder")]


def _new_name(endings: frozenset[str]) -> Any:
    about = f"a file's name that every computer can hold: at most {LONGEST} bytes as UTF-8"
    return Annotated[str, Meta(pattern=new_names(endings), max_length=LONGEST, description=about)]


_TYPES = {"emotion": Emotion, "name": _SongName}

SONGS = (
    Operation(
        handler=SongHandlers._folders,
        does="The folders of songs, and what is wrong in them",
        method="GET",
        path="/api/songs",
        answer=Folders,
    ),
    Operation(
        handler=SongHandlers._songs,
        does="The songs of an emotion, page by page",
        method="GET",
        path="/api/songs/{emotion}",
        path_types=_TYPES,
        query=PageQuery,
        answer=Songs,
        errors=(404,),
    ),
    Operation(
        handler=SongHandlers._listen,
        does="Listen to a song, or to a range of its bytes (206)",
        method="GET",
        path=_SONG,
        path_types=_TYPES,
        answer="audio/*",
        errors=(404, 416),
    ),
    Operation(
        handler=SongHandlers._put,
        does="Put a song in: the body is the file; nothing is overwritten",
        method="PUT",
        path=_SONG,
        path_types={"emotion": Emotion, "name": _new_name(SONG)},
        body="application/octet-stream",
        status=201,
        answer=Added,
        errors=(404, 409, 503, 507),
    ),
    Operation(
        handler=SongHandlers._put_into_library,
        does="Put a song of no emotion in: it plays for the one that it sounds like",
        method="PUT",
        path="/api/library/{name}",
        path_types={"name": _new_name(AUDIO)},
        query=PlaceQuery,
        body="application/octet-stream",
        status=201,
        answer=Added,
        errors=(409, 503, 507),
    ),
    Operation(
        handler=SongHandlers._move,
        does="Move a song to another emotion",
        method="POST",
        path=f"{_SONG}/move",
        path_types=_TYPES,
        body=MoveRequest,
        status=204,
        errors=(404, 409, 507),
    ),
    Operation(
        handler=SongHandlers._delete,
        does="Delete a song",
        method="DELETE",
        path=_SONG,
        path_types=_TYPES,
        status=204,
        errors=(404, 409, 507),
    ),
)
