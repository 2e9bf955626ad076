"""The box's state of a moment, as `moodbox status --json`, the page's API and MQTT tell it."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

from appliance.domain.emotions import EMOTIONS, Emotion
from appliance.domain.looks import CameraState, CameraSwitch
from appliance.domain.moods import Policy, Verdict
from appliance.domain.outputs import OutputKind, SoundOutput
from appliance.domain.reasons import Reason
from appliance.domain.speakers import Speaker

AUTO: Literal["auto"] = "auto"
"""The override's word for none: the camera decides."""

MoodName = Annotated[str, Meta(extra_json_schema={"enum": [*map(str, EMOTIONS), *map(str, Verdict)]})]
"""An emotion, `unsure` or `nobody`."""
OverrideName = Annotated[str, Meta(extra_json_schema={"enum": [AUTO, *map(str, EMOTIONS)]})]
"""An emotion, or `auto`."""
CameraName = Annotated[str, Meta(extra_json_schema={"enum": [*map(str, CameraState), "starting", "lost"]})]
"""The camera's state; `starting` before the first look, `lost` while there is no vision process."""
CollectPhaseName = Annotated[str, Meta(extra_json_schema={"enum": ["asking", "ready", "taking", "waiting"]})]
"""Where the collecting of faces is: everyone in sight is to agree, a face to be pulled, or held, or nobody is seen."""
Moment = Annotated[str, Meta(extra_json_schema={"format": "date-time"})]
"""ISO 8601 to the second, with its zone."""
Share = Annotated[float, Meta(description="0..1")]


class MoodStatus(Struct, frozen=True, kw_only=True):
    """What the judge says of the room."""

    mood: MoodName
    confidence: Share
    valence: Annotated[float, Meta(description="how pleasant, -1..1")]
    arousal: Annotated[float, Meta(description="how excited, -1..1")]
    people: int
    since: Moment
    told: Annotated[bool, Meta(description="the owner has said that this is the mood")]
    seen: Annotated[
        Moment | None, Meta(description="when the camera last saw the room; null while it does, and before it ever did")
    ] = None


class RoomStatus(Struct, frozen=True, kw_only=True):
    """Who is there now, whatever the mood."""

    someone: Annotated[bool | None, Meta(description="null while the camera cannot tell")]
    people: int | None


class QueuedStatus(Struct, frozen=True, kw_only=True):
    """A song that is queued after the one that plays."""

    file: str
    title: str | None
    artist: str | None
    emotion: Annotated[Emotion | None, Meta(description="for which it was chosen; null if someone else queued it")]
    why: Annotated[str | None, Meta(description="why it is next, in words")]
    reason: Reason | None


class PlayerStatus(Struct, frozen=True, kw_only=True):
    """What the music does."""

    state: Annotated[str, Meta(description="play, pause, stop, or lost while MPD cannot be reached")]
    file: str | None
    title: str | None
    artist: str | None
    album: str | None
    elapsed: Annotated[float, Meta(description="seconds into the track")]
    duration: Annotated[float | None, Meta(description="seconds; null for a stream")]
    volume: Annotated[int | None, Meta(description="0..100; null where the output has no mixer")]
    emotion: Annotated[Emotion | None, Meta(description="the folder of the track; null if someone else queued it")]
    why: Annotated[str | None, Meta(description="why it plays, in words")]
    reason: Reason | None
    ours: Annotated[bool, Meta(description="Moodbox has queued it")]
    ahead: Annotated[tuple[str, ...], Meta(description="the files queued after it")]
    queue: Annotated[tuple[QueuedStatus, ...], Meta(description="the songs queued after it, the next one first")]
    volume_floor: int
    volume_cap: int


class FaceStatus(Struct, frozen=True, kw_only=True):
    """A face in the last look."""

    box: Annotated[tuple[float, float, float, float], Meta(description="x, y, width and height in pixels of the frame")]
    score: Annotated[float, Meta(description="the detector's confidence, 0..1")]
    emotion: Emotion
    probabilities: Annotated[dict[str, float], Meta(description="0..1, by emotion")]
    distance: Annotated[float | None, Meta(description="metres from the camera, estimated")]


class VisionStatus(Struct, frozen=True, kw_only=True):
    """What the camera shows, and what looks at it."""

    camera: CameraName
    switch: CameraSwitch
    source: str | None
    faces: tuple[FaceStatus, ...]
    looks_per_second: float
    look_milliseconds: float | None
    model: str | None
    bundle: Annotated[str | None, Meta(description="sha256 of the model's bundle, in hex")]
    model_on_trial: bool
    detector: str | None
    problem: str | None


class ModelStatus(Struct, frozen=True, kw_only=True):
    """The models in the box's store."""

    installed: str
    latest: str
    on_trial: bool


class CalibrationStatus(Struct, frozen=True, kw_only=True):
    """What the household has taught."""

    strength: Share
    corrections: int


class QuietStatus(Struct, frozen=True, kw_only=True):
    """Quiet hours and the sleep timer."""

    active: Annotated[bool, Meta(description="the camera is closed and the music pauses")] = False
    until: Annotated[Moment | None, Meta(description="when it is over by itself; null while there is no quiet")] = None
    sleep_minutes: Annotated[
        int | None, Meta(description="minutes that the sleep timer still runs, begun ones whole; null if it does not")
    ] = None


class TuningStatus(Struct, frozen=True, kw_only=True):
    """Settings that hold as soon as they are changed."""

    min_confidence: Share
    gone_after: Annotated[float, Meta(description="seconds")]
    pause_after: Annotated[float, Meta(description="seconds; 0 plays on")]
    fade: Annotated[float, Meta(description="seconds")]
    quiet_hours: Annotated[str, Meta(description="as quiet.hours has them; empty for none")] = ""


class OutputStatus(Struct, frozen=True, kw_only=True):
    """Where the sound goes."""

    device: Annotated[str, Meta(description="as music.output names it; never auto")]
    name: str
    kind: OutputKind
    wanted: Annotated[str, Meta(description="what was chosen, or stands in music.output: a device, or auto")]
    offered: Annotated[tuple[SoundOutput, ...], Meta(description="what can be chosen, auto first")] = ()


class NeighbourStatus(Struct, frozen=True, kw_only=True):
    """Another box at the same broker."""

    id: str
    name: str
    paired: bool
    there: Annotated[bool, Meta(description="it is on, and the broker knows it")]
    mood: Annotated[MoodName | None, Meta(description="of its room; null unless it is paired and tells it")] = None
    people: int | None = None


class PairingStatus(Struct, frozen=True, kw_only=True):
    """A pairing that is under way."""

    box: str
    name: str
    code: Annotated[str | None, Meta(description="six digits that both boxes must show; null until they are known")]
    consented: Annotated[bool, Meta(description="somebody has said here that they are the same")]


class HouseStatus(Struct, frozen=True, kw_only=True):
    """The boxes of one house, by the broker."""

    together: Annotated[bool, Meta(description="one music for all paired boxes, by the moods of all rooms")]
    mood: Annotated[MoodName, Meta(description="by which the music goes")]
    boxes: tuple[NeighbourStatus, ...] = ()
    pairing: PairingStatus | None = None


class FollowStatus(Struct, frozen=True, kw_only=True):
    """The other box whose music this one plays."""

    box: Annotated[str, Meta(description="its name or address, as music.follow has it")]
    address: Annotated[str | None, Meta(description="where it is; null while it is away")]
    playing: Annotated[bool, Meta(description="what it plays is heard here")]


class CatalogueStatus(Struct, frozen=True, kw_only=True):
    """How far the box has come with listening to the songs."""

    songs: Annotated[int, Meta(description="songs that MPD has")]
    heard: int
    broken: Annotated[int, Meta(description="songs that cannot be heard")]
    changes: Annotated[int, Meta(description="grows whenever the songs or what is known of them have changed")]
    waiting: Annotated[str | None, Meta(description="why it waits, in English words; null while it listens")] = None
    done_at: Annotated[Moment | None, Meta(description="when all are heard, at the pace of late")] = None


UpdateStage = Literal["fetching", "checking", "unpacking", "installing"]
"""How far an update is; while it is installed it is tried too."""


class UpdateStatus(Struct, frozen=True, kw_only=True):
    """New releases of Moodbox."""

    possible: Annotated[bool, Meta(description="this box can be updated from here: it is installed for good")]
    index: Annotated[bool, Meta(description="the settings name an index of releases")]
    latest: Annotated[str | None, Meta(description="the version on offer; null if nothing newer is known")] = None
    summary: Annotated[str, Meta(description="the beginning of its notes")] = ""
    checked: Annotated[Moment | None, Meta(description="when the index was last asked")] = None
    stage: UpdateStage | None = None
    share: Annotated[float | None, Meta(description="of the file that is fetched, 0..1")] = None
    problem: Annotated[str | None, Meta(description="why the last try came to nothing, in English words")] = None


class MachineStatus(Struct, frozen=True, kw_only=True):
    """The machine that the box runs on."""

    cpu_temperature: Annotated[float | None, Meta(description="degrees Celsius")]


class Status(Struct, frozen=True, kw_only=True):
    """Everything that the box tells of this moment."""

    mood: MoodStatus
    override: OverrideName
    policy: Policy
    room: RoomStatus
    interval: Annotated[float, Meta(description="seconds from judgement to judgement")]
    next_judgement: Annotated[Moment | None, Meta(description="null while nobody is there to judge")]
    judging_since: Annotated[Moment | None, Meta(description="from when on looks count; null while nobody is there")]
    player: PlayerStatus
    vision: VisionStatus
    model: ModelStatus | None
    problems: tuple[str, ...]
    calibration: CalibrationStatus
    machine: MachineStatus
    version: str
    uptime: Annotated[float, Meta(description="seconds")]
    catalogue: Annotated[CatalogueStatus | None, Meta(description="null while the box starts")] = None
    quiet: QuietStatus = QuietStatus()
    output: Annotated[
        OutputStatus | None, Meta(description="null while the box starts, and with an MPD of the owner's own")
    ] = None
    update: Annotated[UpdateStatus | None, Meta(description="null while the box starts")] = None
    tuning: TuningStatus | None = None
    collecting: Annotated[
        Emotion | None, Meta(description="the face that is to be pulled; null unless faces are collected")
    ] = None
    collect_phase: Annotated[
        CollectPhaseName | None,
        Meta(description="whether everyone in sight is still to agree, or what is to be done; null as collecting is"),
    ] = None
    speakers: Annotated[
        tuple[Speaker, ...] | None, Meta(description="the loudspeakers in the rooms; null unless the music goes there")
    ] = None
    follow: Annotated[
        FollowStatus | None, Meta(description="the box whose music this one plays; null if it plays its own")
    ] = None
    house: Annotated[HouseStatus | None, Meta(description="other boxes; null without a broker")] = None
