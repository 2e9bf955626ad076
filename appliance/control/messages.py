"""The control socket's messages: a JSON request a line, a JSON answer a line."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Literal

import msgspec

from appliance.domain.emotions import Emotion
from appliance.domain.quiet_hours import SLEEP_MINUTES
from appliance.domain.status import Status
from appliance.errors import MoodboxError

log = logging.getLogger(__name__)

SOCKET = "control.sock"
REQUEST_LIMIT = 64 * 1024  # bytes in a request
ANSWER_LIMIT = 1024 * 1024  # bytes in an answer; a status is about 2 KiB, all corrections 60


class NotRunning(MoodboxError, ConnectionError):
    """There is no running Moodbox to talk to."""


class RequestRefused(MoodboxError, ValueError):
    """The running Moodbox refused a request; the text says why."""


class AskStatus(msgspec.Struct, tag="status", tag_field="do", forbid_unknown_fields=True):
    """Ask for everything the box knows of itself."""


class AskPage(msgspec.Struct, tag="page", tag_field="do", forbid_unknown_fields=True):
    """Ask where the owner's page is."""


class AskSkip(msgspec.Struct, tag="skip", tag_field="do", forbid_unknown_fields=True):
    """Ask for the next track."""


class AskOverride(msgspec.Struct, tag="override", tag_field="do", forbid_unknown_fields=True):
    """Ask for an emotion's music; None returns to the camera."""

    emotion: Emotion | None


class AskQuiet(msgspec.Struct, tag="quiet", tag_field="do", forbid_unknown_fields=True):
    """Ask for quiet from now on, or for an end to it."""

    on: bool


class AskSleep(msgspec.Struct, tag="sleep", tag_field="do", forbid_unknown_fields=True):
    """Ask for quiet after so many minutes; None stops the sleep timer."""

    minutes: Annotated[int, msgspec.Meta(ge=1, le=SLEEP_MINUTES)] | None


class AskOutputs(msgspec.Struct, tag="outputs", tag_field="do", forbid_unknown_fields=True):
    """Ask where the sound can go."""


class AskOutput(msgspec.Struct, tag="output", tag_field="do", forbid_unknown_fields=True):
    """Ask for another output, by its device."""

    device: str


class AskTone(msgspec.Struct, tag="tone", tag_field="do", forbid_unknown_fields=True):
    """Ask for a test tone through an output, by its device; None for the one in use. It is answered when it is over."""

    device: str | None = None


class AskModel(msgspec.Struct, tag="model", tag_field="do", forbid_unknown_fields=True):
    """Ask the box to look which model is in force now: one was installed, or gone back to."""


class AskSongs(msgspec.Struct, tag="songs", tag_field="do", forbid_unknown_fields=True):
    """Say that the songs in an emotion's folder have changed, and which are new (`happy/song.flac`)."""

    emotion: Emotion
    files: tuple[str, ...] = ()
    was: tuple[str, ...] = ()
    """What they were called in other emotions' folders, if they were moved."""


class AskPower(msgspec.Struct, tag="power", tag_field="do", forbid_unknown_fields=True):
    """Ask for the machine to be turned off, or restarted."""

    verb: Literal["off", "restart"]


class AskRestart(msgspec.Struct, tag="restart", tag_field="do", forbid_unknown_fields=True):
    """Ask Moodbox to start anew."""


class AskSettings(msgspec.Struct, tag="settings", tag_field="do", forbid_unknown_fields=True):
    """Ask for keys (`music.fade`) of the settings file to be changed; None stands for the default."""

    changes: dict[str, bool | int | float | str | None]


class AskCorrect(msgspec.Struct, tag="correct", tag_field="do", forbid_unknown_fields=True):
    """Say what the mood really is."""

    mood: Emotion


class AskDislike(msgspec.Struct, tag="dislike", tag_field="do", forbid_unknown_fields=True):
    """Say that the song that plays does not fit its mood."""


class AskCalibration(msgspec.Struct, tag="calibration", tag_field="do", forbid_unknown_fields=True):
    """Ask what the household has taught."""


class AskForget(msgspec.Struct, tag="forget", tag_field="do", forbid_unknown_fields=True):
    """Take back a correction, or all of them."""

    correction: Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)] | None = None


class AskForgive(msgspec.Struct, tag="forgive", tag_field="do", forbid_unknown_fields=True):
    """Say that a song fits after all."""

    file: str


class AskPlace(msgspec.Struct, tag="place", tag_field="do", forbid_unknown_fields=True):
    """Say of which emotion a song is."""

    file: str
    emotion: Emotion


class AskForgetSongs(msgspec.Struct, tag="forget-songs", tag_field="do", forbid_unknown_fields=True):
    """Take back everything that was taught of where songs lie."""


class AskFaces(msgspec.Struct, tag="faces", tag_field="do", forbid_unknown_fields=True):
    """Ask what was taught of the household's faces, and how far a session is."""


class AskCollect(msgspec.Struct, tag="collect", tag_field="do", forbid_unknown_fields=True):
    """Ask for faces to be collected; `agreed` says that everyone in sight agrees."""

    agreed: bool
    resume: bool = False


class AskEndCollect(msgspec.Struct, tag="end-collect", tag_field="do", forbid_unknown_fields=True):
    """Ask for the session to end."""


class AskDropFaces(msgspec.Struct, tag="drop-faces", tag_field="do", forbid_unknown_fields=True):
    """Ask for a face to be forgotten that was taught, or all of them."""

    face: Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)] | None = None


class AskUseFaces(msgspec.Struct, tag="use-faces", tag_field="do", forbid_unknown_fields=True):
    """Ask for what was taught of faces to be used, or not."""

    on: bool


class AskLearnCorrections(msgspec.Struct, tag="learn-corrections", tag_field="do", forbid_unknown_fields=True):
    """Ask for corrections to teach faces too, or not; `agreed` says that everyone in sight agrees."""

    on: bool
    agreed: bool = False


class AskErase(msgspec.Struct, tag="erase", tag_field="do", forbid_unknown_fields=True):
    """Erase the history, with everything that was taught."""


class AskWhy(msgspec.Struct, tag="why", tag_field="do", forbid_unknown_fields=True):
    """Ask what the box makes of a song."""

    file: str


class AskLike(msgspec.Struct, tag="like", tag_field="do", forbid_unknown_fields=True):
    """Ask which songs sound like one."""

    file: str
    count: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 10


class AskClusters(msgspec.Struct, tag="clusters", tag_field="do", forbid_unknown_fields=True):
    """Ask which groups of songs sound alike."""


class AskPath(msgspec.Struct, tag="path", tag_field="do", forbid_unknown_fields=True):
    """Ask for a journey from one emotion or song to another."""

    start: str
    end: str


FacesRequest = AskFaces | AskCollect | AskEndCollect | AskDropFaces | AskUseFaces | AskLearnCorrections
SongQuestion = AskWhy | AskLike | AskClusters | AskPath
FeedbackRequest = (
    AskCorrect | AskDislike | AskPlace | AskCalibration | AskForget | AskForgive | AskForgetSongs | AskErase
)
Request = (
    AskStatus | AskPage | AskSkip | AskOverride | AskQuiet | AskSleep | AskOutputs | AskOutput | AskTone | AskModel
    | AskPower | AskSongs | AskRestart | AskSettings | SongQuestion | FeedbackRequest
    | FacesRequest
)  # fmt: skip
Answer = Callable[[Request], Awaitable[Status | dict[str, Any]]]

request_decoder = msgspec.json.Decoder(Request)
