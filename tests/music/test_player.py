"""The connection to MPD: lost, made again, and what is remembered meanwhile."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import signal
import time

import pytest

from appliance.emotion import Emotion
from appliance.events import PlayerChanged
from tests.music.stage import Stage


async def kill(stage: Stage) -> None:
    """End MPD as a crash would, and wait until the player has noticed."""
    assert stage.server.pid
    os.kill(stage.server.pid, signal.SIGKILL)
    await stage.until(lambda: any(event.player.state == "lost" for event in stage.told(PlayerChanged)))


async def test_music_goes_on_after_mpd_was_killed(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "appliance.music")
    stage.song("happy/a.flac", seconds=10)
    async with stage:
        await stage.player.play(Emotion.HAPPY, "you smile")
        await stage.until(lambda: stage.state.elapsed > 1.2)
        await kill(stage)
        await stage.until_plays("happy/a.flac")
        said = [record.message for record in caplog.records if record.name == "appliance.music.player"]
        assert [text.split(" at ")[0] for text in said] == ["MPD cannot be reached", "MPD is back"]
        assert not stage.skipped


async def test_a_restarted_mpd_goes_on_with_the_same_track_where_it_was(stage: Stage) -> None:
    stage.song("happy/a.flac", seconds=10)
    stage.song("happy/b.flac", seconds=10)
    async with stage, stage.other() as other:
        await stage.player.play(Emotion.HAPPY, "you smile")
        await stage.until(lambda: stage.state.elapsed > 2)
        (first,) = stage.started
        await other.ask("setvol", 35)
        await stage.until(lambda: stage.state.volume == 35)
        assert stage.server.pid
        os.kill(stage.server.pid, signal.SIGTERM)
        await stage.until(lambda: any(event.player.state == "lost" for event in stage.told(PlayerChanged)))
        await stage.until_plays(first)
        assert stage.state.elapsed > 1.5
        assert stage.state.emotion is Emotion.HAPPY
        assert stage.state.volume == 35
        assert stage.started == [first]


async def test_a_pause_outlives_a_restart_of_mpd(stage: Stage) -> None:
    stage.song("happy/a.flac", seconds=10)
    async with stage:
        await stage.player.play(Emotion.HAPPY, "you smile")
        await stage.until_plays("happy/a.flac")
        await stage.player.pause()
        await stage.until(lambda: stage.state.state == "pause")
        await kill(stage)
        await stage.until(lambda: stage.state.state != "lost")
        await asyncio.sleep(0.5)
        assert stage.state.state != "play"
        await stage.player.resume()
        await stage.until_plays("happy/a.flac")


async def test_a_wish_made_while_mpd_is_away_is_granted_on_its_return(stage: Stage) -> None:
    stage.song("happy/a.flac", seconds=10)
    stage.song("sad/b.flac", seconds=10)
    async with stage:
        await stage.player.play(Emotion.HAPPY, "you smile")
        await stage.until_plays("happy/a.flac")
        await kill(stage)
        await stage.player.play(Emotion.SAD, "you chose sad", at_once=True)
        await stage.player.set_volume(25)
        await stage.until_from("sad")
        assert stage.state.volume == 25


async def test_the_owners_queue_outlives_a_restart_of_mpd(stage: Stage) -> None:
    stage.song("happy/a.flac", seconds=10)
    stage.song("party/x.flac", seconds=10)
    async with stage, stage.other() as other:
        await stage.player.play(Emotion.HAPPY, "you smile")
        await stage.until_plays("happy/a.flac")
        await other.ask("add", "party/x.flac")
        await stage.until(lambda: stage.state.ahead == ("party/x.flac",))
        assert stage.server.pid
        os.kill(stage.server.pid, signal.SIGTERM)
        await stage.until(lambda: stage.state.state == "lost")
        await stage.until_plays("happy/a.flac")
        assert stage.state.ahead == ("party/x.flac",)


async def test_a_new_player_knows_the_tracks_of_the_one_before(stage: Stage) -> None:
    stage.song("happy/a.flac", seconds=10)
    stage.song("sad/b.flac", seconds=10)
    async with stage:
        await stage.player.play(Emotion.HAPPY, "you smile")
        await stage.until(lambda: stage.state.ahead == ("happy/a.flac",) and stage.state.elapsed > 0.3)
        await stage.drop_player()
        stage.player = stage.new_player()
        stage._running = asyncio.create_task(stage.player.run())
        await stage.until(lambda: stage.state.file == "happy/a.flac")
        assert stage.state.emotion is Emotion.HAPPY
        await stage.player.play(Emotion.SAD, "you chose sad", at_once=True)
        await stage.until_from("sad")
        await stage.until(lambda: stage.state.ahead == ("sad/b.flac",))


@pytest.mark.slow
async def test_a_frozen_mpd_is_left_and_found_again(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("appliance.music.connection.ANSWER_SECONDS", 0.5)
    stage.song("happy/a.flac", seconds=10)
    async with stage:
        await stage.player.play(Emotion.HAPPY, "you smile")
        await stage.until(lambda: stage.state.elapsed > 1.2)
        assert stage.server.pid
        os.kill(stage.server.pid, signal.SIGSTOP)
        await stage.player.skip()
        await stage.until(lambda: stage.state.state == "lost")
        os.kill(stage.server.pid, signal.SIGCONT)
        await stage.until(lambda: stage.state.state == "play")


async def test_it_can_be_stopped_at_any_moment_and_leaves_nothing_behind(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    stage.song("happy/a.flac", seconds=10)
    stage.song("happy/b.flac", seconds=10)
    await stage.server.start()
    await stage.server.ready()
    await stage.settled()
    for moment in range(150):
        player = stage.new_player()
        await player.play(Emotion.HAPPY, "you smile")
        await player.skip()
        running = asyncio.create_task(player.run())
        await asyncio.sleep(moment * 0.0003)
        running.cancel()
        assert await asyncio.wait([running], timeout=20) == ({running}, set())
    await stage.server.stop()
    gc.collect()
    await asyncio.sleep(0)
    assert [record.getMessage() for record in caplog.records if record.name == "asyncio"] == []


async def test_a_player_without_mpd_waits_quietly_and_says_so_once(
    stage: Stage, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("appliance.music.player.START", 0.3)
    stage.song("happy/a.flac", seconds=10)
    running = asyncio.create_task(stage.player.run())
    await stage.player.play(Emotion.HAPPY, "you smile")
    await asyncio.sleep(1.5)
    assert [record.message.split(" at ")[0] for record in caplog.records] == ["MPD cannot be reached"]
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_a_server_without_filters_is_refused_with_the_remedy(stage: Stage) -> None:
    async def mopidy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"OK MPD 0.19.0\n")
        await reader.read()
        writer.close()

    (stage.folder / "r").mkdir()
    async with await asyncio.start_unix_server(mopidy, stage.server.address):
        running = asyncio.create_task(stage.player.run())
        await stage.until(lambda: stage.warnings)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    assert "0.19" in stage.warnings[0]
    assert "music.mpd" in stage.warnings[0]


async def test_a_skip_reaches_mpd_within_the_budget(stage: Stage) -> None:
    for name in "abc":
        stage.song(f"happy/{name}.flac", seconds=10)
    async with stage:
        await stage.player.play(Emotion.HAPPY, "you smile")
        await stage.until(lambda: stage.state.elapsed > 0.5)
        began = time.monotonic()
        await stage.player.skip()
        await stage.until(lambda: stage.skipped)
        assert time.monotonic() - began < 5.0
