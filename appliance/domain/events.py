"""What has happened, as the parts tell the conductor."""

from __future__ import annotations

from dataclasses import dataclass

from appliance.domain.commands import Command
from appliance.domain.emotions import Emotion
from appliance.domain.looks import Look
from appliance.domain.moods import Correction, Mood
from appliance.domain.outputs import SoundOutput
from appliance.domain.reasons import Reason
from appliance.domain.samples import HeadReport, SeenFace


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
    features: bool = False
    """Whether the model can learn a household's faces."""
    head: HeadReport | None = None
    """What became of the household's samples; None if it was given none."""


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
class VisionLost:
    """The vision process has gone."""


@dataclass(frozen=True, slots=True)
class Looked:
    """The vision process has looked once."""

    look: Look


@dataclass(frozen=True, slots=True)
class FaceSeen:
    """The vision process has seen a face that may become a sample."""

    face: SeenFace


@dataclass(frozen=True, slots=True)
class QueuedSong:
    """A song that is queued after the current one."""

    file: str
    title: str | None = None
    artist: str | None = None
    emotion: Emotion | None = None
    """For which it was chosen; None if someone else queued it."""
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class PlayerState:
    """What MPD is doing. `state` is play, pause, stop, or `lost` while MPD cannot be reached."""

    state: str
    file: str | None = None
    title: str | None = None
    artist: str | None = None
    album: str | None = None
    elapsed: float = 0.0
    """Seconds into the current track."""
    duration: float | None = None
    """Length of the current track in seconds; None for a stream."""
    volume: int | None = None
    """0..100; None where the output has no mixer."""
    emotion: Emotion | None = None
    """The folder the current track was chosen from; None if someone else queued it."""
    reason: Reason | None = None
    ours: bool = False
    queue: tuple[QueuedSong, ...] = ()
    """The songs queued after the current one, the next one first."""

    @property
    def ahead(self) -> tuple[str, ...]:
        """The files queued after the current one."""
        return tuple(song.file for song in self.queue)


@dataclass(frozen=True, slots=True)
class PlayerChanged:
    """MPD's state is now this."""

    player: PlayerState


@dataclass(frozen=True, slots=True)
class TrackStarted:
    """A track began to play: Moodbox's if it has an emotion, otherwise one that someone else queued."""

    file: str
    title: str | None
    emotion: Emotion | None
    reason: Reason | None


@dataclass(frozen=True, slots=True)
class TrackSkipped:
    """A track of Moodbox's was left before its end; `heard` is the share of it that had played, 0..1."""

    file: str
    emotion: Emotion
    heard: float


@dataclass(frozen=True, slots=True)
class TrackHeard:
    """A track of Moodbox's came to its end."""

    file: str
    emotion: Emotion


@dataclass(frozen=True, slots=True)
class MusicWarning:
    """Something about the music that the owner should know, said once."""

    text: str


@dataclass(frozen=True, slots=True)
class OutputChanged:
    """The sound goes to this output from now on: at the start, when another was chosen, or when one came or went."""

    output: SoundOutput


@dataclass(frozen=True, slots=True)
class SongsChanged:
    """Someone has put songs into an emotion's folder, or taken some away."""

    emotion: Emotion
    file: str = ""
    """The new one, such as `happy/song.flac`, where it is one alone."""


@dataclass(frozen=True, slots=True)
class SongMoved:
    """The owner has moved a song from an emotion's folder to another's."""

    was: str
    """Its name before, such as `happy/song.flac`."""
    emotion: Emotion
    """Where it is now."""


@dataclass(frozen=True, slots=True)
class SongsKnown:
    """So many songs have been heard by now, and may be chosen for journeys."""

    count: int


@dataclass(frozen=True, slots=True)
class CorrectionsChanged:
    """The history says which corrections there are: at the start, and after it was erased."""

    corrections: tuple[Correction, ...]


@dataclass(frozen=True, slots=True)
class ButtonPressed:
    """A button has been used: one of `BUTTON_KINDS`. What it asks for comes as an event of its own."""

    kind: str


@dataclass(frozen=True, slots=True)
class RoomFelt:
    """Another box of the house, by its id, tells the mood of its room and how many people are there."""

    box: str
    mood: Mood
    people: int


@dataclass(frozen=True, slots=True)
class RoomLost:
    """Another box of the house, by its id, has not been heard of for a while, or is not paired any more."""

    box: str


@dataclass(frozen=True, slots=True)
class LeaderSeen:
    """The box whose music this one plays is there, or is not any more."""

    there: bool


@dataclass(frozen=True, slots=True)
class Tick:
    """Time has passed; nothing else need have happened."""


Event = (
    VisionHello
    | VisionLost
    | ModelInForce
    | Looked
    | FaceSeen
    | PlayerChanged
    | TrackStarted
    | TrackSkipped
    | TrackHeard
    | MusicWarning
    | OutputChanged
    | SongsChanged
    | SongMoved
    | SongsKnown
    | CorrectionsChanged
    | ButtonPressed
    | LeaderSeen
    | RoomFelt
    | RoomLost
    | Tick
)
Message = Event | Command
"""What the conductor is told."""
