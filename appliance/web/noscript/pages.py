"""The page for browsers without scripts: each section of the live page, to be read."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import cache
from html import escape

from aiohttp import web

from appliance.core.feedback import describe_correction
from appliance.history.periods import today
from appliance.web.api import aim
from appliance.web.api.box import BoxHandlers
from appliance.web.api.context import Context
from appliance.web.api.history import history
from appliance.web.api.json_body import read_query
from appliance.web.api.songs import PageQuery, SongHandlers, emotion_in
from appliance.web.api.status import present
from appliance.web.assets import assets
from appliance.web.noscript import sections
from appliance.web.noscript.markup import Markup, join, link, tag
from appliance.web.noscript.steering import steering, steering_route
from appliance.web.reader import language_links
from appliance.words.speaking import spoken, t

Show = Callable[[web.Request], Awaitable[Markup]]

SECTIONS = {
    "Now": "/plain",
    "History": "/plain/history",
    "Songs": "/plain/songs",
    "Aim": "/plain/aim",
    "Box": "/plain/box",
}
"""By their English names, which are words of the catalogues."""
_RENEWED = {"Now": 20, "Aim": 5}  # seconds
_PAGE = """<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<title>{title}</title>
<meta name="description" content="{about}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="/static/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/static/theme.css">
<link rel="stylesheet" href="/static/base.css">
<link rel="stylesheet" href="/static/plain.css">
{renew}
</head>
<body class="plain">
{body}
</body>
</html>
"""


@cache
def _page() -> str:
    return assets().linked(_PAGE)  # it has no scripts, and so is the same in every language


class NoscriptPages:
    """The routes of the plain page."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._box, self._songs = BoxHandlers(context), SongHandlers(context)

    def routes(self) -> list[web.RouteDef]:
        """The routes of these handlers."""
        return [
            web.get("/plain", self._page("Now", self._now)),
            steering_route(self._context),
            web.get("/plain/history", self._page("History", self._history)),
            web.get("/plain/songs", self._page("Songs", self._folders)),
            web.get("/plain/songs/{emotion}", self._page("Songs", self._folder)),
            web.get("/plain/aim", self._page("Aim", self._aim)),
            web.get("/plain/box", self._page("Box", self._show_box)),
        ]

    def _page(self, section: str, show: Show) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def answer(request: web.Request) -> web.Response:
            return _framed(section, await show(request), renewed=request.query.get("renew") == "1")

        return answer

    async def _now(self, _: web.Request) -> Markup:
        status = present(self._context.status(), self._context.clock)
        return join(sections.now(status), steering(status))

    async def _history(self, request: web.Request) -> Markup:
        feedback = self._context.feedback
        period, day, found = await history(request, self._context)
        return join(
            sections.history(found, period, day, today(self._context.clock.now())),
            sections.learned(
                feedback.calibration(),
                [describe_correction(each) for each in feedback.corrections()],
                feedback.dislikes(),
            ),
        )

    async def _folders(self, _: web.Request) -> Markup:
        return sections.folders(await self._songs.folders())

    async def _folder(self, request: web.Request) -> Markup:
        emotion, paging = emotion_in(request), read_query(request, PageQuery)
        return sections.folder(emotion, paging.offset, await self._songs.songs(emotion, paging))

    async def _aim(self, _: web.Request) -> Markup:
        return sections.aim(aim.describe_aim(self._context.look()))

    async def _show_box(self, _: web.Request) -> Markup:
        return sections.box(await self._box.describe())


def error_page(text: str, status: int) -> web.Response:
    """What is wrong, with the way back to the sections."""
    words = f"{text[:1].upper()}{text[1:]}" + ("" if text.endswith((".", "!", "?", "。")) else t("."))
    response = _framed(t("This cannot be shown"), tag("p", words, role="alert"))
    response.set_status(status)
    return response


def _renewal(section: str, renewed: bool) -> Markup:
    """Whether the page renews itself is the reader's choice: it takes a screen reader back to the top each time."""
    every, path = _RENEWED[section], SECTIONS[section]
    if renewed:
        said = t("This page renews itself every {seconds} seconds.", seconds=every)
        return tag("p", said, " ", link(t("Stop that"), path), class_="links")
    by_itself = link(t("Renew every {seconds} seconds", seconds=every), f"{path}?renew=1")
    again = link(t("Renew"), path)
    return tag("p", again, by_itself, class_="links")


def _framed(section: str, content: Markup, renewed: bool = False) -> web.Response:
    links = [tag("li", link(t(name), path, current=name == section)) for name, path in SECTIONS.items()]
    sign_out = tag("form", tag("button", t("Sign out"), type="submit"), method="post", action="/sign-out")
    body = join(
        tag("header", tag("nav", tag("ul", *links), aria_label=t("Sections"))),
        tag(
            "main",
            tag("h1", t(section)),
            content,
            _renewal(section, renewed) if section in _RENEWED else "",
            sign_out if section == "Box" else "",
            class_="card",
        ),
        tag("footer", tag("p", Markup(language_links()), class_="links")),
    )
    every = _RENEWED.get(section)
    renew = f'<meta http-equiv="refresh" content="{every}">' if every and renewed else ""
    title = "Moodbox" if section == "Now" else f"{t(section)} · Moodbox"
    about = escape(t("What Moodbox sees, what it plays, and why."))
    text = _page().format(language=spoken(), title=title, about=about, renew=renew, body=body)
    return web.Response(text=text, content_type="text/html")
