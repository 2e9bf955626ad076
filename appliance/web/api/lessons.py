"""What the owner teaches of where songs lie: placing songs, and taking that back."""

from __future__ import annotations

import re
from typing import Annotated, Any

from aiohttp import web
from msgspec import Meta, Struct

from appliance.core.feedback import NothingFound, describe_lesson
from appliance.domain.emotions import Emotion
from appliance.domain.lessons import LessonKind
from appliance.web.api.context import BY, Context
from appliance.web.api.errors import WebError
from appliance.web.api.json_body import json_answer, no_content, read_json
from appliance.web.api.openapi import Operation

Coordinate = Annotated[float, Meta(ge=-1, le=1)]
LAST = 500
"""Lessons in an answer at most, the newest."""


class PlaceRequest(Struct, forbid_unknown_fields=True):
    """A song, and the emotion that it is of or its place on the plane: one of the two."""

    file: Annotated[str, Meta(min_length=1, max_length=4096)]
    emotion: Emotion | None = None
    valence: Coordinate | None = None
    arousal: Coordinate | None = None


class LessonAnswer(Struct):
    """What was taught of a song: by how much its place on the plane is shifted, and for which emotion."""

    id: int
    at: str
    file: str
    kind: LessonKind
    emotion: Emotion | None
    valence: float
    arousal: float


class LessonHandlers:
    """The routes of what is taught of songs."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def _show(self, _: web.Request) -> web.Response:
        lessons: list[dict[str, Any]] = [describe_lesson(each) for each in self._context.feedback.lessons()[-LAST:]]
        return json_answer(lessons[::-1])

    async def _place(self, request: web.Request) -> web.Response:
        wanted = await read_json(request, PlaceRequest)
        place = None if wanted.valence is None or wanted.arousal is None else (wanted.valence, wanted.arousal)
        if (wanted.emotion is None) == (place is None):
            raise WebError(409, "name an emotion, or valence and arousal, and not both")
        try:
            self._context.feedback.place(wanted.file, wanted.emotion, place, BY)
        except NothingFound as error:
            raise WebError(404, str(error)) from error
        return no_content()

    async def _take_back(self, request: web.Request) -> web.Response:
        number = request.match_info["id"]
        try:
            self._context.feedback.take_back_lesson(int(number) if re.fullmatch("[0-9]{1,16}", number) else 0, BY)
        except NothingFound as error:
            raise WebError(404, str(error)) from error
        return no_content()

    async def _forget(self, _: web.Request) -> web.Response:
        self._context.feedback.forget_songs(BY)
        return no_content()


LESSONS = (
    Operation(
        handler=LessonHandlers._show,
        does="What was taught of where songs lie, the newest first",
        method="GET",
        path="/api/lessons",
        answer=list[LessonAnswer],
    ),
    Operation(
        handler=LessonHandlers._place,
        does="Say of which emotion a song is, or where it lies",
        method="POST",
        path="/api/lessons",
        body=PlaceRequest,
        status=204,
        errors=(404, 409),
    ),
    Operation(
        handler=LessonHandlers._take_back,
        does="Take back what was taught of one song",
        method="DELETE",
        path="/api/lessons/{id}",
        status=204,
        errors=(404,),
    ),
    Operation(
        handler=LessonHandlers._forget,
        does="Forget all that was taught of where songs lie",
        method="DELETE",
        path="/api/lessons",
        status=204,
    ),
)
