"""Carries out what the conductor decides."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from appliance.domain.actions import (
    Action,
    ApplyVolume,
    ChangeSpeaker,
    DeleteCorrection,
    DeleteCorrections,
    DeleteDislike,
    DeleteHistory,
    DeleteLesson,
    DeleteLessons,
    DeleteLessonsAgainst,
    DropModel,
    InstallModel,
    KeepFaces,
    KeepModel,
    KeepSetting,
    LessonAction,
    OrderCamera,
    OrderFaces,
    OrderModel,
    Pause,
    Play,
    PlayTestTone,
    Power,
    ReadSongs,
    RecordCorrection,
    RecordDislike,
    RecordMood,
    RecordPlay,
    RecordSkip,
    Restart,
    Resume,
    Save,
    Say,
    SeekTrack,
    SetFade,
    SkipTrack,
    TeachSong,
    TryModel,
    UpdateBox,
    UseOutput,
)
from appliance.domain.commands import Reply
from appliance.domain.emotions import Emotion
from appliance.domain.moods import Correction, Mood
from appliance.domain.outputs import SoundOutput
from appliance.domain.reasons import Reason
from appliance.domain.roads import Road
from appliance.domain.speakers import SpeakerChange
from appliance.errors import MoodboxError

log = logging.getLogger(__name__)


class PlayerPort(Protocol):
    """What the performer asks of the player."""

    def play(self, emotion: Emotion, reason: Reason, at_once: bool = False, road: Road | None = None) -> None:
        """Let music of this emotion come next, along a road where there is one."""

    def skip(self) -> None:
        """Go on to the next track."""

    def seek(self, seconds: float) -> None:
        """Let the present track go on from this second of it."""

    def pause(self) -> None:
        """Pause the music."""

    def resume(self) -> None:
        """Let it go on."""

    def set_volume(self, volume: int) -> None:
        """Set the volume, 0..100, kept between the owner's floor and cap."""

    def set_fade(self, seconds: float) -> None:
        """Let a change by override take so long to fade out."""

    def read_songs(self, emotion: Emotion, file: str = "") -> None:
        """Look through an emotion's folder for what has changed, and see whether this new file can be played."""


class Recorder(Protocol):
    """What the performer asks of the history."""

    def record_mood(self, mood: Mood, at: datetime, lasts: float | None = None) -> None:
        """Keep a judgement, and for how many seconds it is to last."""

    def record_correction(self, correction: Correction) -> None:
        """Keep what the owner says that the mood really was."""

    def record_play(self, file: str, emotion: Emotion | None, reason: Reason | None, at: datetime) -> None:
        """Keep that a track began."""

    def record_skip(self, file: str, emotion: Emotion, heard: float, at: datetime) -> None:
        """Keep that a track was skipped."""

    def record_dislike(self, file: str, emotion: Emotion, at: datetime) -> None:
        """Keep that a song does not fit an emotion."""

    def forget_correction(self, number: int) -> None:
        """Delete one correction."""

    def forget_corrections(self) -> None:
        """Delete all corrections."""

    def forgive(self, file: str, emotion: Emotion) -> bool:
        """Delete every skip and word against a song in a folder; False if there is none."""

    def erase(self) -> None:
        """Delete everything. Raises MoodboxError."""


class LessonPort(Protocol):
    """What the performer asks of the map of songs."""

    def learn(self, action: LessonAction) -> None:
        """Have something learnt, or forgotten, of where songs lie."""

    async def erase(self) -> None:
        """Forget everything that was taught of it."""


class OutputPort(Protocol):
    """What the performer asks of what keeps the outputs."""

    def choose(self, output: SoundOutput) -> None:
        """Have the sound go there."""

    def change_speaker(self, speaker: str, change: SpeakerChange) -> None:
        """Have a loudspeaker in another room changed."""

    def test(self, output: SoundOutput, reply: Reply) -> None:
        """Have two notes heard there, and say whether that went well."""


class Performer:
    """Hands each action to the part that carries it out."""

    def __init__(
        self,
        player: PlayerPort,
        history: Recorder,
        order_camera: Callable[[bool], None],
        order_model: Callable[[str], None],
        settle_model: Callable[[TryModel | InstallModel | KeepModel | DropModel], None],
        save: Callable[[], None],
        say: Callable[[str], None],
        restart: Callable[[], None],
        now: Callable[[], datetime],
        power: Callable[[str], None] = lambda _: None,
        lessons: LessonPort | None = None,
        outputs: OutputPort | None = None,
        update: Callable[[], None] = lambda: None,
        keep_setting: Callable[[str, float | str], None] = lambda _, __: None,
        faces: Callable[[OrderFaces | KeepFaces], None] = lambda _: None,
    ) -> None:
        self._player = player
        self._history = history
        self._order_camera = order_camera
        self._order_model, self._settle_model = order_model, settle_model
        self._save = save
        self._say = say
        self._restart = restart
        self._now = now
        self._power = power
        self._lessons = lessons
        self._outputs = outputs
        self._update = update
        self._keep_setting = keep_setting
        self._faces = faces
        self._erasing: set[asyncio.Task[None]] = set()

    def perform(self, actions: Sequence[Action]) -> None:  # noqa: C901 - one branch for each action is its purpose
        """Carry out the actions in order. Nothing is waited for: the player notes what it is asked."""
        for action in actions:
            match action:
                case Play(emotion, reason, at_once, road):
                    self._player.play(emotion, reason, at_once, road)
                case SkipTrack():
                    self._player.skip()
                case SeekTrack(seconds):
                    self._player.seek(seconds)
                case Pause():
                    self._player.pause()
                case Resume():
                    self._player.resume()
                case ApplyVolume(volume):
                    self._player.set_volume(volume)
                case SetFade(seconds):
                    self._player.set_fade(seconds)
                case KeepSetting(key, value):
                    self._keep_setting(key, value)
                case UseOutput(output):
                    if self._outputs:
                        self._outputs.choose(output)
                case ChangeSpeaker(speaker, change):
                    if self._outputs:
                        self._outputs.change_speaker(speaker, change)
                case PlayTestTone(output, reply):
                    if self._outputs:
                        self._outputs.test(output, reply)
                case ReadSongs(emotion, file):
                    self._player.read_songs(emotion, file)
                case OrderCamera(on):
                    self._order_camera(on)
                case OrderFaces() | KeepFaces():
                    self._faces(action)
                case OrderModel(file):
                    self._order_model(file)
                case TryModel() | InstallModel() | KeepModel() | DropModel():
                    self._settle_model(action)
                case Say(text):
                    self._say(text)
                case Save():
                    self._save()
                case Restart():
                    self._restart()
                case Power(verb):
                    self._power(verb)
                case UpdateBox():
                    self._update()
                case RecordMood(mood, lasts):
                    self._history.record_mood(mood, self._now(), lasts)
                case RecordCorrection(correction):
                    self._history.record_correction(correction)
                case RecordPlay(file, played_for, why):
                    self._history.record_play(file, played_for, why, self._now())
                case RecordSkip(file, emotion, heard):
                    self._history.record_skip(file, emotion, heard, self._now())
                case RecordDislike(file, emotion):
                    self._history.record_dislike(file, emotion, self._now())
                case TeachSong() | DeleteLesson() | DeleteLessonsAgainst() | DeleteLessons():
                    if self._lessons:
                        self._lessons.learn(action)
                case DeleteCorrection(number):
                    self._history.forget_correction(number)
                case DeleteCorrections():
                    self._history.forget_corrections()
                case DeleteDislike(file, emotion):
                    self._history.forgive(file, emotion)
                case DeleteHistory(reply):
                    task = asyncio.get_running_loop().create_task(self._erase(reply))
                    self._erasing.add(task)
                    task.add_done_callback(self._erasing.discard)

    async def _erase(self, reply: Reply) -> None:
        try:
            await asyncio.to_thread(self._history.erase)
            if self._lessons:
                await self._lessons.erase()
        except MoodboxError as error:
            reply(error)
        else:
            reply(None)
