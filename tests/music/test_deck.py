"""Keeping the music going, changing moods, and giving way to others."""

from __future__ import annotations

import asyncio
import logging

import pytest

from appliance.emotion import Emotion
from appliance.events import PlayerChanged, TrackStarted
from appliance.music import deck
from tests.music.stage import Stage


async def test_a_wish_starts_the_music_from_its_folder(stage: Stage) -> None:
    stage.song("happy/a.flac")
    stage.song("sad/b.flac")
    async with stage:
        await stage.player.play(Emotion.HAPPY, "you smile")
        await stage.until(lambda: stage.started)
        assert stage.told(TrackStarted) == [TrackStarted("happy/a.flac", None, Emotion.HAPPY, "you smile")]
        await stage.until(lambda: stage.state.ahead == ("happy/a.flac",))
        assert stage.state.ours
        assert stage.state.why == "you smile"


async def test_two_tracks_can_be_held_ahead(stage: Stage) -> None:
    stage = Stage(stage.folder, ahead=2)
    for name in "abcde":
        stage.song(f"happy/{name}.flac")
    async with stage:
        await stage.player.play(Emotion.HAPPY, "you smile")
        await stage.until(lambda: len(stage.state.ahead) == 2)
        assert len({stage.state.file, *stage.state.ahead}) == 3


async def test_a_new_mood_lets_the_track_end_and_replaces_what_is_ahead(stage: Stage) -> None:
    stage.song("happy/a.flac", seconds=1.5)
    stage.song("sad/b.flac")
    async with stage:
        await stage.player.play(Emotion.HAPPY, "you smile")
        await stage.until(lambda: stage.state.ahead == ("happy/a.flac",))
        await stage.player.play(Emotion.SAD, "you weep")
        await stage.until(lambda: stage.state.ahead == ("sad/b.flac",))
        assert stage.state.file == "happy/a.flac"
        await stage.until_plays("sad/b.flac")
        assert stage.started == ["happy/a.flac", "sad/b.flac"]
        assert not stage.skipped


async def test_an_override_fades_and_switches_at_once(stage: Stage) -> None:
    stage.song("happy/a.flac", seconds=10)
    stage.song("sad/b.flac", seconds=10)
    async with stage:
        volumes: list[int] = []
        async with stage.other() as other:

            async def watch() -> None:
                while True:
                    volumes.append((await other.status()).volume or 0)
                    await asyncio.sleep(0.01)

            await stage.player.play(Emotion.HAPPY, "you smile")
            await stage.until(lambda: stage.state.ahead == ("happy/a.flac",))
            watcher = asyncio.create_task(watch())
            await stage.player.play(Emotion.SAD, "you chose sad", at_once=True)
            await stage.until_plays("sad/b.flac", seconds=8)
            watcher.cancel()
            await asyncio.gather(watcher, return_exceptions=True)
            assert (await other.status()).volume == 60
        assert len(set(volumes)) > 3
        assert min(volumes) < 20
        assert not stage.skipped
        assert all(event.player.volume in (60, 100) for event in stage.told(PlayerChanged))


async def test_an_override_interrupts_nothing_that_is_of_its_emotion_already(stage: Stage) -> None:
    stage.song("happy/a.flac", seconds=10)
    async with stage:
        await stage.player.play(Emotion.HAPPY, "you smile")
        await stage.until(lambda: stage.state.ahead == ("happy/a.flac",))
        await stage.player.play(Emotion.HAPPY, "you chose happy", at_once=True)
        await asyncio.sleep(0.5)
        assert stage.started == ["happy/a.flac"]
        assert stage.state.elapsed > 0.2


async def test_the_same_wish_again_changes_nothing(stage: Stage) -> None:
    stage.song("happy/a.flac", seconds=10)
    stage.song("happy/b.flac", seconds=10)
    async with stage:
        await stage.player.play(Emotion.HAPPY, "you smile")
        await stage.until(lambda: len(stage.state.ahead) == 1)
        async with stage.other() as other:
            before = await other.entries(0, 9)
            await stage.player.play(Emotion.HAPPY, "you smile")
            await asyncio.sleep(0.4)
            assert [entry.id for entry in await other.entries(0, 9)] == [entry.id for entry in before]


async def test_a_skip_tells_how_much_was_heard(stage: Stage) -> None:
    stage.song("happy/a.flac", seconds=10)
    stage.song("happy/b.flac", seconds=10)
    async with stage:
        await stage.player.play(Emotion.HAPPY, "you smile")
        await stage.until(lambda: stage.state.elapsed > 2)
        (first,) = stage.started
        await stage.player.skip()
        await stage.until(lambda: len(stage.started) == 2)
        assert [(event.file, event.emotion) for event in stage.skipped] == [(first, Emotion.HAPPY)]
        assert 0.15 < stage.skipped[0].heard < 0.6


async def test_every_press_of_skip_counts(stage: Stage) -> None:
    for name in "abcdef":
        stage.song(f"happy/{name}.flac", seconds=10)
    async with stage, stage.other() as other:
        await stage.player.play(Emotion.HAPPY, "you smile")
        await stage.until(lambda: stage.started and len(stage.state.ahead) == 1)
        first = (await other.status()).entry
        assert first
        for _ in range(3):
            await stage.player.skip()
        while ((await other.status()).entry or 0) < first + 3:
            await asyncio.sleep(0.05)
        await asyncio.sleep(0.5)
        assert (await other.status()).entry == first + 3
        assert len(set(stage.started)) == len(stage.started)


async def test_a_skip_by_another_client_counts_as_one(stage: Stage) -> None:
    stage.song("happy/a.flac", seconds=10)
    stage.song("happy/b.flac", seconds=10)
    async with stage, stage.other() as other:
        await stage.player.play(Emotion.HAPPY, "you smile")
        await stage.until(lambda: stage.started and len(stage.state.ahead) == 1)
        await other.ask("next")
        await stage.until(lambda: len(stage.skipped) == 1)


async def test_what_someone_else_queued_comes_before_ours_and_is_never_skipped(stage: Stage) -> None:
    stage.song("happy/a.flac", seconds=1.5)
    stage.song("sad/b.flac", seconds=10)
    stage.song("party/x.flac", seconds=1)
    stage.song("party/y.flac", seconds=1.5)
    async with stage, stage.other() as other:
        await stage.player.play(Emotion.HAPPY, "you smile")
        await stage.until(lambda: stage.state.ahead == ("happy/a.flac",))
        await other.ask("add", "party/x.flac")
        await other.ask("add", "party/y.flac")
        await stage.until(lambda: stage.state.ahead == ("party/x.flac", "party/y.flac"))
        await stage.until_plays("party/x.flac")
        await stage.player.play(Emotion.SAD, "you chose sad", at_once=True)
        await stage.until_plays("party/y.flac")
        await stage.until_plays("sad/b.flac")
        assert stage.started == ["happy/a.flac", "party/x.flac", "party/y.flac", "sad/b.flac"]
        assert [event.emotion for event in stage.told(TrackStarted)] == [Emotion.HAPPY, None, None, Emotion.SAD]
        assert not stage.skipped


async def test_a_pause_by_another_client_is_kept_until_someone_asks_for_music(stage: Stage) -> None:
    stage.song("happy/a.flac", seconds=10)
    stage.song("sad/b.flac", seconds=10)
    async with stage, stage.other() as other:
        await stage.player.play(Emotion.HAPPY, "you smile")
        await stage.until_plays("happy/a.flac")
        await other.ask("pause", 1)
        await stage.until(lambda: stage.state.state == "pause")
        await stage.player.play(Emotion.SAD, "you weep")
        await stage.until(lambda: stage.state.ahead == ("sad/b.flac",))
        assert stage.state.state == "pause"
        await stage.player.resume()
        await stage.until_plays("happy/a.flac")
        await stage.player.pause()
        await stage.until(lambda: stage.state.state == "pause")
        await stage.player.play(Emotion.SAD, "you chose sad", at_once=True)
        await stage.until_plays("sad/b.flac")


async def test_a_stop_by_another_client_is_kept_until_a_skip_or_an_override(stage: Stage) -> None:
    stage.song("happy/a.flac", seconds=10)
    stage.song("sad/b.flac", seconds=10)
    async with stage, stage.other() as other:
        await stage.player.play(Emotion.HAPPY, "you smile")
        await stage.until_plays("happy/a.flac")
        await other.ask("stop")
        await stage.until(lambda: stage.state.state == "stop")
        await stage.player.play(Emotion.SAD, "you weep")
        await asyncio.sleep(0.5)
        assert stage.state.state == "stop"
        await stage.player.skip()
        await stage.until_plays("sad/b.flac")


async def test_an_emptied_queue_is_filled_again(stage: Stage) -> None:
    stage.song("happy/a.flac", seconds=10)
    async with stage, stage.other() as other:
        await stage.player.play(Emotion.HAPPY, "you smile")
        await stage.until_plays("happy/a.flac")
        await other.ask("clear")
        await stage.until(lambda: stage.state.state == "stop")
        await stage.until_plays("happy/a.flac")


async def test_a_client_that_replaces_the_queue_hears_its_own_choice(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deck, "GRACE", 5.0)
    stage.song("happy/a.flac", seconds=10)
    stage.song("party/x.flac", seconds=10)
    async with stage, stage.other() as other:
        await stage.player.play(Emotion.HAPPY, "you smile")
        await stage.until_plays("happy/a.flac")
        await other.ask("clear")
        await asyncio.sleep(0.3)
        await other.ask("add", "party/x.flac")
        await asyncio.sleep(0.3)
        await other.ask("play", 0)
        await stage.until_plays("party/x.flac")
        await stage.until(lambda: stage.state.ahead == ("happy/a.flac",))
        assert not stage.skipped


async def test_random_and_repeat_by_another_client_are_put_back(stage: Stage) -> None:
    stage.song("happy/a.flac", seconds=10)
    async with stage, stage.other() as other:
        await stage.player.play(Emotion.HAPPY, "you smile")
        await stage.until_plays("happy/a.flac")
        await other.ask("random", 1)
        await other.ask("repeat", 1)
        await other.ask("consume", 0)
        while (await other.status()).modes != (True, False, False, False):
            await asyncio.sleep(0.02)


async def test_the_volume_starts_as_set_and_never_exceeds_the_cap(stage: Stage) -> None:
    stage = Stage(stage.folder, volume=40, volume_floor=10, volume_cap=70)
    stage.song("happy/a.flac", seconds=10)
    async with stage, stage.other() as other:
        await stage.player.play(Emotion.HAPPY, "you smile")
        await stage.until(lambda: stage.state.volume == 40)
        for asked, given in ((95, 70), (3, 10), (55, 55)):
            await stage.player.set_volume(asked)
            await stage.until(lambda given=given: stage.state.volume == given)
        await other.ask("setvol", 100)
        await stage.until(lambda: stage.state.volume == 70)
        await other.ask("setvol", 30)
        await stage.until(lambda: stage.state.volume == 30)


async def test_an_output_that_fails_is_named_once_and_tried_again(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "appliance.music.server")

    def attempts() -> int:
        return sum('Failed to open "Moodbox"' in text for text in caplog.messages)

    stage = Stage(stage.folder, output="hw:77")
    stage.song("happy/a.flac", seconds=10)
    async with stage:
        await stage.player.play(Emotion.HAPPY, "you smile")
        await stage.until(lambda: stage.warnings)
        tried = attempts()
        await stage.until(lambda: attempts() > tried)
        assert len(stage.warnings) == 1
        assert "music.output" in stage.warnings[0]
        assert "hw:77" in stage.warnings[0]
