"""Carries out what the conductor decides. Music is asked for in order, one request at a time; nothing waits for it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from appliance.domain.actions import (
    Action,
    ApplyVolume,
    DropModel,
    InstallModel,
    KeepModel,
    OrderCamera,
    OrderModel,
    Pause,
    Play,
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
    SkipTrack,
    TryModel,
)
from appliance.domain.emotions import Emotion
from appliance.domain.moods import Correction, Mood

log = logging.getLogger(__name__)


class PlayerPort(Protocol):
    """What the performer asks of the player."""

    async def play(self, emotion: Emotion, why: str, at_once: bool = False) -> None:
        """Let music of this emotion come next."""

    async def skip(self) -> None:
        """Go on to the next track."""

    async def pause(self) -> None:
        """Pause the music."""

    async def resume(self) -> None:
        """Let it go on."""

    async def set_volume(self, volume: int) -> None:
        """Set the volume, 0..100, kept between the owner's floor and cap."""

    async def read_songs(self, emotion: Emotion, file: str = "") -> None:
        """Look through an emotion's folder for what has changed, and see whether this new file can be played."""


class Recorder(Protocol):
    """What the performer asks of the history."""

    def record_mood(self, mood: Mood, at: datetime, lasts: float | None = None) -> None:
        """Keep a judgement, and for how many seconds it is to last."""

    def record_correction(self, correction: Correction) -> None:
        """Keep what the owner says that the mood really was."""

    def record_play(self, file: str, emotion: Emotion | None, why: str | None, at: datetime) -> None:
        """Keep that a track began."""

    def record_skip(self, file: str, emotion: Emotion, heard: float, at: datetime) -> None:
        """Keep that a track was skipped."""

    def record_dislike(self, file: str, emotion: Emotion, at: datetime) -> None:
        """Keep that a song does not fit an emotion."""


class Performer:
    """Performs actions: the quick ones at once, the musical ones from a queue that `run` works through."""

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
        self._queue: asyncio.Queue[Play | SkipTrack | Pause | Resume | ApplyVolume | ReadSongs] = asyncio.Queue()

    def perform(self, actions: Sequence[Action]) -> None:  # noqa: C901 - one branch for each action is its purpose
        """Carry out the actions in order; requests to the player are queued for `run`."""
        for action in actions:
            match action:
                case Play() | SkipTrack() | Pause() | Resume() | ApplyVolume() | ReadSongs():
                    self._queue.put_nowait(action)
                case OrderCamera(on):
                    self._order_camera(on)
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
                case RecordMood(mood, lasts):
                    self._history.record_mood(mood, self._now(), lasts)
                case RecordCorrection(correction):
                    self._history.record_correction(correction)
                case RecordPlay(file, emotion, why):
                    self._history.record_play(file, emotion, why, self._now())
                case RecordSkip(file, emotion, heard):
                    self._history.record_skip(file, emotion, heard, self._now())
                case RecordDislike(file, emotion):
                    self._history.record_dislike(file, emotion, self._now())

    async def run(self) -> None:
        """Pass the queued requests on to the player, until cancelled."""
        while True:
            match await self._queue.get():
                case Play(emotion, why, at_once):
                    await self._player.play(emotion, why, at_once)
                case SkipTrack():
                    await self._player.skip()
                case Pause():
                    await self._player.pause()
                case Resume():
                    await self._player.resume()
                case ApplyVolume(volume):
                    await self._player.set_volume(volume)
                case ReadSongs(emotion, file):
                    await self._player.read_songs(emotion, file)
