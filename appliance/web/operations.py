"""The table of everything that the API can do: its description is made from it, and held against it by a test."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from appliance.web.body import Nothing
from appliance.web.box_api import ModelWish, PowerWish
from appliance.web.control_api import Choosing, Overriding, Pacing, Switching, Turning
from appliance.web.history_operations import HISTORY
from appliance.web.openapi import Operation
from appliance.web.session_api import NewPassword, SignIn
from appliance.web.songs_operations import SONGS
from appliance.web.stream import Live
from appliance.web.tokens_api import NewToken

Object = dict[str, Any]


class SessionState(Struct):
    """Whether the asker is signed in, and whether there is a password yet."""

    signed_in: bool
    password_set: bool


class KnownToken(Struct):
    """A program's key, without its secret."""

    id: str
    name: str
    created: str


class FreshToken(Struct):
    """A program's key with its secret, which is shown this once."""

    id: str
    name: str
    token: str


class Frame(Struct):
    """What the camera sees in, in pixels."""

    width: int
    height: int


class SeenFace(Struct):
    """A face: its box (x, y, width, height in pixels of the frame), and its distance in metres."""

    box: tuple[float, float, float, float]
    distance: float | None


class Aim(Struct):
    """How the camera is aimed, without a picture."""

    frame: Frame | None
    faces: list[SeenFace]
    light: int | None
    advice: str


SIGNING_IN = (
    Operation(does="Whether you are signed in", method="GET", path="/api/session", answer=SessionState, open=True),
    Operation(
        does="Sign in", method="POST", path="/api/session", body=SignIn, status=204, errors=(409, 429), open=True
    ),
    Operation(does="Sign out", method="DELETE", path="/api/session", status=204),
    Operation(
        does="Set the password: the first time from the home's network, later with the old one",
        method="POST",
        path="/api/password",
        body=NewPassword,
        status=204,
        errors=(409, 429),
        open=True,
    ),
    Operation(does="The keys for programs", method="GET", path="/api/tokens", answer=list[KnownToken]),
    Operation(
        does="Make a key for a program; its token is shown this once",
        method="POST",
        path="/api/tokens",
        body=NewToken,
        status=201,
        answer=FreshToken,
        errors=(409, 507),
    ),
    Operation(does="Delete a key", method="DELETE", path="/api/tokens/{id}", status=204, errors=(404, 507)),
)
CONTROL = (
    Operation(does="What the box sees, decides and plays", method="GET", path="/api/status", answer=Object),
    Operation(
        does="The same as server-sent events, whenever it changes, at most twice a second",
        method="GET",
        path="/api/stream",
        query=Live,
        answer="text/event-stream",
        errors=(503,),
    ),
    Operation(does="How the camera is aimed", method="GET", path="/api/aim", answer=Aim),
    Operation(does="Play the next song", method="POST", path="/api/skip", body=Nothing, status=204),
    Operation(does="Judge the mood now", method="POST", path="/api/judge", body=Nothing, status=204),
    Operation(
        does="Play by an emotion, or by the camera", method="POST", path="/api/override", body=Overriding, status=204
    ),
    Operation(does="Choose how a mood picks its music", method="POST", path="/api/policy", body=Choosing, status=204),
    Operation(
        does="Turn the camera on or off", method="POST", path="/api/camera", body=Switching, status=204, errors=(409,)
    ),
    Operation(does="Pause the music, or let it go on", method="POST", path="/api/music", body=Switching, status=204),
    Operation(does="Set the volume", method="POST", path="/api/volume", body=Turning, status=204, errors=(409,)),
    Operation(does="Set the time between judgements", method="POST", path="/api/interval", body=Pacing, status=204),
)
BOX = (
    Operation(does="The box: model, settings, health, versions, log", method="GET", path="/api/box", answer=Object),
    Operation(
        does="Go back to the model before, or forward to the latest",
        method="POST",
        path="/api/model",
        body=ModelWish,
        status=204,
        errors=(409,),
    ),
    Operation(does="Start Moodbox anew", method="POST", path="/api/restart", body=Nothing, status=202),
    Operation(
        does="Turn the machine off, or start it anew",
        method="POST",
        path="/api/power",
        body=PowerWish,
        status=202,
        errors=(409,),
    ),
    Operation(does="This description", method="GET", path="/api/openapi.json", answer=Object),
)
OPERATIONS = (*SIGNING_IN, *CONTROL, *BOX, *SONGS, *HISTORY)
