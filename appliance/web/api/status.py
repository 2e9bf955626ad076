"""What the page shows of this moment: the box's status, with why it plays in plain words and what comes next."""

from __future__ import annotations

from pathlib import PurePosixPath

from aiohttp import web
from msgspec import Struct
from msgspec.structs import replace

from appliance.domain.emotions import Emotion, folder_of
from appliance.domain.reasons import Chosen
from appliance.domain.status import AUTO, Moment, QueuedStatus, Status
from appliance.lib.clock import Clock
from appliance.web.api.context import Context
from appliance.web.api.json_body import json_answer
from appliance.web.api.openapi import Operation
from appliance.web.auth.authenticator import VISITOR
from appliance.words.english import COMPOSING, mood_word
from appliance.words.retelling import retold
from appliance.words.speaking import t


class StatusHandlers:
    """What is asked about this moment."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def _show(self, request: web.Request) -> web.Response:
        visitor = request.get(VISITOR)
        status = self._context.status()
        return json_answer(
            present(without_problems(status) if visitor and visitor.guest else status, self._context.clock)
        )


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
    queue = status.player.queue
    now = Now(sentence(status), _song(queue[0]) if queue else None)
    at = clock.now().astimezone().isoformat(timespec="milliseconds")
    known = {name: getattr(status, name) for name in Status.__struct_fields__}
    known["problems"] = tuple(map(retold, status.problems))
    if status.vision.source:
        known["vision"] = replace(status.vision, source=retold(status.vision.source))
    return PageStatus(**known, at=at, now=now)


def without_problems(status: Status) -> Status:
    """The status as a guest may have it: what is amiss, which names files and addresses, is the owner's affair."""
    return replace(status, problems=(), update=None, speakers=None, follow=None, house=None)


def sentence(status: Status) -> str:
    """Why what plays does play, as one would say it."""
    player = status.player
    if player.state == "lost":
        return t("The music player does not answer; it is tried again by itself.")
    if status.follow and not player.file:
        return t("What {name} plays is heard here.", name=status.follow.box)
    if not player.file:
        if COMPOSING in status.problems:
            return t("The house music is being composed; its first piece plays as soon as it is there.")
        return t("Nothing plays yet.")
    if not player.emotion:
        return t("Someone has queued this by hand, so it plays.")
    if isinstance(player.reason, Chosen) and status.override != player.reason.emotion:
        return t("You had chosen {mood}; {after}.", mood=mood_word(player.emotion), after=_after(status))
    why = player.why or t("chosen before Moodbox was started again")
    from_mood = t("From {mood}: {why}.", mood=mood_word(player.emotion), why=why)
    return from_mood if player.state == "play" else t("Paused. {sentence}", sentence=from_mood)


def _after(status: Status) -> str:
    """What decides now that the override under which a song was chosen is gone."""
    if status.override == AUTO:
        return t("the camera decides what comes next")
    return t("{mood} music comes next", mood=mood_word(status.override))


def _song(song: QueuedStatus) -> NextSong:
    return NextSong(song.file, song.title or PurePosixPath(song.file).stem, folder_of(song.file))


STATUS = (
    Operation(
        handler=StatusHandlers._show,
        does="What the box sees, decides and plays",
        method="GET",
        path="/api/status",
        answer=PageStatus,
        guests=True,
    ),
)
