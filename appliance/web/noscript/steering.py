"""Forms on the plain page that steer the box: play, pause, next song, and what to play by."""

from __future__ import annotations

from aiohttp import web

from appliance.domain import commands
from appliance.domain.commands import Command
from appliance.domain.emotions import PROFILES, Emotion
from appliance.domain.status import AUTO
from appliance.web.api.context import BY, Context
from appliance.web.api.errors import WebError
from appliance.web.api.status import PageStatus
from appliance.web.auth.forms import read_fields
from appliance.web.noscript.markup import Markup, join, tag
from appliance.words.english import mood_word
from appliance.words.speaking import t

PATH = "/plain/steer"
_FIXED: dict[str, Command] = {
    "play": commands.SetMusic(True, BY),
    "pause": commands.SetMusic(False, BY),
    "next": commands.Skip(BY),
    AUTO: commands.Override(None, BY),
}


def steering(status: PageStatus) -> Markup:
    """The buttons, as the box is now."""
    pause = ("pause", t("Pause")) if status.player.state == "play" else ("play", t("Play"))
    moods = [(AUTO, t("The camera decides")), *((emotion.value, mood_word(emotion)) for emotion in PROFILES)]
    return join(
        tag("h2", t("Music")),
        _form([pause, ("next", t("Next song"))]),
        tag("h2", t("What to play by")),
        _form(
            [(value, t("{mood} (chosen)", mood=words) if value == status.override else words) for value, words in moods]
        ),
    )


def _form(buttons: list[tuple[str, str]]) -> Markup:
    made = [tag("button", words, type="submit", name="do", value=value) for value, words in buttons]
    return tag("form", *made, method="post", action=PATH, class_="links")


def steering_route(context: Context) -> web.RouteDef:
    """The route that the forms go to; it leads back to the page."""

    async def steer(request: web.Request) -> web.Response:
        wanted = (await read_fields(request)).get("do", "")
        if wanted in _FIXED:
            context.emit(_FIXED[wanted])
        elif wanted in {emotion.value for emotion in Emotion}:
            context.emit(commands.Override(Emotion(wanted), BY))
        else:
            raise WebError(400, t("{what} is nothing to do; go back to the page", what=repr(wanted)))
        return web.Response(status=303, headers={"Location": "/plain"})

    return web.post(PATH, steer)
