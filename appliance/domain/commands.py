"""What somebody asks of the box: by button, page, command or MQTT."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from appliance.domain.emotions import Emotion
from appliance.domain.moods import Correction, Policy
from appliance.domain.outputs import SoundOutput
from appliance.domain.roads import Place
from appliance.domain.speakers import SpeakerChange
from appliance.domain.tuning import TuneKey

Reply = Callable[[Exception | None], None]
"""Tells who asked, once, that it is done (None) or why it cannot be."""


@dataclass(frozen=True, slots=True)
class InstallLatestModel:
    """Someone wants the latest model that the box has in force."""

    by: str


@dataclass(frozen=True, slots=True)
class InstallRelease:
    """Someone wants the release of Moodbox that is on offer."""

    by: str


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
class ToggleCamera:
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
class SetOutput:
    """Someone chooses where the sound goes."""

    output: SoundOutput
    by: str


@dataclass(frozen=True, slots=True)
class HearOutput:
    """Someone wants to hear two notes through an output, left and then right."""

    output: SoundOutput
    reply: Reply
    by: str


@dataclass(frozen=True, slots=True)
class SetSpeaker:
    """Someone changes a loudspeaker in another room, meant by its id."""

    speaker: str
    change: SpeakerChange
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
class Seek:
    """Someone wants the present track to go on from this second of it."""

    seconds: float
    by: str


@dataclass(frozen=True, slots=True)
class SetTogether:
    """Someone wants one music for all boxes of the house, or each to go by its own room again."""

    on: bool
    by: str


@dataclass(frozen=True, slots=True)
class SetInterval:
    """Someone sets the seconds from judgement to judgement, 5..86400."""

    seconds: float
    by: str


@dataclass(frozen=True, slots=True)
class Tune:
    """Someone gives a setting another value, which holds at once; `keep` has it written into the settings file too."""

    key: TuneKey
    value: float
    by: str
    keep: bool = True


@dataclass(frozen=True, slots=True)
class SetQuietHours:
    """Someone sets the quiet hours, as the settings file writes them; empty for none. They hold at once."""

    hours: str
    by: str
    keep: bool = True


@dataclass(frozen=True, slots=True)
class KeepQuiet:
    """Someone wants quiet from now on, or has had enough of it for a while."""

    on: bool
    by: str


@dataclass(frozen=True, slots=True)
class SetSleepTimer:
    """Someone wants quiet after so many seconds, 0..86400; None stops the timer."""

    seconds: float | None
    by: str


@dataclass(frozen=True, slots=True)
class JudgeNow:
    """Someone wants the mood judged at once."""

    by: str


@dataclass(frozen=True, slots=True)
class RejectMood:
    """Someone says that the mood is not what the judge takes it for."""

    by: str


@dataclass(frozen=True, slots=True)
class CorrectMood:
    """Someone says what the mood really was; `Conductor.correction` gives the correction."""

    correction: Correction
    by: str


@dataclass(frozen=True, slots=True)
class DislikeSong:
    """Someone says that a song does not fit the emotion whose folder it is in."""

    file: str
    emotion: Emotion
    by: str


@dataclass(frozen=True, slots=True)
class PlaceSong:
    """Someone says where a song lies: of which emotion it is, or at which place on the plane."""

    file: str
    emotion: Emotion | None
    place: Place | None
    by: str


@dataclass(frozen=True, slots=True)
class BeginTrip:
    """Someone wants to hear this song now, and from it on to an emotion, song by song."""

    file: str
    title: str
    place: Place
    """Where the song lies."""
    goal: Emotion
    by: str


@dataclass(frozen=True, slots=True)
class TakeBackLesson:
    """Someone takes one lesson about a song back."""

    number: int
    by: str


@dataclass(frozen=True, slots=True)
class ForgetLessons:
    """Someone takes back everything that was taught of where songs lie."""

    by: str


@dataclass(frozen=True, slots=True)
class TakeBackCorrection:
    """Someone takes one correction back."""

    number: int
    by: str


@dataclass(frozen=True, slots=True)
class ForgetCorrections:
    """Someone takes all corrections back."""

    by: str


@dataclass(frozen=True, slots=True)
class ForgiveSong:
    """Someone says that a song fits an emotion after all: every skip and word against it is to be forgotten."""

    file: str
    emotion: Emotion
    by: str


@dataclass(frozen=True, slots=True)
class FacesCommand:
    """Something is asked that is about the household's faces alone."""


@dataclass(frozen=True, slots=True)
class OfferCollect(FacesCommand):
    """Someone at the box wants to teach it faces, and is to say first whether everyone in sight agrees."""

    by: str


@dataclass(frozen=True, slots=True)
class BeginCollect(FacesCommand):
    """Someone wants to teach the box faces; with `resume` what the last session has not had yet."""

    resume: bool
    by: str


@dataclass(frozen=True, slots=True)
class SkipFace(FacesCommand):
    """Someone wants the next face asked for; the one that is left out stays for a later session."""

    by: str


@dataclass(frozen=True, slots=True)
class EndCollect(FacesCommand):
    """Someone has had enough of it."""

    by: str


@dataclass(frozen=True, slots=True)
class DropSamples(FacesCommand):
    """Someone wants one face forgotten that was taught, or all of them."""

    number: int | None
    by: str


@dataclass(frozen=True, slots=True)
class UseFaces(FacesCommand):
    """Someone wants what was taught of faces used, or not."""

    on: bool
    by: str


@dataclass(frozen=True, slots=True)
class LearnCorrections(FacesCommand):
    """Someone wants the face that a correction is about to become a sample from now on, or not."""

    on: bool
    by: str


@dataclass(frozen=True, slots=True)
class EraseHistory:
    """Someone wants the history erased, with everything that was taught."""

    reply: Reply
    by: str


@dataclass(frozen=True, slots=True)
class RestartBox:
    """Someone wants Moodbox to restart."""

    by: str


@dataclass(frozen=True, slots=True)
class SwitchPower:
    """Someone wants the whole machine turned off, or restarted."""

    verb: Literal["off", "restart"]
    by: str


_OfMusic = SetMusic | ToggleMusic | Seek | SetTogether | SetInterval | Tune
_OfSongs = DislikeSong | PlaceSong | BeginTrip | TakeBackLesson | ForgetLessons
Command = (
    InstallLatestModel
    | InstallRelease
    | Skip
    | Override
    | StepOverride
    | SetPolicy
    | SetCamera
    | ToggleCamera
    | SetVolume
    | TurnVolume
    | SetOutput
    | SetSpeaker
    | HearOutput
    | SetQuietHours
    | KeepQuiet
    | SetSleepTimer
    | JudgeNow
    | RejectMood
    | CorrectMood
    | TakeBackCorrection
    | ForgetCorrections
    | ForgiveSong
    | FacesCommand
    | _OfMusic
    | _OfSongs
    | EraseHistory
    | RestartBox
    | SwitchPower
)
