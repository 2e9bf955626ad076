"""What the page shows of this moment: the box's status, with why it plays in plain words and what comes next."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Any

from aiohttp import web

from appliance.domain.emotions import EMOTIONS
from appliance.web.api.context import Context
from appliance.web.api.json_body import json_answer
from appliance.web.api.openapi import Operation


class StatusHandlers:
    """What is asked about this moment."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def _show(self, _: web.Request) -> web.Response:
        return json_answer(present(self._context.status()))


def present(status: dict[str, Any]) -> dict[str, Any]:
    """The status with `now`: `sentence` and `next` (`file`, `title`, `emotion`; None if nothing is queued)."""
    ahead = status["player"]["ahead"]
    return status | {"now": {"sentence": sentence(status), "next": _song(ahead[0]) if ahead else None}}


def sentence(status: dict[str, Any]) -> str:
    """Why what plays does play, as one would say it."""
    player = status["player"]
    if player["state"] == "lost":
        return "The music player does not answer; it is tried again by itself."
    if not player["file"]:
        return "Nothing plays yet."
    if not player["emotion"]:
        return "Someone has queued this by hand, so it plays."
    held = "" if player["state"] == "play" else "Paused. "
    return f"{held}From {player['emotion']}: {player['why'] or 'chosen before Moodbox was started again'}."


def _song(file: str) -> dict[str, Any]:
    path = PurePosixPath(file)
    folder = path.parts[0] if len(path.parts) > 1 else ""
    return {"file": file, "title": path.stem, "emotion": folder if folder in EMOTIONS else None}


STATUS = (
    Operation(
        handler=StatusHandlers._show,
        does="What the box sees, decides and plays",
        method="GET",
        path="/api/status",
        answer=dict[str, Any],
    ),
)
