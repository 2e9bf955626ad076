"""What the owner may ask of the box: each becomes an event for the conductor, as a button or a command would."""

from __future__ import annotations

from typing import Annotated, Literal

from aiohttp import web
from msgspec import Meta, Struct

from appliance import events
from appliance.emotion import Emotion, Policy
from appliance.events import CameraSwitch, Event
from appliance.web.body import Nothing, done, read
from appliance.web.context import BY, Context
from appliance.web.errors import WebError


class Overriding(Struct, forbid_unknown_fields=True):
    """The emotion to play by, or `auto` for the camera's choice."""

    emotion: Literal["auto", "angry", "disgust", "fear", "happy", "neutral", "sad", "surprise"]


class Choosing(Struct, forbid_unknown_fields=True):
    """How a mood chooses its music."""

    policy: Policy


class Switching(Struct, forbid_unknown_fields=True):
    """On or off."""

    on: bool


class Turning(Struct, forbid_unknown_fields=True):
    """The volume, 0..100, taken as a whole number; the box keeps it between the owner's floor and cap."""

    volume: Annotated[float, Meta(ge=0, le=100)]


class Pacing(Struct, forbid_unknown_fields=True):
    """Seconds from judgement to judgement."""

    seconds: Annotated[float, Meta(ge=5, le=86_400)]


class ControlRoom:
    """The routes of control."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def routes(self) -> list[web.RouteDef]:
        """The routes of this room."""
        return [
            web.post("/api/skip", self._skip),
            web.post("/api/judge", self._judge),
            web.post("/api/override", self._override),
            web.post("/api/policy", self._policy),
            web.post("/api/camera", self._camera),
            web.post("/api/music", self._music),
            web.post("/api/volume", self._volume),
            web.post("/api/interval", self._interval),
        ]

    def _tell(self, event: Event) -> web.Response:
        self._context.emit(event)
        return done()

    async def _skip(self, request: web.Request) -> web.Response:
        await read(request, Nothing)
        return self._tell(events.Skip(BY))

    async def _judge(self, request: web.Request) -> web.Response:
        await read(request, Nothing)
        return self._tell(events.JudgeNow(BY))

    async def _override(self, request: web.Request) -> web.Response:
        wanted = (await read(request, Overriding)).emotion
        return self._tell(events.Override(None if wanted == "auto" else Emotion(wanted), BY))

    async def _policy(self, request: web.Request) -> web.Response:
        return self._tell(events.SetPolicy((await read(request, Choosing)).policy, BY))

    async def _camera(self, request: web.Request) -> web.Response:
        wanted = await read(request, Switching)
        if wanted.on and self._context.status()["vision"]["switch"] == CameraSwitch.OFF_BY_BUTTON:
            raise WebError(409, "the camera was turned off by its button; only the button turns it on again")
        return self._tell(events.SetCamera(wanted.on, by_button=False, by=BY))

    async def _music(self, request: web.Request) -> web.Response:
        return self._tell(events.SetMusic((await read(request, Switching)).on, BY))

    async def _volume(self, request: web.Request) -> web.Response:
        wanted = await read(request, Turning)
        if self._context.status()["player"]["volume"] is None:
            raise WebError(409, "what plays the music has no volume to set; turn it at the loudspeaker")
        return self._tell(events.SetVolume(round(wanted.volume), BY))

    async def _interval(self, request: web.Request) -> web.Response:
        return self._tell(events.SetInterval((await read(request, Pacing)).seconds, BY))


def routes(context: Context) -> list[web.RouteDef]:
    """The routes of this room."""
    return ControlRoom(context).routes()
