"""The map: where every song lies on the plane and which sound alike; songs told of, heard, and journeyed from."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Annotated, Literal

from aiohttp import web
from msgspec import Meta, Struct, structs

from appliance.catalogue.schema import FILE
from appliance.catalogue.search import FoundSong, songs_of_files
from appliance.domain.commands import BeginTrip
from appliance.domain.emotions import Emotion
from appliance.domain.reasons import Trait
from appliance.journey.describing import Because, because, emotion_of
from appliance.journey.plane import Plane
from appliance.sound.traits import sounding
from appliance.web.api.context import BY, Context
from appliance.web.api.errors import WebError
from appliance.web.api.json_body import json_answer, no_content, read_json, read_query
from appliance.web.api.map_drawing import DrawnMap, SongMap, draw_map, numbering, same_sounds
from appliance.web.api.openapi import Operation
from appliance.web.api.ranges import send
from appliance.web.api.songs import on_disk

MOST = 200
"""Songs that one question may be about."""


Cause = Literal["folder", "word", "sound", "place", "nothing"]
_CAUSES: Mapping[Because, Cause] = {
    "folder": "folder",
    "your word": "word",
    "its sound, clearly": "sound",
    "its place": "place",
    "nothing": "nothing",
}


class MapSong(FoundSong, frozen=True):
    """A song of the map: its number, for which emotion it plays and why, where it lies, and what it sounds like."""

    number: int
    plays: Emotion | None
    because: Annotated[Cause, Meta(description="what says so; sound and place are what the box makes of it")]
    heard: bool
    valence: float | None
    arousal: float | None
    bpm: int | None
    mode: Literal["major", "minor"] | None
    traits: tuple[Trait, ...]
    alike: Annotated[float | None, Meta(description="how like the song that was asked about, -1..1")] = None


class MapSongs(Struct):
    """Songs of the map."""

    numbering: str
    songs: list[MapSong]


class SongsQuery(Struct, forbid_unknown_fields=True):
    """Which songs: by their numbers, with commas between, as the map of this numbering has them; or by file."""

    numbers: Annotated[str, Meta(pattern="^([0-9]{1,7}(,[0-9]{1,7}){0,199})?$")] = ""
    numbering: Annotated[str, Meta(max_length=40)] = ""
    file: Annotated[str, Meta(max_length=4096)] = ""


class FileQuery(Struct, forbid_unknown_fields=True):
    """A song, as MPD calls it."""

    file: Annotated[str, Meta(min_length=1, max_length=4096)]


class LikeQuery(FileQuery, forbid_unknown_fields=True):
    """A song, and how many others are wanted."""

    count: Annotated[int, Meta(ge=1, le=MOST)] = 12


class TripRequest(Struct, forbid_unknown_fields=True):
    """A song to be played now, and the emotion that the music is to lead to from it."""

    file: Annotated[str, Meta(min_length=1, max_length=4096)]
    to: Emotion = Emotion.HAPPY


class SongMapHandlers:
    """The routes of the map. The last one is kept until the songs or their places have changed."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._drawing = asyncio.Lock()
        self._drawn: DrawnMap | None = None

    async def _show(self, _: web.Request) -> web.Response:
        plane = self._plane()
        async with self._drawing:
            if self._drawn is None or self._drawn.plane is not plane:
                # what was taught moves songs, but changes no sound
                alike = self._drawn if self._drawn and same_sounds(self._drawn.plane, plane) else None
                genres = {} if alike else await self._context.genres()
                self._drawn = await asyncio.to_thread(draw_map, plane, dict(genres), alike)
            response = json_answer(self._drawn.answer)
        response.enable_compression()
        return response

    async def _songs(self, request: web.Request) -> web.Response:
        asked, plane = read_query(request, SongsQuery), self._plane()
        numbers = [int(number) for number in asked.numbers.split(",") if number]
        if numbers and asked.numbering != numbering(plane):
            raise WebError(409, "the songs have other numbers by now; ask for the map again")
        if any(number >= len(plane.index) for number in numbers):
            raise WebError(404, f"there are {len(plane.index)} songs, numbered from 0")
        if asked.file:
            numbers.append(self._row(plane, asked.file))
        return json_answer(await self._told(plane, numbers))

    async def _like(self, request: web.Request) -> web.Response:
        asked, plane = read_query(request, LikeQuery), self._plane()
        row = self._row(plane, asked.file)
        if not plane.scales[row]:
            raise WebError(409, f"{asked.file!r} has not been listened to yet")
        near = dict(await asyncio.to_thread(plane.index.nearest, row, asked.count))
        return json_answer(await self._told(plane, list(near), near))

    async def _playing(self, _: web.Request) -> web.Response:
        player, plane = self._context.status().player, self._plane()
        files = [player.file, *(song.file for song in player.queue)]
        rows = [plane.index.row_of(file) for file in files if file]
        return json_answer(await self._told(plane, [row for row in rows if row is not None]))

    async def _listen(self, request: web.Request) -> web.StreamResponse:
        asked, plane = read_query(request, FileQuery), self._plane()
        self._row(plane, asked.file)  # nothing but what MPD knows as a song
        song = await on_disk(self._context.songs.open_file, asked.file)
        with song.file:
            return await send(request, song)

    async def _travel(self, request: web.Request) -> web.Response:
        asked, plane = await read_json(request, TripRequest), self._plane()
        row = self._row(plane, asked.file)
        valence, arousal = (float(value) for value in plane.places[row])
        if not (math.isfinite(valence) and math.isfinite(arousal)):
            raise WebError(409, f"{asked.file!r} has not been listened to yet, so it lies nowhere")
        titles = [song.title for song in (await self._told(plane, [row])).songs if song.title]
        title = titles[0] if titles else PurePosixPath(asked.file).stem
        self._context.emit(BeginTrip(asked.file, title, (valence, arousal), asked.to, BY))
        return no_content()

    def _plane(self) -> Plane:
        plane = self._context.plane()
        if plane is None:
            raise WebError(409, "the songs are not known yet; ask again in a moment")
        return plane

    def _row(self, plane: Plane, file: str) -> int:
        row = plane.index.row_of(file)
        if row is None:
            raise WebError(404, f"{file!r} is no song that the catalogue knows")
        return row

    async def _told(self, plane: Plane, rows: list[int], alike: dict[int, float] | None = None) -> MapSongs:
        files = plane.index.files
        database = self._context.settings.state_dir / FILE
        found = await asyncio.to_thread(songs_of_files, database, [files[row] for row in rows])
        by_file = {song.file: song for song in found}
        songs = [(row, by_file.get(files[row])) for row in rows]
        return MapSongs(
            numbering(plane),
            [_song(plane, row, song, (alike or {}).get(row)) for row, song in songs if song is not None],
        )


def _song(plane: Plane, row: int, song: FoundSong, alike: float | None) -> MapSong:
    index = plane.index
    sounds = sounding(float(index.tempo[row]), int(index.mode[row]), index.traits[row])
    valence, arousal = (round(float(value), 3) if math.isfinite(value) else None for value in plane.places[row])
    return MapSong(
        **structs.asdict(song),
        number=row,
        plays=emotion_of(plane, row),
        because=_CAUSES[because(plane, row)],
        heard=bool(plane.scales[row]),
        valence=valence,
        arousal=arousal,
        bpm=sounds.bpm,
        mode=sounds.mode,
        traits=tuple(sounds.traits),
        alike=None if alike is None else round(alike, 3),
    )


SONG_MAP = (
    Operation(
        handler=SongMapHandlers._show,
        does="Where every song lies on the plane, and which sound alike",
        method="GET",
        path="/api/map",
        answer=SongMap,
        errors=(409,),
    ),
    Operation(
        handler=SongMapHandlers._songs,
        does="Songs of the map, by number or file",
        method="GET",
        path="/api/map/songs",
        query=SongsQuery,
        answer=MapSongs,
        errors=(404, 409),
    ),
    Operation(
        handler=SongMapHandlers._like,
        does="The songs that sound most like one, the most alike first",
        method="GET",
        path="/api/map/like",
        query=LikeQuery,
        answer=MapSongs,
        errors=(404, 409),
    ),
    Operation(
        handler=SongMapHandlers._playing,
        does="The song that plays and those queued behind it, as songs of the map",
        method="GET",
        path="/api/map/playing",
        answer=MapSongs,
        errors=(409,),
    ),
    Operation(
        handler=SongMapHandlers._listen,
        does="Listen to any song on the box, or to a range of its bytes (206)",
        method="GET",
        path="/api/library/song",
        query=FileQuery,
        answer="audio/*",
        errors=(404, 409, 416),
    ),
    Operation(
        handler=SongMapHandlers._travel,
        does="Play a song now, and lead from it to an emotion",
        method="POST",
        path="/api/trip",
        body=TripRequest,
        status=204,
        errors=(404, 409),
    ),
)
