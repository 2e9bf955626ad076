"""What the owner may ask of the box: each becomes an event for the conductor, as a button or a command would."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from aiohttp import web
from msgspec import Meta, Struct

from appliance.domain import commands
from appliance.domain.commands import Command
from appliance.domain.emotions import EMOTIONS, Emotion
from appliance.domain.looks import CameraSwitch
from appliance.domain.moods import Policy
from appliance.domain.quiet_hours import SLEEP_MINUTES
from appliance.web.api.context import BY, Context
from appliance.web.api.errors import WebError
from appliance.web.api.json_body import Empty, no_content, read_json
from appliance.web.api.openapi import Operation
from appliance.web.auth.authenticator import VISITOR

if TYPE_CHECKING:
    OverrideWord = str
else:
    OverrideWord = Literal[("auto", *map(str, EMOTIONS))]  # msgspec and OpenAPI know the words at run time alone


class OverrideRequest(Struct, forbid_unknown_fields=True):
    """The emotion to play by, or `auto` for the camera's choice."""

    emotion: OverrideWord


class PolicyRequest(Struct, forbid_unknown_fields=True):
    """How a mood chooses its music."""

    policy: Policy


class SwitchRequest(Struct, forbid_unknown_fields=True):
    """On or off."""

    on: bool


class VolumeRequest(Struct, forbid_unknown_fields=True):
    """The volume, 0..100, taken as a whole number; the box keeps it between the owner's floor and cap."""

    volume: Annotated[float, Meta(ge=0, le=100)]


class SeekRequest(Struct, forbid_unknown_fields=True):
    """The second of the song to go on from."""

    seconds: Annotated[float, Meta(ge=0, le=86_400)]


class IntervalRequest(Struct, forbid_unknown_fields=True):
    """Seconds from judgement to judgement."""

    seconds: Annotated[float, Meta(ge=5, le=86_400)]


class SleepRequest(Struct, forbid_unknown_fields=True):
    """Minutes until it is quiet, taken as a whole number; null stops the sleep timer."""

    minutes: Annotated[float, Meta(ge=1, le=SLEEP_MINUTES)] | None


class ControlHandlers:
    """The routes of control."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @staticmethod
    def _asked_by(request: web.Request) -> str:
        """Who asks, for the log: the page, or a guest by the name that the owner gave."""
        visitor = request.get(VISITOR)
        return f"guest {visitor.guest.name}" if visitor and visitor.guest else BY

    def _tell(self, command: Command) -> web.Response:
        self._context.emit(command)
        return no_content()

    async def _skip(self, request: web.Request) -> web.Response:
        await read_json(request, Empty)
        return self._tell(commands.Skip(self._asked_by(request)))

    async def _judge(self, request: web.Request) -> web.Response:
        await read_json(request, Empty)
        return self._tell(commands.JudgeNow(BY))

    async def _override(self, request: web.Request) -> web.Response:
        wanted = (await read_json(request, OverrideRequest)).emotion
        return self._tell(commands.Override(None if wanted == "auto" else Emotion(wanted), self._asked_by(request)))

    async def _policy(self, request: web.Request) -> web.Response:
        return self._tell(commands.SetPolicy((await read_json(request, PolicyRequest)).policy, BY))

    async def _camera(self, request: web.Request) -> web.Response:
        wanted = await read_json(request, SwitchRequest)
        if wanted.on and self._context.status().vision.switch == CameraSwitch.OFF_BY_BUTTON:
            raise WebError(409, "the camera was turned off by its button; only the button turns it on again")
        return self._tell(commands.SetCamera(wanted.on, by_button=False, by=BY))

    async def _music(self, request: web.Request) -> web.Response:
        return self._tell(commands.SetMusic((await read_json(request, SwitchRequest)).on, BY))

    async def _volume(self, request: web.Request) -> web.Response:
        wanted = await read_json(request, VolumeRequest)
        if self._context.status().player.volume is None:
            raise WebError(409, "what plays the music has no volume to set; turn it at the loudspeaker")
        return self._tell(commands.SetVolume(round(wanted.volume), BY))

    async def _seek(self, request: web.Request) -> web.Response:
        wanted = await read_json(request, SeekRequest)
        length = self._context.status().player.duration
        if length is None:
            raise WebError(409, "nothing plays that has a length; a stream cannot be wound on or back")
        return self._tell(commands.Seek(min(wanted.seconds, length), BY))

    async def _interval(self, request: web.Request) -> web.Response:
        return self._tell(commands.SetInterval((await read_json(request, IntervalRequest)).seconds, BY))

    async def _quiet(self, request: web.Request) -> web.Response:
        return self._tell(commands.KeepQuiet((await read_json(request, SwitchRequest)).on, BY))

    async def _sleep(self, request: web.Request) -> web.Response:
        minutes = (await read_json(request, SleepRequest)).minutes
        return self._tell(commands.SetSleepTimer(None if minutes is None else round(minutes) * 60.0, BY))


CONTROL = (
    Operation(
        handler=ControlHandlers._skip,
        does="Play the next song",
        method="POST",
        path="/api/skip",
        body=Empty,
        status=204,
        guests=True,
    ),
    Operation(
        handler=ControlHandlers._judge,
        does="Judge the mood now",
        method="POST",
        path="/api/judge",
        body=Empty,
        status=204,
    ),
    Operation(
        handler=ControlHandlers._override,
        does="Play by an emotion, or by the camera",
        method="POST",
        path="/api/override",
        body=OverrideRequest,
        status=204,
        guests=True,
    ),
    Operation(
        handler=ControlHandlers._policy,
        does="Choose how a mood picks its music",
        method="POST",
        path="/api/policy",
        body=PolicyRequest,
        status=204,
    ),
    Operation(
        handler=ControlHandlers._camera,
        does="Turn the camera on or off",
        method="POST",
        path="/api/camera",
        body=SwitchRequest,
        status=204,
        errors=(409,),
    ),
    Operation(
        handler=ControlHandlers._music,
        does="Pause the music, or let it go on",
        method="POST",
        path="/api/music",
        body=SwitchRequest,
        status=204,
    ),
    Operation(
        handler=ControlHandlers._volume,
        does="Set the volume",
        method="POST",
        path="/api/volume",
        body=VolumeRequest,
        status=204,
        errors=(409,),
    ),
    Operation(
        handler=ControlHandlers._seek,
        does="Go on from another second of the song",
        method="POST",
        path="/api/seek",
        body=SeekRequest,
        status=204,
        errors=(409,),
    ),
    Operation(
        handler=ControlHandlers._interval,
        does="Set the time between judgements",
        method="POST",
        path="/api/interval",
        body=IntervalRequest,
        status=204,
    ),
    Operation(
        handler=ControlHandlers._quiet,
        does="Keep quiet until the morning, or interrupt that for a while",
        method="POST",
        path="/api/quiet",
        body=SwitchRequest,
        status=204,
    ),
    Operation(
        handler=ControlHandlers._sleep,
        does="Set or stop the sleep timer",
        method="POST",
        path="/api/sleep",
        body=SleepRequest,
        status=204,
    ),
)
