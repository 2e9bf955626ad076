"""What was, and what the owner says of it: the history, corrections and what they teach, songs that do not fit."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import Annotated, Any, Literal

from aiohttp import web
from msgspec import Meta, Struct

from appliance.core.feedback import NothingFound, describe_correction
from appliance.domain.emotions import Emotion
from appliance.domain.reasons import Reason
from appliance.history.errors import HistoryError
from appliance.history.export import Format, pieces
from appliance.history.periods import Period, period_bounds, today
from appliance.history.reading import between
from appliance.history.week_picture import week_picture
from appliance.web.api.context import BY, Context
from appliance.web.api.errors import WebError
from appliance.web.api.json_body import json_answer, no_content, packed_answer, read_json, read_query
from appliance.web.api.openapi import Operation

FileName = Annotated[str, Meta(min_length=1, max_length=4096)]
_WITHIN = r"^(?:19[7-9]\d|[2-8]\d{3}|9[0-8]\d\d|99[0-8]\d|999[0-8])-"  # FIRST to LAST
DayText = Annotated[str, Meta(extra_json_schema={"format": "date", "pattern": _WITHIN})]
_NEWEST = 100  # plays of a week or a month that are drawn: the downloads have them all
_MOST_DOWNLOADS = 2  # at a time: each reads the whole history


class WeekQuery(Struct, forbid_unknown_fields=True):
    """Which week, by a day in it; this one by default."""

    date: DayText | None = None


class HistoryQuery(Struct, forbid_unknown_fields=True):
    """Which day, week or month, by a day in it; today's by default.

    `drawn=1`: moods as a drawing shows them (neighbours are one, and what is short is left out), and of a week or a
    month only the newest plays.
    """

    period: Period = "day"
    drawn: Literal["0", "1"] = "0"
    date: DayText | None = None


class CorrectionRequest(Struct, forbid_unknown_fields=True):
    """What the mood really is."""

    mood: Emotion


class DislikeRequest(Struct, forbid_unknown_fields=True):
    """The song that does not fit its mood; by default the one that plays."""

    file: FileName | None = None


class DislikeAnswer(Struct, forbid_unknown_fields=True):
    """A song, and the mood that it does not fit."""

    emotion: Emotion
    file: FileName


class HistoryHandlers:
    """The routes of history and feedback."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._downloads = 0

    async def _show(self, request: web.Request) -> web.Response:
        return packed_answer(request, (await history(request, self._context))[2])

    async def _week(self, request: web.Request) -> web.Response:
        asked, now = read_query(request, WeekQuery), self._context.clock.now()
        start, end = _bounds("week", _day(asked.date) if asked.date else today(now))
        found = await asyncio.to_thread(between, self._context.history.folder, start, end, now, None, "week")
        picture = week_picture(found, start.astimezone())
        headers = {"Content-Disposition": f'inline; filename="moodbox-week-{start.astimezone():%Y-%m-%d}.svg"'}
        return web.Response(text=picture, content_type="image/svg+xml", headers=headers)

    async def _erase(self, _: web.Request) -> web.Response:
        await self._context.feedback.erase(BY)
        return no_content()

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
        return json_answer([describe_correction(each) for each in self._context.feedback.corrections()])

    async def _correct(self, request: web.Request) -> web.Response:
        wanted = await read_json(request, CorrectionRequest)
        return json_answer(describe_correction(self._context.feedback.correct(wanted.mood, BY)), 201)

    async def _take_back(self, request: web.Request) -> web.Response:
        number = request.match_info["id"]
        try:
            self._context.feedback.take_back(int(number) if re.fullmatch("[0-9]{1,16}", number) else 0, BY)
        except NothingFound as error:
            raise WebError(404, str(error)) from error
        return no_content()

    async def _calibration(self, _: web.Request) -> web.Response:
        return json_answer(self._context.feedback.calibration())

    async def _forget(self, _: web.Request) -> web.Response:
        self._context.feedback.forget(BY)
        return no_content()

    async def _export(self, _: web.Request) -> web.Response:
        response = json_answer(self._context.feedback.export())
        response.headers.update(_as_file("moodbox-calibration.json"))
        return response

    async def _dislikes(self, _: web.Request) -> web.Response:
        known = self._context.feedback.dislikes()
        return json_answer(
            [{"emotion": emotion, "file": file, "dislike": round(level, 3)} for emotion, file, level in known]
        )

    async def _dislike(self, request: web.Request) -> web.Response:
        wanted = await read_json(request, DislikeRequest)
        try:
            self._context.feedback.dislike(wanted.file, BY)
        except NothingFound as error:
            raise WebError(404 if wanted.file else 409, str(error)) from error
        return no_content()

    async def _forgive(self, request: web.Request) -> web.Response:
        wanted = read_query(request, DislikeAnswer)
        try:
            self._context.feedback.forgive(wanted.file, BY, wanted.emotion)
        except NothingFound as error:
            raise WebError(404, str(error)) from error
        return no_content()


async def history(request: web.Request, context: Context) -> tuple[Period, date, dict[str, Any]]:
    """The period and the day in it that are asked for, and what happened then. Raises WebError 400."""
    asked, now = read_query(request, HistoryQuery), context.clock.now()
    day = _day(asked.date) if asked.date else today(now)
    start, end = _bounds(asked.period, day)
    drawn = asked.period if asked.drawn == "1" else None
    found = await asyncio.to_thread(between, context.history.folder, start, end, now, None, drawn)
    found["played"] = len(found["plays"])
    if drawn in {"week", "month"}:
        found["plays"] = found["plays"][-_NEWEST:]
    return asked.period, day, found


def _bounds(period: Period, day: date) -> tuple[datetime, datetime]:
    try:
        return period_bounds(period, day)
    except HistoryError as error:
        raise WebError(400, str(error)) from error


def _day(text: str) -> date:
    with contextlib.suppress(ValueError):
        if str(day := date.fromisoformat(text)) == text:  # ISO 8601 has other ways, such as 20260301
            return day
    raise WebError(400, f"{text} is no day of the calendar; give one as 2026-03-01")


def _as_file(name: str) -> dict[str, Any]:
    return {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}


def _close(parts: Iterator[bytes]) -> None:
    parts.close()  # type: ignore[attr-defined]


class MoodSpanAnswer(Struct):
    """A time in which the mood and the number of people stayed what they were; the numbers are means."""

    at: str
    until: str
    mood: str
    confidence: float
    valence: float
    arousal: float
    people: int


class PlayAnswer(Struct):
    """A track that began, why (in words and as data), and after which share of it it was skipped."""

    at: str
    file: str
    emotion: str | None
    why: str | None
    reason: Reason | None
    heard: float | None


class CorrectionAnswer(Struct):
    """What the judge said, what it really was, and the seven numbers that were judged."""

    id: int
    at: str
    was: str
    mood: Emotion
    probabilities: dict[str, float]


class HistoryAnswer(Struct, rename={"since": "from"}):
    """A day, a week or a month, in the box's time zone."""

    since: str
    to: str
    moods: list[MoodSpanAnswer]
    plays: list[PlayAnswer]
    played: int
    corrections: list[CorrectionAnswer]


class CalibrationAnswer(Struct):
    """How strongly the corrections act (0..1 of the limit), and the shift of each emotion's log-odds."""

    strength: float
    limit: float
    corrections: int
    shift: dict[str, float]


class DislikedSong(Struct):
    """A song that the owner does not want in a mood, and how much, 0..1."""

    emotion: Emotion
    file: str
    dislike: float


HISTORY = (
    Operation(
        handler=HistoryHandlers._show,
        does="What was in a day, a week or a month",
        method="GET",
        path="/api/history",
        query=HistoryQuery,
        answer=HistoryAnswer,
    ),
    Operation(
        handler=HistoryHandlers._week,
        does="A week as a picture to keep or to share",
        method="GET",
        path="/api/history/week.svg",
        query=WeekQuery,
        answer="image/svg+xml",
    ),
    Operation(
        handler=HistoryHandlers._erase,
        does="Erase the history, and all that was taught",
        method="DELETE",
        path="/api/history",
        status=204,
        errors=(409,),
    ),
    Operation(
        handler=HistoryHandlers._csv,
        does="The whole history for a spreadsheet",
        method="GET",
        path="/api/history.csv",
        answer="text/csv",
        errors=(409, 503),
    ),
    Operation(
        handler=HistoryHandlers._json,
        does="The whole history for a program",
        method="GET",
        path="/api/history.json",
        answer=dict[str, Any],
        errors=(409, 503),
    ),
    Operation(
        handler=HistoryHandlers._corrections,
        does="What was corrected",
        method="GET",
        path="/api/corrections",
        answer=list[CorrectionAnswer],
    ),
    Operation(
        handler=HistoryHandlers._correct,
        does="Say what the mood really is",
        method="POST",
        path="/api/corrections",
        body=CorrectionRequest,
        status=201,
        answer=CorrectionAnswer,
        errors=(409,),
    ),
    Operation(
        handler=HistoryHandlers._take_back,
        does="Take a correction back",
        method="DELETE",
        path="/api/corrections/{id}",
        status=204,
        errors=(404,),
    ),
    Operation(
        handler=HistoryHandlers._calibration,
        does="What the corrections have taught",
        method="GET",
        path="/api/calibration",
        answer=CalibrationAnswer,
    ),
    Operation(
        handler=HistoryHandlers._forget,
        does="Forget all corrections",
        method="DELETE",
        path="/api/calibration",
        status=204,
    ),
    Operation(
        handler=HistoryHandlers._export,
        does="What was taught, with every correction, as a file",
        method="GET",
        path="/api/calibration.json",
        answer=dict[str, Any],
    ),
    Operation(
        handler=HistoryHandlers._dislikes,
        does="The songs that you do not want in a mood, by skips and words",
        method="GET",
        path="/api/dislikes",
        answer=list[DislikedSong],
    ),
    Operation(
        handler=HistoryHandlers._dislike,
        does="Say that a song does not fit its mood; if it plays, another one follows at once",
        method="POST",
        path="/api/dislikes",
        body=DislikeRequest,
        status=204,
        errors=(404, 409),
    ),
    Operation(
        handler=HistoryHandlers._forgive,
        does="Forget what is held against a song in a mood",
        method="DELETE",
        path="/api/dislikes",
        query=DislikeAnswer,
        status=204,
        errors=(404,),
    ),
)
