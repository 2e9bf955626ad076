import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest

from appliance.app.performer import Performer
from appliance.domain.actions import (
    ApplyVolume,
    DeleteCorrection,
    DeleteCorrections,
    DeleteDislike,
    DeleteHistory,
    DeleteLesson,
    KeepModel,
    LessonAction,
    OrderCamera,
    OrderModel,
    Pause,
    Play,
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
)
from appliance.domain.emotions import Emotion, Reading
from appliance.domain.moods import Correction, Mood
from appliance.domain.reasons import LastMood, Reason
from appliance.domain.roads import Road
from appliance.history.errors import HistoryError

WHY = LastMood(emotion=Emotion.SAD)
ROAD = Road(((0.0, 0.0),))
NOW = datetime(2026, 1, 1, tzinfo=UTC)
CORRECTION = Correction(1, NOW, Emotion.SAD, Emotion.HAPPY, Reading.of({Emotion.SAD: 1.0}))


class Everyone:
    """A player, a history, a camera, a state and a display that keep what is asked of them, in order."""

    def __init__(self) -> None:
        self.asked: list[Any] = []
        self.cannot_erase: HistoryError | None = None

    def play(self, emotion: Emotion, reason: Reason, at_once: bool = False, road: Road | None = None) -> None:
        self.asked.append(("play", emotion, reason, at_once, road))

    def skip(self) -> None:
        self.asked.append("skip")

    def seek(self, seconds: float) -> None:
        self.asked.append(("seek", seconds))

    def pause(self) -> None:
        self.asked.append("pause")

    def resume(self) -> None:
        self.asked.append("resume")

    def set_volume(self, volume: int) -> None:
        self.asked.append(("volume", volume))

    def read_songs(self, emotion: Emotion, file: str = "") -> None:
        self.asked.append(("read", emotion, file))

    def record_mood(self, mood: Mood, at: datetime, lasts: float | None = None) -> None:
        self.asked.append(("mood", mood, at, lasts))

    def record_correction(self, correction: Correction) -> None:
        self.asked.append(("corrected", correction))

    def record_dislike(self, file: str, emotion: Emotion, at: datetime) -> None:
        self.asked.append(("disliked", file, emotion, at))

    def record_play(self, file: str, emotion: Emotion | None, reason: Reason | None, at: datetime) -> None:
        self.asked.append(("played", file, emotion, reason, at))

    def record_skip(self, file: str, emotion: Emotion, heard: float, at: datetime) -> None:
        self.asked.append(("skipped", file, emotion, heard, at))

    def forget_correction(self, number: int) -> None:
        self.asked.append(("forgot", number))

    def forget_corrections(self) -> None:
        self.asked.append("forgot all")

    def forgive(self, file: str, emotion: Emotion) -> bool:
        self.asked.append(("forgave", file, emotion))
        return True

    def erase(self) -> None:
        self.asked.append("erase")
        if self.cannot_erase:
            raise self.cannot_erase

    def note(self, *what: Any) -> None:
        self.asked.append(what)


class Lessons:
    """What was taught of songs."""

    def __init__(self, everyone: Everyone) -> None:
        self._everyone = everyone

    def learn(self, action: LessonAction) -> None:
        self._everyone.note("learn", action)

    async def erase(self) -> None:
        self._everyone.note("erase lessons")


def performer(everyone: Everyone) -> Performer:
    return Performer(
        everyone,
        everyone,
        order_camera=lambda on: everyone.note("camera", on),
        order_model=lambda file: everyone.note("model", file),
        settle_model=lambda task: everyone.note("settle", task),
        save=lambda: everyone.note("save"),
        say=lambda text: everyone.note("say", text),
        restart=lambda: everyone.note("restart"),
        now=lambda: NOW,
        lessons=Lessons(everyone),
    )


def test_each_action_reaches_its_part() -> None:
    everyone = Everyone()
    mood = Mood(Emotion.HAPPY)
    performer(everyone).perform(
        [
            Say("hello"),
            OrderCamera(on=False),
            OrderModel("a.moodmodel"),
            KeepModel("00"),
            Save(),
            RecordMood(mood, 300.0),
            RecordCorrection(CORRECTION),
            RecordDislike("a.ogg", Emotion.SAD),
            DeleteLesson(3),
            RecordPlay("a.ogg", Emotion.SAD, WHY),
            RecordSkip("a.ogg", Emotion.SAD, 0.3),
            Restart(),
        ]
    )
    assert everyone.asked == [
        ("say", "hello"),
        ("camera", False),
        ("model", "a.moodmodel"),
        ("settle", KeepModel("00")),
        ("save",),
        ("mood", mood, NOW, 300.0),
        ("corrected", CORRECTION),
        ("disliked", "a.ogg", Emotion.SAD, NOW),
        ("learn", DeleteLesson(3)),
        ("played", "a.ogg", Emotion.SAD, WHY, NOW),
        ("skipped", "a.ogg", Emotion.SAD, 0.3, NOW),
        ("restart",),
    ]


def test_the_player_is_asked_in_order() -> None:
    everyone = Everyone()
    performer(everyone).perform(
        [
            Play(Emotion.HAPPY, WHY, at_once=True, road=ROAD),
            SkipTrack(),
            Pause(),
            Resume(),
            ApplyVolume(40),
            ReadSongs(Emotion.SAD, "sad/a.flac"),
        ]
    )
    first = ("play", Emotion.HAPPY, WHY, True, ROAD)
    assert everyone.asked == [first, "skip", "pause", "resume", ("volume", 40), ("read", Emotion.SAD, "sad/a.flac")]


def test_what_the_owner_takes_back_is_deleted_from_the_history() -> None:
    everyone = Everyone()
    performer(everyone).perform([DeleteCorrection(3), DeleteCorrections(), DeleteDislike("a.ogg", Emotion.SAD)])
    assert everyone.asked == [("forgot", 3), "forgot all", ("forgave", "a.ogg", Emotion.SAD)]


@pytest.mark.parametrize("error", [None, HistoryError("the disk is full")])
async def test_who_asks_for_the_history_to_be_erased_hears_how_it_went(error: HistoryError | None) -> None:
    everyone, replies = Everyone(), []
    everyone.cannot_erase = error
    performs = performer(everyone)
    performs.perform([DeleteHistory(replies.append)])
    while not replies:
        await asyncio.sleep(0.01)
    assert everyone.asked == (["erase"] if error else ["erase", ("erase lessons",)])
    assert replies == [error]
