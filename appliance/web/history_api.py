"""What was, and what the owner says of it: the history, corrections and what they teach, songs that do not fit."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any

from aiohttp import web
from msgspec import Meta, Struct

from appliance.emotion import Emotion
from appliance.history.errors import HistoryError
from appliance.history.export import Format, pieces
from appliance.history.periods import Period, bounds, today
from appliance.history.reading import between
from appliance.teaching import Unknown, described
from appliance.web.body import answer, done, read, read_query
from appliance.web.context import BY, Context
from appliance.web.errors import WebError

FileName = Annotated[str, Meta(min_length=1, max_length=4096)]
_MOST_DOWNLOADS = 2  # at a time: each reads the whole history


class Asking(Struct, forbid_unknown_fields=True):
    """Which day, week or month, by a day in it; today's by default."""

    period: Period = "day"
    date: Annotated[str, Meta(pattern=r"^\d{4}-\d\d-\d\d$")] | None = None


class Correcting(Struct, forbid_unknown_fields=True):
    """What the mood really is."""

    mood: Emotion


class Disliking(Struct, forbid_unknown_fields=True):
    """The song that does not fit its mood; by default the one that plays."""

    file: FileName | None = None


class Disliked(Struct, forbid_unknown_fields=True):
    """A song, and the mood that it does not fit."""

    emotion: Emotion
    file: FileName


class HistoryRoom:
    """The routes of history and teaching."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._downloads = 0

    def routes(self) -> list[web.RouteDef]:
        """The routes of this room."""
        return [
            web.get("/api/history", self._show),
            web.delete("/api/history", self._erase),
            web.get("/api/history.csv", self._csv),
            web.get("/api/history.json", self._json),
            web.get("/api/corrections", self._corrections),
            web.post("/api/corrections", self._correct),
            web.delete("/api/corrections/{id}", self._take_back),
            web.get("/api/calibration", self._calibration),
            web.delete("/api/calibration", self._forget),
            web.get("/api/calibration.json", self._export),
            web.get("/api/dislikes", self._dislikes),
            web.post("/api/dislikes", self._dislike),
            web.delete("/api/dislikes", self._forgive),
        ]

    async def _show(self, request: web.Request) -> web.Response:
        return answer((await history(request, self._context))[2])

    async def _erase(self, _: web.Request) -> web.Response:
        self._context.teaching.erase()
        return done()

    async def _csv(self, request: web.Request) -> web.StreamResponse:
        return await self._download(request, "csv", "text/csv")

    async def _json(self, request: web.Request) -> web.StreamResponse:
        return await self._download(request, "json", "application/json")

    async def _download(self, request: web.Request, form: Format, kind: str) -> web.StreamResponse:
        """Send the whole history a piece at a time, as fast as it is taken; read in a thread, never as a whole."""
        if self._downloads >= _MOST_DOWNLOADS:
            raise WebError(503, "the history is being downloaded already; try again when that is done", retry_after=10)
        self._downloads += 1
        parts = pieces(self._context.history.folder, form)
        try:
            part = await asyncio.to_thread(next, parts, b"")
            response = web.StreamResponse(headers=_as_file(f"moodbox-history.{form}"))
            response.content_type, response.charset = kind, "utf-8"
            await response.prepare(request)
            while part:
                await response.write(part)
                part = await asyncio.to_thread(next, parts, b"")
            await response.write_eof()
            return response
        finally:
            self._downloads -= 1
            await asyncio.shield(asyncio.to_thread(_close, parts))

    async def _corrections(self, _: web.Request) -> web.Response:
        return answer([described(each) for each in self._context.teaching.corrections()])

    async def _correct(self, request: web.Request) -> web.Response:
        wanted = await read(request, Correcting)
        return answer(described(self._context.teaching.correct(wanted.mood, BY)), 201)

    async def _take_back(self, request: web.Request) -> web.Response:
        number = request.match_info["id"]
        try:
            self._context.teaching.take_back(int(number) if re.fullmatch("[0-9]{1,16}", number) else 0)
        except Unknown as error:
            raise WebError(404, str(error)) from error
        return done()

    async def _calibration(self, _: web.Request) -> web.Response:
        return answer(self._context.teaching.calibration())

    async def _forget(self, _: web.Request) -> web.Response:
        self._context.teaching.forget()
        return done()

    async def _export(self, _: web.Request) -> web.Response:
        response = answer(self._context.teaching.export())
        response.headers.update(_as_file("moodbox-calibration.json"))
        return response

    async def _dislikes(self, _: web.Request) -> web.Response:
        known = self._context.teaching.dislikes()
        return answer(
            [{"emotion": emotion, "file": file, "dislike": round(level, 3)} for emotion, file, level in known]
        )

    async def _dislike(self, request: web.Request) -> web.Response:
        wanted = await read(request, Disliking)
        try:
            self._context.teaching.dislike(wanted.file, BY)
        except Unknown as error:
            raise WebError(404 if wanted.file else 409, str(error)) from error
        return done()

    async def _forgive(self, request: web.Request) -> web.Response:
        wanted = read_query(request, Disliked)
        try:
            self._context.teaching.forgive(wanted.file, wanted.emotion)
        except Unknown as error:
            raise WebError(404, str(error)) from error
        return done()


def routes(context: Context) -> list[web.RouteDef]:
    """The routes of this room."""
    return HistoryRoom(context).routes()


async def history(request: web.Request, context: Context) -> tuple[Period, date, dict[str, Any]]:
    """The period and the day in it that are asked for, and what happened then. Raises WebError 400."""
    asked, now = read_query(request, Asking), context.clock.now()
    day = _day(asked.date) if asked.date else today(now)
    try:
        start, end = bounds(asked.period, day)
    except HistoryError as error:
        raise WebError(400, str(error)) from error
    return asked.period, day, await asyncio.to_thread(between, context.history.folder, start, end, now)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise WebError(400, f"{text} is no day of the calendar; give one as 2026-03-01") from error


def _as_file(name: str) -> dict[str, Any]:
    return {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}


def _close(parts: Iterator[bytes]) -> None:
    parts.close()  # type: ignore[attr-defined]
