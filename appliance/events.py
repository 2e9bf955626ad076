"""What the parts tell the conductor. Parts never call one another: they meet here."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from appliance.emotion import Correction, Emotion, Look, Policy


class CameraSwitch(StrEnum):
    """Who wants the camera off. A button-off is lifted only by the button."""

    ON = "on"
    OFF = "off"
    OFF_BY_BUTTON = "off-by-button"


@dataclass(frozen=True, slots=True)
class VisionHello:
    """The vision process has connected and says what it works with."""

    source: str
    """The camera in words, such as `webcam /dev/video0`."""
    detector: str
    model: str
    """Name and version of the expression model."""
    announcement: str | None = None
    """Something the owner should know about the source (that it is a stand-in, for example)."""
    bundle: str = ""
    """sha256 of the model's bundle file, in hex."""
    refused: str = ""
    """The bundle file that was to be used and could not be; another one is used in its place."""
    refusal: str = ""
    """Why not, in words."""


@dataclass(frozen=True, slots=True)
class ModelInForce:
    """The store of models says which one is to be used: at the start, and after every change."""

    id: str
    file: str
    sha256: str
    on_trial: bool
    attempts: int = 0
    """How often a model on trial has been taken up before."""
    latest: str = ""
    """The id of the latest model that the box has; empty if it is this one."""


@dataclass(frozen=True, slots=True)
class InstallLatestModel:
    """Someone wants the latest model that the box has in force."""

    by: str


@dataclass(frozen=True, slots=True)
class VisionLost:
    """The vision process has gone."""


@dataclass(frozen=True, slots=True)
class Looked:
    """The vision process has looked once."""

    look: Look


@dataclass(frozen=True, slots=True)
class PlayerState:
    """What MPD is doing. `state` is play, pause, stop, or `lost` while MPD cannot be reached."""

    state: str
    file: str | None = None
    title: str | None = None
    artist: str | None = None
    elapsed: float = 0.0
    """Seconds into the current track."""
    duration: float | None = None
    """Length of the current track in seconds; None for a stream."""
    volume: int | None = None
    """0..100; None where the output has no mixer."""
    emotion: Emotion | None = None
    """The folder the current track was chosen from; None if someone else queued it."""
    why: str | None = None
    """Why it plays, in words for the owner."""
    ours: bool = False
    ahead: tuple[str, ...] = ()
    """The files queued after the current one."""


@dataclass(frozen=True, slots=True)
class PlayerChanged:
    """MPD's state is now this."""

    player: PlayerState


@dataclass(frozen=True, slots=True)
class TrackStarted:
    """A track began to play: of ours if it has an emotion, otherwise one that someone else queued."""

    file: str
    title: str | None
    emotion: Emotion | None
    why: str | None


@dataclass(frozen=True, slots=True)
class TrackSkipped:
    """A track of ours was left before its end; `heard` is the share of it that had played, 0..1."""

    file: str
    emotion: Emotion
    heard: float


@dataclass(frozen=True, slots=True)
class MusicWarning:
    """Something about the music that the owner should know, said once."""

    text: str


@dataclass(frozen=True, slots=True)
class SongsChanged:
    """Someone has put songs into an emotion's folder, or taken some away."""

    emotion: Emotion
    file: str = ""
    """The new one, such as `happy/song.flac`, where it is one alone."""


@dataclass(frozen=True, slots=True)
class Skip:
    """Someone wants the next track."""

    by: str


@dataclass(frozen=True, slots=True)
class Override:
    """Someone sets the emotion to play; None returns to the camera (`auto`)."""

    emotion: Emotion | None
    by: str


@dataclass(frozen=True, slots=True)
class StepOverride:
    """Someone wants the next override: from `auto` through the emotions, happy first, and back to `auto`."""

    by: str


@dataclass(frozen=True, slots=True)
class SetPolicy:
    """Someone chooses how a mood picks its music."""

    policy: Policy
    by: str


@dataclass(frozen=True, slots=True)
class SetCamera:
    """Someone turns the camera on or off; `by_button` marks the physical button, which alone lifts its own off."""

    on: bool
    by_button: bool
    by: str


@dataclass(frozen=True, slots=True)
class CameraButton:
    """The physical button turns the camera off, or on if it is off."""


@dataclass(frozen=True, slots=True)
class SetVolume:
    """Someone sets the volume, 0..100; the player keeps it between the owner's floor and cap."""

    volume: int
    by: str


@dataclass(frozen=True, slots=True)
class TurnVolume:
    """Someone turns the volume so many steps up, or down if below zero."""

    steps: int
    by: str


@dataclass(frozen=True, slots=True)
class SetMusic:
    """Someone pauses the music or lets it go on."""

    on: bool
    by: str


@dataclass(frozen=True, slots=True)
class ToggleMusic:
    """Someone pauses the music if it plays, and else lets it go on."""

    by: str


@dataclass(frozen=True, slots=True)
class SetInterval:
    """Someone sets the seconds from judgement to judgement, 5..86400."""

    seconds: float
    by: str


@dataclass(frozen=True, slots=True)
class JudgeNow:
    """Someone wants the mood judged at once."""

    by: str


@dataclass(frozen=True, slots=True)
class WrongMood:
    """Someone says that the mood is not what the judge takes it for."""

    by: str


@dataclass(frozen=True, slots=True)
class MoodCorrected:
    """Someone says what the mood really was; `Conductor.correction` gives the correction."""

    correction: Correction
    by: str


@dataclass(frozen=True, slots=True)
class Taught:
    """The history says which corrections there are: at the start, and after some were taken back."""

    corrections: tuple[Correction, ...]


@dataclass(frozen=True, slots=True)
class SongDisliked:
    """Someone says that a song does not fit the emotion whose folder it is in."""

    file: str
    emotion: Emotion
    by: str


@dataclass(frozen=True, slots=True)
class RestartWanted:
    """Someone wants Moodbox to start anew."""

    by: str


@dataclass(frozen=True, slots=True)
class PowerWanted:
    """Someone wants the whole machine off, or started anew."""

    verb: Literal["off", "restart"]
    by: str


BUTTON_KINDS = (
    *(f"{button}_{press}" for button in ("skip", "override", "camera") for press in ("short", "long", "double")),
    *("camera_hold", "both_long", "button_short", "button_double", "button_long", "button_hold"),
    *("volume_up", "volume_down"),
)
"""Everything that may happen to the buttons and the rotary encoder, as Home Assistant is told it."""


@dataclass(frozen=True, slots=True)
class ButtonPressed:
    """A button has been used: one of `BUTTON_KINDS`. What it asks for comes as an event of its own."""

    kind: str


@dataclass(frozen=True, slots=True)
class Tick:
    """Time has passed; nothing else need have happened."""


Event = (
    VisionHello
    | VisionLost
    | ModelInForce
    | InstallLatestModel
    | Looked
    | PlayerChanged
    | TrackStarted
    | TrackSkipped
    | MusicWarning
    | SongsChanged
    | Skip
    | Override
    | StepOverride
    | SetPolicy
    | SetCamera
    | CameraButton
    | SetVolume
    | TurnVolume
    | SetMusic
    | ToggleMusic
    | SetInterval
    | JudgeNow
    | WrongMood
    | MoodCorrected
    | Taught
    | SongDisliked
    | RestartWanted
    | PowerWanted
    | ButtonPressed
    | Tick
)
