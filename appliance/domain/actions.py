"""What the conductor decides to have done, as plain data. The performer carries it out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from appliance.domain.commands import Reply
from appliance.domain.emotions import Emotion
from appliance.domain.lessons import LessonKind
from appliance.domain.moods import Correction, Mood
from appliance.domain.outputs import SoundOutput
from appliance.domain.reasons import Reason
from appliance.domain.roads import Place, Road
from appliance.domain.samples import FaceSample
from appliance.domain.speakers import SpeakerChange


@dataclass(frozen=True, slots=True)
class Play:
    """Let music of this emotion come next; `at_once` fades out what plays.

    With a `road` songs are chosen along it instead, as long as enough is known of them.
    """

    emotion: Emotion
    reason: Reason
    at_once: bool = False
    road: Road | None = None


@dataclass(frozen=True, slots=True)
class SkipTrack:
    """Go on to the next track."""


@dataclass(frozen=True, slots=True)
class SeekTrack:
    """Let the present track go on from this second of it."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Pause:
    """Pause the music."""


@dataclass(frozen=True, slots=True)
class Resume:
    """Let the music go on."""


@dataclass(frozen=True, slots=True)
class ApplyVolume:
    """Set the volume, 0..100; the player keeps it between the owner's floor and cap."""

    volume: int


@dataclass(frozen=True, slots=True)
class SetFade:
    """Let a change by override take so many seconds to fade out from now on, 0..10."""

    seconds: float


@dataclass(frozen=True, slots=True)
class KeepSetting:
    """Write a value that holds already into the settings file."""

    key: str
    value: float | str


@dataclass(frozen=True, slots=True)
class UseOutput:
    """Have the sound go to this output, or to another while it is not there."""

    output: SoundOutput


@dataclass(frozen=True, slots=True)
class ChangeSpeaker:
    """Have a loudspeaker in another room changed."""

    speaker: str
    change: SpeakerChange


@dataclass(frozen=True, slots=True)
class PlayTestTone:
    """Have two notes heard through this output, and say whether that went well."""

    output: SoundOutput
    reply: Reply


@dataclass(frozen=True, slots=True)
class ReadSongs:
    """Look through an emotion's folder for what has changed, and see whether this new file can be played."""

    emotion: Emotion
    file: str = ""


@dataclass(frozen=True, slots=True)
class OrderCamera:
    """Have the vision process open or close the camera."""

    on: bool


@dataclass(frozen=True, slots=True)
class OrderFaces:
    """Have the vision process send faces that may become samples, or not; and use these samples."""

    collect: bool
    samples: tuple[FaceSample, ...]


@dataclass(frozen=True, slots=True)
class KeepFaces:
    """Keep what was taught of faces, and what the owner wants of it, over a restart."""

    use: bool
    samples: tuple[FaceSample, ...]
    corrections: bool = False
    """Whether corrections teach faces too."""


@dataclass(frozen=True, slots=True)
class OrderModel:
    """Have the vision process use this bundle file."""

    file: str


@dataclass(frozen=True, slots=True)
class TryModel:
    """Count one more attempt of the model on trial, then have the vision process use it."""

    sha256: str
    file: str


@dataclass(frozen=True, slots=True)
class InstallModel:
    """Put the latest model that the box has in force, on trial."""


@dataclass(frozen=True, slots=True)
class KeepModel:
    """The model on trial has proved itself."""

    sha256: str


@dataclass(frozen=True, slots=True)
class DropModel:
    """The model on trial has failed: the one before comes back."""

    sha256: str
    reason: str


@dataclass(frozen=True, slots=True)
class Say:
    """Tell the owner something worth a line."""

    text: str


@dataclass(frozen=True, slots=True)
class RecordMood:
    """Write a judgement into the history."""

    mood: Mood
    lasts: float | None = None
    """Seconds until the next one is to be expected; None if it holds until then, however long."""


@dataclass(frozen=True, slots=True)
class RecordCorrection:
    """Write into the history what the owner says that the mood really was."""

    correction: Correction


@dataclass(frozen=True, slots=True)
class RecordPlay:
    """Write into the history that a track began."""

    file: str
    emotion: Emotion | None
    reason: Reason | None


@dataclass(frozen=True, slots=True)
class RecordSkip:
    """Write into the history that a track was skipped after this share of it, 0..1."""

    file: str
    emotion: Emotion
    heard: float


@dataclass(frozen=True, slots=True)
class RecordDislike:
    """Write into the history that a song does not fit an emotion."""

    file: str
    emotion: Emotion


@dataclass(frozen=True, slots=True)
class TeachSong:
    """Learn where a song lies: of an emotion or not, or at a place."""

    file: str
    kind: LessonKind
    emotion: Emotion | None
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class DeleteLesson:
    """Delete one lesson about a song."""

    number: int


@dataclass(frozen=True, slots=True)
class DeleteLessonsAgainst:
    """Delete the lessons that say that a song does not fit."""

    file: str


@dataclass(frozen=True, slots=True)
class DeleteLessons:
    """Delete everything that was taught of where songs lie."""


@dataclass(frozen=True, slots=True)
class DeleteCorrection:
    """Delete one correction from the history."""

    number: int


@dataclass(frozen=True, slots=True)
class DeleteCorrections:
    """Delete all corrections from the history."""


@dataclass(frozen=True, slots=True)
class DeleteDislike:
    """Delete every skip and word against a song in an emotion's folder from the history."""

    file: str
    emotion: Emotion


@dataclass(frozen=True, slots=True)
class DeleteHistory:
    """Erase the history, and say whether that went well."""

    reply: Reply


@dataclass(frozen=True, slots=True)
class Save:
    """Keep the owner's choices (override, policy, camera switch, interval, volume) over a restart."""


@dataclass(frozen=True, slots=True)
class Restart:
    """Stop in order and start again."""


@dataclass(frozen=True, slots=True)
class Power:
    """Turn the machine off, or restart it."""

    verb: Literal["off", "restart"]


@dataclass(frozen=True, slots=True)
class UpdateBox:
    """Have the release of Moodbox that is on offer fetched and installed."""


LessonAction = TeachSong | DeleteLesson | DeleteLessonsAgainst | DeleteLessons
"""What is to be learnt or forgotten of where songs lie."""

Action = (
    Play
    | SkipTrack
    | SeekTrack
    | Pause
    | Resume
    | ApplyVolume
    | SetFade
    | KeepSetting
    | UseOutput
    | ChangeSpeaker
    | PlayTestTone
    | ReadSongs
    | OrderCamera
    | OrderFaces
    | KeepFaces
    | OrderModel
    | TryModel
    | InstallModel
    | KeepModel
    | DropModel
    | Say
    | RecordMood
    | RecordCorrection
    | RecordPlay
    | RecordSkip
    | RecordDislike
    | LessonAction
    | DeleteCorrection
    | DeleteCorrections
    | DeleteDislike
    | DeleteHistory
    | Save
    | Restart
    | Power
    | UpdateBox
)
