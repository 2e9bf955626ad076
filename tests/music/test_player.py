"""The connection to MPD: lost, made again, and what is remembered meanwhile."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import signal
import time

import pytest

from appliance.domain.emotions import Emotion
from appliance.domain.events import PlayerChanged
from appliance.domain.reasons import InWords
from appliance.music.mpd import client
from appliance.music.player import HEARTBEAT
from tests.music.running_player import RunningPlayer

PATIENCE = client.PATIENCE


async def kill(running: RunningPlayer) -> None:
    """End MPD as a crash would, and wait until the player has noticed."""
    assert running.server.pid
    os.kill(running.server.pid, signal.SIGKILL)
    await running.until(lambda: any(event.player.state == "lost" for event in running.told(PlayerChanged)))


async def test_music_goes_on_after_mpd_was_killed(running: RunningPlayer, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "appliance.music")
    running.song("happy/a.flac", seconds=30)
    async with running:
        running.player.play(Emotion.HAPPY, InWords(text="you smile"))
        await running.until(lambda: running.state.elapsed > 1.2)
        await kill(running)
        await running.until_plays("happy/a.flac")
        player_log = "appliance.music.player"
        await running.until(lambda: sum(record.name == player_log for record in caplog.records) > 1)
        said = [record.message for record in caplog.records if record.name == player_log]
        assert [text.split(" at ")[0] for text in said] == ["MPD cannot be reached", "MPD is back"]
        assert not running.skipped


async def test_a_restarted_mpd_goes_on_with_the_same_track_where_it_was(running: RunningPlayer) -> None:
    running.song("happy/a.flac", seconds=30)
    running.song("happy/b.flac", seconds=30)
    async with running, running.other() as other:
        running.player.play(Emotion.HAPPY, InWords(text="you smile"))
        await running.until(lambda: running.state.elapsed > 2)
        (first,) = running.started
        await other.ask("setvol", 35)
        await running.until(lambda: running.state.volume == 35)
        assert running.server.pid
        os.kill(running.server.pid, signal.SIGTERM)
        await running.until(lambda: any(event.player.state == "lost" for event in running.told(PlayerChanged)))
        await running.until_plays(first)
        assert running.state.elapsed > 1.5
        await running.until(lambda: running.state.emotion is Emotion.HAPPY and running.state.volume == 35)
        assert running.started == [first]


async def test_a_pause_outlives_a_restart_of_mpd(running: RunningPlayer) -> None:
    running.song("happy/a.flac", seconds=30)
    async with running:
        running.player.play(Emotion.HAPPY, InWords(text="you smile"))
        await running.until_plays("happy/a.flac")
        running.player.pause()
        await running.until(lambda: running.state.state == "pause")
        await kill(running)
        await running.until(lambda: running.state.state != "lost")
        await asyncio.sleep(0.5)
        assert running.state.state != "play"
        running.player.resume()
        await running.until_plays("happy/a.flac")


async def test_a_wish_made_while_mpd_is_away_is_granted_on_its_return(running: RunningPlayer) -> None:
    running.song("happy/a.flac", seconds=30)
    running.song("sad/b.flac", seconds=30)
    async with running:
        running.player.play(Emotion.HAPPY, InWords(text="you smile"))
        await running.until_plays("happy/a.flac")
        await kill(running)
        running.player.play(Emotion.SAD, InWords(text="you chose sad"), at_once=True)
        running.player.set_volume(25)
        await running.until_from("sad")
        await running.until(lambda: running.state.volume == 25)


async def test_the_owners_queue_outlives_a_restart_of_mpd(running: RunningPlayer) -> None:
    running.song("happy/a.flac", seconds=30)
    running.song("party/x.flac", seconds=30)
    async with running, running.other() as other:
        running.player.play(Emotion.HAPPY, InWords(text="you smile"))
        await running.until_plays("happy/a.flac")
        await other.ask("add", "party/x.flac")
        await running.until(lambda: running.state.ahead == ("party/x.flac",))
        assert running.server.pid
        os.kill(running.server.pid, signal.SIGTERM)
        await running.until(lambda: running.state.state == "lost")
        await running.until_plays("happy/a.flac")
        await running.until(lambda: running.state.ahead == ("party/x.flac",))


async def test_a_new_player_knows_the_tracks_of_the_one_before(running: RunningPlayer) -> None:
    running.song("happy/a.flac", seconds=30)
    running.song("sad/b.flac", seconds=30)
    async with running:
        running.player.play(Emotion.HAPPY, InWords(text="you smile"))
        await running.until(lambda: running.state.ahead == ("happy/a.flac",) and running.state.elapsed > 0.3)
        await running.drop_player()
        running.player = running.new_player()
        running._task = asyncio.create_task(running.player.run())
        await running.until(lambda: running.state.file == "happy/a.flac")
        assert running.state.emotion is Emotion.HAPPY
        running.player.play(Emotion.SAD, InWords(text="you chose sad"), at_once=True)
        await running.until_from("sad")
        await running.until(lambda: running.state.ahead == ("sad/b.flac",))


@pytest.mark.slow
async def test_a_frozen_mpd_is_left_and_found_again(running: RunningPlayer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("appliance.music.mpd.client.ANSWER_SECONDS", 0.5)
    running.song("happy/a.flac", seconds=30)
    async with running:
        running.player.play(Emotion.HAPPY, InWords(text="you smile"))
        await running.until(lambda: running.state.elapsed > 1.2)
        assert running.server.pid
        os.kill(running.server.pid, signal.SIGSTOP)
        running.player.skip()
        await running.until(lambda: running.state.state == "lost")
        os.kill(running.server.pid, signal.SIGCONT)
        await running.until(lambda: running.state.state == "play")


async def test_it_can_be_stopped_at_any_moment_and_leaves_nothing_behind(
    running: RunningPlayer, caplog: pytest.LogCaptureFixture
) -> None:
    running.song("happy/a.flac", seconds=30)
    running.song("happy/b.flac", seconds=30)
    await running.server.start()
    await running.server.ready()
    await running.settled()
    for moment in range(150):
        player = running.new_player()
        player.play(Emotion.HAPPY, InWords(text="you smile"))
        player.skip()
        task = asyncio.create_task(player.run())
        await asyncio.sleep(moment * 0.0003)
        task.cancel()
        assert await asyncio.wait([task], timeout=20) == ({task}, set())
    await running.server.stop()
    gc.collect()
    await asyncio.sleep(0)
    assert [record.getMessage() for record in caplog.records if record.name == "asyncio"] == []


async def test_a_player_without_mpd_waits_quietly_and_says_so_once(
    running: RunningPlayer, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("appliance.music.player.START", 0.3)
    running.song("happy/a.flac", seconds=30)
    task = asyncio.create_task(running.player.run())
    running.player.play(Emotion.HAPPY, InWords(text="you smile"))
    await running.until(lambda: caplog.records)
    await asyncio.sleep(1)  # in which it is tried again
    assert [record.message.split(" at ")[0] for record in caplog.records] == ["MPD cannot be reached"]
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_a_server_without_filters_is_refused_with_the_remedy(running: RunningPlayer) -> None:
    async def mopidy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"OK MPD 0.19.0\n")
        try:
            await reader.read()
        finally:
            writer.close()

    (running.folder / "r").mkdir()
    async with await asyncio.start_unix_server(mopidy, running.server.address):
        task = asyncio.create_task(running.player.run())
        await running.until(lambda: running.warnings)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    assert "0.19" in running.warnings[0]
    assert "music.mpd" in running.warnings[0]


async def test_a_skip_reaches_mpd_within_the_budget(running: RunningPlayer) -> None:
    for name in "abc":
        running.song(f"happy/{name}.flac", seconds=30)
    async with running:
        running.player.play(Emotion.HAPPY, InWords(text="you smile"))
        await running.until(lambda: running.state.elapsed > 0.5)
        began = time.monotonic()
        running.player.skip()
        await running.until(lambda: running.skipped)
        assert time.monotonic() - began < 5.0


async def test_a_frozen_mpd_is_told_within_five_seconds_and_found_again(
    running: RunningPlayer, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert HEARTBEAT + PATIENCE < 5  # a busy machine may take longer
    monkeypatch.setattr(client, "PATIENCE", PATIENCE)
    running.song("happy/a.flac", seconds=60)
    async with running:
        running.player.play(Emotion.HAPPY, InWords(text="you smile"))
        await running.until_from("happy")
        await asyncio.sleep(1)
        assert running.server.pid
        os.kill(running.server.pid, signal.SIGSTOP)
        try:
            await running.until(lambda: running.state.state == "lost")
        finally:
            os.kill(running.server.pid, signal.SIGCONT)
        await running.until_plays("happy/a.flac")
        assert running.started == ["happy/a.flac"]
