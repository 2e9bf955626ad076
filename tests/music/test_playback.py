"""Keeping the music going, changing moods, and giving way to others."""

from __future__ import annotations

import asyncio
import logging
import time

import pytest
from msgspec.structs import replace

from appliance.domain.emotions import Emotion
from appliance.domain.events import PlayerChanged, TrackStarted
from appliance.domain.reasons import InWords
from appliance.music import playback
from appliance.words.english import reason_in_words
from tests.music.running_player import RunningPlayer


async def test_a_wish_starts_the_music_from_its_folder(running: RunningPlayer) -> None:
    running.song("happy/a.flac")
    running.song("sad/b.flac")
    async with running:
        running.player.play(Emotion.HAPPY, InWords(text="you smile"))
        await running.until(lambda: running.started)
        assert running.told(TrackStarted) == [
            TrackStarted("happy/a.flac", None, Emotion.HAPPY, InWords(text="you smile"))
        ]
        await running.until(lambda: running.state.ahead == ("happy/a.flac",) and running.state.ours)
        assert reason_in_words(running.state.reason) == "you smile"


async def test_a_track_goes_on_from_where_it_is_wound_to(running: RunningPlayer) -> None:
    running.song("happy/a.flac", seconds=60)
    async with running:
        running.player.play(Emotion.HAPPY, InWords(text="you smile"))
        await running.until(lambda: running.state.state == "play")
        running.player.seek(40.0)
        await running.until(lambda: running.state.elapsed >= 40)
        assert running.told(PlayerChanged)[-1].player.elapsed >= 40
        assert running.state.elapsed < 45
        running.player.seek(10.0)
        await running.until(lambda: running.state.elapsed < 20)


async def test_two_tracks_can_be_held_ahead(running: RunningPlayer) -> None:
    running = RunningPlayer(running.folder, ahead=2)
    for name in "abcde":
        running.song(f"happy/{name}.flac")
    async with running:
        running.player.play(Emotion.HAPPY, InWords(text="you smile"))
        await running.until(lambda: len(running.state.ahead) == 2)
        assert len({running.state.file, *running.state.ahead}) == 3


async def test_a_new_mood_lets_the_track_end_and_replaces_what_is_ahead(running: RunningPlayer) -> None:
    running.song("happy/a.flac", seconds=1.5)
    running.song("sad/b.flac")
    async with running:
        running.player.play(Emotion.HAPPY, InWords(text="you smile"))
        await running.until(lambda: running.state.ahead == ("happy/a.flac",))
        running.player.play(Emotion.SAD, InWords(text="you weep"))
        await running.until(lambda: running.state.ahead == ("sad/b.flac",))
        assert running.state.file == "happy/a.flac"
        await running.until_plays("sad/b.flac")
        assert running.started == ["happy/a.flac", "sad/b.flac"]
        assert not running.skipped


async def test_an_override_fades_and_switches_at_once(running: RunningPlayer) -> None:
    running = RunningPlayer(running.folder, fade=2.0)  # so that many steps are seen also where each takes its time
    running.song("happy/a.flac", seconds=20)
    running.song("sad/b.flac", seconds=30)
    async with running:
        volumes: list[int] = []
        async with running.other() as other:

            async def watch() -> None:
                while True:
                    volumes.append((await other.status()).volume or 0)
                    await asyncio.sleep(0.01)

            running.player.play(Emotion.HAPPY, InWords(text="you smile"))
            await running.until(lambda: running.state.ahead == ("happy/a.flac",))
            watcher = asyncio.create_task(watch())
            running.player.play(Emotion.SAD, InWords(text="you chose sad"), at_once=True)
            await running.until_plays("sad/b.flac")
            watcher.cancel()
            await asyncio.gather(watcher, return_exceptions=True)
            assert (await other.status()).volume == 60
        assert len(set(volumes)) > 3
        assert min(volumes) < 20
        assert not running.skipped
        assert all(event.player.volume in (60, 100) for event in running.told(PlayerChanged))


async def test_an_override_interrupts_nothing_that_is_of_its_emotion_already(running: RunningPlayer) -> None:
    running.song("happy/a.flac", seconds=30)
    async with running:
        running.player.play(Emotion.HAPPY, InWords(text="you smile"))
        await running.until(lambda: running.state.ahead == ("happy/a.flac",))
        running.player.play(Emotion.HAPPY, InWords(text="you chose happy"), at_once=True)
        await running.until(lambda: running.state.elapsed > 0.7)
        assert running.started == ["happy/a.flac"]


async def test_the_same_wish_again_changes_nothing(running: RunningPlayer) -> None:
    running.song("happy/a.flac", seconds=30)
    running.song("happy/b.flac", seconds=30)
    async with running:
        running.player.play(Emotion.HAPPY, InWords(text="you smile"))
        await running.until(lambda: len(running.state.ahead) == 1)
        async with running.other() as other:
            before = await other.entries(0, 9)
            running.player.play(Emotion.HAPPY, InWords(text="you smile"))
            await asyncio.sleep(0.4)
            assert [entry.id for entry in await other.entries(0, 9)] == [entry.id for entry in before]


async def test_a_skip_tells_how_much_was_heard(running: RunningPlayer) -> None:
    running.song("happy/a.flac", seconds=30)
    running.song("happy/b.flac", seconds=30)
    async with running:
        running.player.play(Emotion.HAPPY, InWords(text="you smile"))
        await running.until(lambda: running.state.elapsed > 2)
        (first,), elapsed, began = running.started, running.state.elapsed, time.monotonic()
        running.player.skip()
        await running.until(lambda: len(running.started) == 2)
        assert [(event.file, event.emotion) for event in running.skipped] == [(first, Emotion.HAPPY)]
        assert elapsed - 1 < 30 * running.skipped[0].heard < elapsed + time.monotonic() - began + 1


async def test_every_press_of_skip_counts(running: RunningPlayer) -> None:
    for name in "abcdef":
        running.song(f"happy/{name}.flac", seconds=30)
    async with running, running.other() as other:
        running.player.play(Emotion.HAPPY, InWords(text="you smile"))
        await running.until(lambda: running.started and len(running.state.ahead) == 1)
        first = (await other.status()).entry
        assert first
        for _ in range(3):
            running.player.skip()
        while ((await other.status()).entry or 0) < first + 3:
            await asyncio.sleep(0.05)
        await asyncio.sleep(0.5)
        assert (await other.status()).entry == first + 3
        assert len(set(running.started)) == len(running.started)


@pytest.mark.parametrize("name", ["only.flac", "house/01 only.flac"])
async def test_an_early_skip_does_not_start_the_same_song_again(running: RunningPlayer, name: str) -> None:
    running.song(f"happy/{name}", seconds=30)
    running.song("surprise/near.flac", seconds=30)
    async with running:
        running.player.play(Emotion.HAPPY, InWords(text="you smile"))
        await running.until_plays(f"happy/{name}")
        running.player.skip()
        await running.until(lambda: len(running.started) == 2)
        assert running.started == [f"happy/{name}", "surprise/near.flac"]
        assert running.state.reason == InWords(text="you smile")
        await running.until(lambda: running.state.ahead == (f"happy/{name}",))
        assert running.warnings == []


async def test_a_skip_by_another_client_counts_as_one(running: RunningPlayer) -> None:
    running.song("happy/a.flac", seconds=30)
    running.song("happy/b.flac", seconds=30)
    async with running, running.other() as other:
        running.player.play(Emotion.HAPPY, InWords(text="you smile"))
        await running.until(lambda: running.started and len(running.state.ahead) == 1)
        await other.ask("next")
        await running.until(lambda: len(running.skipped) == 1)


async def test_what_someone_else_queued_comes_before_ours_and_is_never_skipped(running: RunningPlayer) -> None:
    running.song("happy/a.flac", seconds=30)
    running.song("sad/b.flac", seconds=30)
    running.song("party/x.flac", seconds=2.5)
    running.song("party/y.flac", seconds=2.5)
    async with running, running.other() as other:
        running.player.play(Emotion.HAPPY, InWords(text="you smile"))
        await running.until(lambda: running.state.ahead == ("happy/a.flac",))
        await other.ask("add", "party/x.flac")
        await other.ask("add", "party/y.flac")
        await running.until(lambda: running.state.ahead == ("party/x.flac", "party/y.flac"))
        running.player.seek(29.0)
        await running.until_plays("party/x.flac")
        running.player.play(Emotion.SAD, InWords(text="you chose sad"), at_once=True)
        await running.until_plays("party/y.flac")
        await running.until_plays("sad/b.flac")
        assert running.started == ["happy/a.flac", "party/x.flac", "party/y.flac", "sad/b.flac"]
        assert [event.emotion for event in running.told(TrackStarted)] == [Emotion.HAPPY, None, None, Emotion.SAD]
        assert not running.skipped


async def test_a_pause_by_another_client_is_kept_until_someone_asks_for_music(running: RunningPlayer) -> None:
    running.song("happy/a.flac", seconds=30)
    running.song("sad/b.flac", seconds=30)
    async with running, running.other() as other:
        running.player.play(Emotion.HAPPY, InWords(text="you smile"))
        await running.until_plays("happy/a.flac")
        await other.ask("pause", 1)
        await running.until(lambda: running.state.state == "pause")
        running.player.play(Emotion.SAD, InWords(text="you weep"))
        await running.until(lambda: running.state.ahead == ("sad/b.flac",))
        assert running.state.state == "pause"
        running.player.resume()
        await running.until_plays("happy/a.flac")
        running.player.pause()
        await running.until(lambda: running.state.state == "pause")
        running.player.play(Emotion.SAD, InWords(text="you chose sad"), at_once=True)
        await running.until_plays("sad/b.flac")


async def test_a_pause_from_before_the_start_is_kept(running: RunningPlayer) -> None:
    running.song("happy/a.flac", seconds=30)
    running.player.play(Emotion.HAPPY, InWords(text="you smile"), at_once=True)
    running.player.pause()
    async with running:
        await running.until(lambda: running.state.state != "lost")
        await asyncio.sleep(1)
        assert running.state.state != "play"
        running.player.resume()
        await running.until_plays("happy/a.flac")


async def test_a_stop_by_another_client_is_kept_until_a_skip_or_an_override(running: RunningPlayer) -> None:
    running.song("happy/a.flac", seconds=30)
    running.song("sad/b.flac", seconds=30)
    async with running, running.other() as other:
        running.player.play(Emotion.HAPPY, InWords(text="you smile"))
        await running.until_plays("happy/a.flac")
        await other.ask("stop")
        await running.until(lambda: running.state.state == "stop")
        running.player.play(Emotion.SAD, InWords(text="you weep"))
        await asyncio.sleep(0.5)
        assert running.state.state == "stop"
        running.player.skip()
        await running.until_plays("sad/b.flac")


async def test_an_emptied_queue_is_filled_again(running: RunningPlayer) -> None:
    running.song("happy/a.flac", seconds=30)
    async with running, running.other() as other:
        running.player.play(Emotion.HAPPY, InWords(text="you smile"))
        await running.until_plays("happy/a.flac")
        await other.ask("clear")
        await running.until(lambda: running.state.state == "stop")
        await running.until_plays("happy/a.flac")


async def test_a_client_that_replaces_the_queue_hears_its_own_choice(
    running: RunningPlayer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(playback, "GRACE", 5.0)
    running.song("happy/a.flac", seconds=30)
    running.song("party/x.flac", seconds=30)
    async with running, running.other() as other:
        running.player.play(Emotion.HAPPY, InWords(text="you smile"))
        await running.until_plays("happy/a.flac")
        await other.ask("clear")
        await asyncio.sleep(0.3)
        await other.ask("add", "party/x.flac")
        await asyncio.sleep(0.3)
        await other.ask("play", 0)
        await running.until_plays("party/x.flac")
        await running.until(lambda: running.state.ahead == ("happy/a.flac",))
        assert not running.skipped


async def test_random_and_repeat_by_another_client_are_put_back(running: RunningPlayer) -> None:
    running.song("happy/a.flac", seconds=30)
    async with running, running.other() as other:
        running.player.play(Emotion.HAPPY, InWords(text="you smile"))
        await running.until_plays("happy/a.flac")
        await other.ask("random", 1)
        await other.ask("repeat", 1)
        await other.ask("consume", 0)
        while (await other.status()).modes != (True, False, False, False):
            await asyncio.sleep(0.02)


async def test_the_volume_starts_as_set_and_never_exceeds_the_cap(running: RunningPlayer) -> None:
    running = RunningPlayer(running.folder, volume=40, volume_floor=10, volume_cap=70)
    running.song("happy/a.flac", seconds=30)
    async with running, running.other() as other:
        running.player.play(Emotion.HAPPY, InWords(text="you smile"))
        await running.until(lambda: running.state.volume == 40)
        for asked, given in ((95, 70), (3, 10), (55, 55)):
            running.player.set_volume(asked)
            await running.until(lambda given=given: running.state.volume == given)
        await other.ask("setvol", 100)
        await running.until(lambda: running.state.volume == 70)
        await other.ask("setvol", 30)
        await running.until(lambda: running.state.volume == 30)


async def test_an_output_that_fails_is_named_once_and_tried_again(
    running: RunningPlayer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "appliance.music.mpd.process")

    def attempts() -> int:
        return sum('Failed to open "' in text and "hw:77" in text for text in caplog.messages)

    running = RunningPlayer(running.folder, output="hw:77")
    running.song("happy/a.flac", seconds=30)
    async with running:
        running.player.play(Emotion.HAPPY, InWords(text="you smile"))
        await running.until(lambda: running.warnings)
        tried = attempts()
        await running.until(lambda: attempts() > tried)
        assert len(running.warnings) == 1
        assert "music.output" in running.warnings[0]
        assert "hw:77" in running.warnings[0]


async def test_a_very_long_track_fades_out_for_a_new_mood(running: RunningPlayer) -> None:
    running.settings = replace(running.settings, hold=4.0)
    running.player = running.new_player()
    running.song("happy/mix.flac", seconds=60)
    running.song("sad/a.flac", seconds=60)
    async with running:
        running.player.play(Emotion.HAPPY, InWords(text="you smile"))
        await running.until_from("happy")
        running.player.play(Emotion.SAD, InWords(text="you look sad"))
        await running.until(lambda: running.state.ahead == ("sad/a.flac",))
        await running.until(lambda: running.state.elapsed > 1.5)
        assert running.state.file == "happy/mix.flac"
        await running.until_from("sad")
        assert not running.skipped
