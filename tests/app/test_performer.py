import asyncio
from datetime import UTC, datetime
from typing import Any

from appliance.app.performer import Performer
from appliance.domain.actions import (
    ApplyVolume,
    KeepModel,
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
from appliance.lib.supervise import supervise

NOW = datetime(2026, 1, 1, tzinfo=UTC)
CORRECTION = Correction(1, NOW, Emotion.SAD, Emotion.HAPPY, Reading.of({Emotion.SAD: 1.0}))


class Everyone:
    """A player, a history, a camera, a state and a display that keep what is asked of them, in order."""

    def __init__(self) -> None:
        self.asked: list[Any] = []
        self.slow = asyncio.Event()

    async def play(self, emotion: Emotion, why: str, at_once: bool = False) -> None:
        if at_once:
            await self.slow.wait()
        self.asked.append(("play", emotion, why, at_once))

    async def skip(self) -> None:
        self.asked.append("skip")

    async def pause(self) -> None:
        self.asked.append("pause")

    async def resume(self) -> None:
        self.asked.append("resume")

    async def set_volume(self, volume: int) -> None:
        self.asked.append(("volume", volume))

    async def read_songs(self, emotion: Emotion, file: str = "") -> None:
        self.asked.append(("read", emotion, file))

    def record_mood(self, mood: Mood, at: datetime, lasts: float | None = None) -> None:
        self.asked.append(("mood", mood, at, lasts))

    def record_correction(self, correction: Correction) -> None:
        self.asked.append(("corrected", correction))

    def record_dislike(self, file: str, emotion: Emotion, at: datetime) -> None:
        self.asked.append(("disliked", file, emotion, at))

    def record_play(self, file: str, emotion: Emotion | None, why: str | None, at: datetime) -> None:
        self.asked.append(("played", file, emotion, why, at))

    def record_skip(self, file: str, emotion: Emotion, heard: float, at: datetime) -> None:
        self.asked.append(("skipped", file, emotion, heard, at))

    def note(self, *what: Any) -> None:
        self.asked.append(what)


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
    )


async def test_each_action_reaches_its_part() -> None:
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
            RecordPlay("a.ogg", Emotion.SAD, "why"),
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
        ("played", "a.ogg", Emotion.SAD, "why", NOW),
        ("skipped", "a.ogg", Emotion.SAD, 0.3, NOW),
        ("restart",),
    ]


async def test_the_player_is_asked_in_order_and_nothing_else_waits_for_a_fade() -> None:
    everyone = Everyone()
    performs = performer(everyone)
    async with supervise("performer", performs.run):
        performs.perform(
            [
                Play(Emotion.HAPPY, "why", at_once=True),
                *(
                    SkipTrack(),
                    Pause(),
                    Resume(),
                    ApplyVolume(40),
                    ReadSongs(Emotion.SAD, "sad/a.flac"),
                    Say("at once"),
                ),
            ]
        )
        await asyncio.sleep(0.05)
        assert everyone.asked == [("say", "at once")]
        everyone.slow.set()
        while len(everyone.asked) < 7:
            await asyncio.sleep(0.01)
    first = ("play", Emotion.HAPPY, "why", True)
    assert everyone.asked[1:] == [first, "skip", "pause", "resume", ("volume", 40), ("read", Emotion.SAD, "sad/a.flac")]
