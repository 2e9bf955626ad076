"""What the page shows of this moment: the box's status, with why it plays in plain words and what comes next."""

from __future__ import annotations

from pathlib import PurePosixPath

from aiohttp import web
from msgspec import Struct

from appliance.domain.emotions import Emotion, folder_of
from appliance.domain.status import Moment, Status
from appliance.lib.clock import Clock
from appliance.web.api.context import Context
from appliance.web.api.json_body import json_answer
from appliance.web.api.openapi import Operation
from appliance.words.english import COMPOSING


class StatusHandlers:
    """What is asked about this moment."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def _show(self, _: web.Request) -> web.Response:
        return json_answer(present(self._context.status(), self._context.clock))


class NextSong(Struct, frozen=True):
    """The song that is queued next, and the emotion whose folder it lies in."""

    file: str
    title: str
    emotion: Emotion | None


class Now(Struct, frozen=True):
    """Why what plays does play, as one would say it, and what comes next."""

    sentence: str
    next: NextSong | None


class PageStatus(Status, frozen=True, kw_only=True):
    """The status, with this moment in words, and when it was by the box's clock."""

    at: Moment
    now: Now


def present(status: Status, clock: Clock) -> PageStatus:
    """The status as the page shows it."""
    ahead = status.player.ahead
    now = Now(sentence(status), _song(ahead[0]) if ahead else None)
    at = clock.now().astimezone().isoformat(timespec="milliseconds")
    return PageStatus(**{name: getattr(status, name) for name in Status.__struct_fields__}, at=at, now=now)


def sentence(status: Status) -> str:
    """Why what plays does play, as one would say it."""
    player = status.player
    if player.state == "lost":
        return "The music player does not answer; it is tried again by itself."
    if not player.file:
        if COMPOSING in status.problems:
            return "The house music is being composed; its first piece plays as soon as it is there."
        return "Nothing plays yet."
    if not player.emotion:
        return "Someone has queued this by hand, so it plays."
    held = "" if player.state == "play" else "Paused. "
    return f"{held}From {player.emotion}: {player.why or 'chosen before Moodbox was started again'}."


def _song(file: str) -> NextSong:
    return NextSong(file, PurePosixPath(file).stem, folder_of(file))


STATUS = (
    Operation(
        handler=StatusHandlers._show,
        does="What the box sees, decides and plays",
        method="GET",
        path="/api/status",
        answer=PageStatus,
    ),
)
