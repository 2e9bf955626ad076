"""What the household taught of its faces: a session, what is kept, what became of it. The numbers are not told."""

from __future__ import annotations

import re

import msgspec
from aiohttp import web
from msgspec import Struct

from appliance.core.collecting import CollectEnd, CollectPhase, CollectRound
from appliance.core.faces import CannotCollect
from appliance.domain.emotions import Emotion
from appliance.web.api.context import BY, Context
from appliance.web.api.errors import WebError
from appliance.web.api.json_body import json_answer, no_content, read_json
from appliance.web.api.openapi import Operation
from appliance.words.retelling import retold


class CollectRequest(Struct, forbid_unknown_fields=True):
    """`agreed`: everyone whom the camera sees agrees. `resume`: go on with what the last session has not had."""

    agreed: bool
    resume: bool = False


class UseFacesRequest(Struct, forbid_unknown_fields=True):
    """Whether what was taught is to be used."""

    on: bool


class LearnCorrectionsRequest(Struct, forbid_unknown_fields=True):
    """Whether corrections teach faces too. `agreed`: everyone whom the camera sees agrees."""

    on: bool
    agreed: bool = False


class SessionAnswer(Struct):
    """The session that runs, or the last one: which face is to be pulled, and for how many seconds. `dark`: more light
    is needed.
    """

    phase: CollectPhase
    end: CollectEnd | None
    word: Emotion | None
    round: CollectRound | None
    seconds: float
    dark: bool
    taken: int
    left: int


class SampleAnswer(Struct):
    """One face that was taught; `fits` if it is of the model in use, `corrected` if a correction taught it."""

    id: int
    at: str
    session: int
    round: CollectRound
    word: Emotion
    fits: bool
    corrected: bool


class PosesAnswer(Struct):
    """Of an emotion: faces taught, and how many are read right by the model and by the head."""

    emotion: Emotion
    poses: int
    before: int
    after: int


class HeadAnswer(Struct):
    """What became of the faces taught; `before` and `after` are percent read as they were meant."""

    samples: int
    used: bool
    why: str
    before: float
    after: float
    each: list[PosesAnswer]


class FacesAnswer(Struct):
    """All of it. `corrections`: whether they teach faces too. `resume`: whether there is a session to go on with."""

    use: bool
    corrections: bool
    session: SessionAnswer | None
    samples: list[SampleAnswer]
    resume: bool
    head: HeadAnswer | None


class FaceHandlers:
    """The routes of the household's faces."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def _show(self, _: web.Request) -> web.Response:
        answer = msgspec.convert(self._context.faces.describe(), FacesAnswer)
        if answer.head:
            answer.head.why = retold(answer.head.why)
        return json_answer(answer)

    async def _begin(self, request: web.Request) -> web.Response:
        """CannotCollect becomes 409."""
        wanted = await read_json(request, CollectRequest)
        self._context.faces.begin(wanted.agreed, wanted.resume, BY)
        return no_content()

    async def _end(self, _: web.Request) -> web.Response:
        self._context.faces.end(BY)
        return no_content()

    async def _use(self, request: web.Request) -> web.Response:
        self._context.faces.use((await read_json(request, UseFacesRequest)).on, BY)
        return no_content()

    async def _learn_corrections(self, request: web.Request) -> web.Response:
        """CannotCollect becomes 409."""
        wanted = await read_json(request, LearnCorrectionsRequest)
        self._context.faces.learn_corrections(wanted.on, wanted.agreed, BY)
        return no_content()

    async def _drop(self, request: web.Request) -> web.Response:
        number = request.match_info["id"]
        try:
            self._context.faces.drop(int(number) if re.fullmatch("[0-9]{1,16}", number) else 0, BY)
        except CannotCollect as error:
            raise WebError(404, str(error)) from error
        return no_content()

    async def _forget(self, _: web.Request) -> web.Response:
        self._context.faces.drop(None, BY)
        return no_content()


FACES = (
    Operation(
        handler=FaceHandlers._show,
        does="What was taught of the household's faces, and how far a session is",
        method="GET",
        path="/api/faces",
        answer=FacesAnswer,
    ),
    Operation(
        handler=FaceHandlers._begin,
        does="Begin to collect faces, or go on with it",
        method="POST",
        path="/api/faces/session",
        body=CollectRequest,
        status=204,
        errors=(409,),
    ),
    Operation(
        handler=FaceHandlers._end,
        does="End the session; what was taken stays",
        method="DELETE",
        path="/api/faces/session",
        status=204,
    ),
    Operation(
        handler=FaceHandlers._use,
        does="Use what was taught of faces, or keep it unused",
        method="POST",
        path="/api/faces/use",
        body=UseFacesRequest,
        status=204,
    ),
    Operation(
        handler=FaceHandlers._learn_corrections,
        does="Let corrections teach faces too, or not",
        method="POST",
        path="/api/faces/corrections",
        body=LearnCorrectionsRequest,
        status=204,
        errors=(409,),
    ),
    Operation(
        handler=FaceHandlers._drop,
        does="Delete one face that was taught",
        method="DELETE",
        path="/api/faces/{id}",
        status=204,
        errors=(404,),
    ),
    Operation(
        handler=FaceHandlers._forget,
        does="Delete all that was taught of faces",
        method="DELETE",
        path="/api/faces",
        status=204,
    ),
)
