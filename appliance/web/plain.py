"""The page for browsers without scripts: sign in by a plain form, and read the box's state, which renews itself."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import parse_qs

from aiohttp import web

from appliance.web.body import LARGEST, take
from appliance.web.context import Context
from appliance.web.door import Door
from appliance.web.errors import WebError
from appliance.web.status_api import present

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Moodbox</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="/static/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/static/theme.css">
<link rel="stylesheet" href="/static/base.css">
<link rel="stylesheet" href="/static/sign-in.css">
{head}
</head>
<body class="plain">
<main class="card">
<h1>Moodbox</h1>
{body}
</main>
</body>
</html>
"""
_RENEW = '<meta http-equiv="refresh" content="20">'


class PlainRoom:
    """The routes of the plain page."""

    def __init__(self, context: Context, door: Door) -> None:
        self._context, self._door = context, door

    def routes(self) -> list[web.RouteDef]:
        """The routes of this room."""
        return [web.get("/plain", self._show), web.post("/sign-in", self._sign_in)]

    async def _show(self, request: web.Request) -> web.Response:
        if self._door.visitor(request) is None:
            raise web.HTTPSeeOther("/")
        rows = "".join(
            f"<dt>{escape(name)}</dt>\n<dd>{escape(value)}</dd>\n"
            for name, value in _facts(present(self._context.status()))
        )
        return _page(f"<dl>\n{rows}</dl>\n<p>This page renews itself every 20 seconds.</p>", _RENEW)

    async def _sign_in(self, request: web.Request) -> web.Response:
        if request.content_type != "application/x-www-form-urlencoded":
            raise WebError(415, f"the body is {request.content_type}; here it must come from the sign-in page's form")
        fields = parse_qs((await take(request, LARGEST)).decode(errors="replace"))
        try:
            await self._door.check_password(request, fields.get("password", [""])[0], 401, "this is not the password")
        except WebError as error:
            answer = _page(f'<p role="alert">{escape(str(error))}</p>\n<p><a href="/">Try again</a></p>')
            answer.set_status(error.status)
            answer.headers.update(error.headers)
            return answer
        answer = web.Response(status=303, headers={"Location": "/"})
        self._door.open_for(answer)
        return answer


def _page(body: str, head: str = "") -> web.Response:
    return web.Response(text=_PAGE.format(body=body, head=head), content_type="text/html")


def _facts(status: dict[str, Any]) -> Iterator[tuple[str, str]]:
    mood, vision, player = status["mood"], status["vision"], status["player"]
    sure = f", {mood['confidence']:.0%} sure" if mood["confidence"] else ""
    yield "Mood", f"{mood['mood']}{sure}, {mood['people']} {'person' if mood['people'] == 1 else 'people'}"
    yield "Camera", vision["camera"] + (" (by its button)" if vision["switch"] == "off-by-button" else "")
    yield "Plays", player["title"] or PurePosixPath(player["file"] or "nothing").stem
    yield "Why", status["now"]["sentence"]
    if ahead := status["now"]["next"]:
        yield "Next", ahead["title"]
    yield "Override", status["override"]
    yield "Policy", status["policy"]
    for problem in status["problems"]:
        yield "Problem", problem
