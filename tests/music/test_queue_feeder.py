"""What is queued when folders are empty, songs are broken, or streams are dead."""

from __future__ import annotations

import asyncio
import os
import shutil
from pathlib import Path

import pytest

from appliance.domain.emotions import Emotion
from appliance.domain.reasons import InWords
from appliance.music import empty_folders, queue_feeder
from appliance.music.player import Player
from appliance.words.english import reason_in_words
from tests.music.running_player import RunningPlayer, tone


def junk(file: Path, data: bytes = b"this is no music " * 500) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)


async def test_an_empty_folder_is_replaced_by_the_nearest_emotion_with_one_warning(running: RunningPlayer) -> None:
    (running.songs / "fear").mkdir()
    running.song("angry/near.flac", seconds=1)
    running.song("sad/far.flac", seconds=1)
    async with running:
        running.player.play(Emotion.FEAR, InWords(text="you shiver"))
        await running.until(lambda: len(running.started) >= 3)
        assert set(running.started) == {"angry/near.flac"}
        assert running.warnings == ["songs/fear holds nothing to play: playing from songs/angry until it does"]
        assert reason_in_words(running.state.reason) == "you shiver (songs/fear is empty, so from angry)"


async def test_songs_put_into_an_empty_folder_are_found_and_played(
    running: RunningPlayer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(empty_folders, "ASK_FIRST", 0.4)
    running = RunningPlayer(running.folder)
    running.song("angry/near.flac", seconds=30)
    async with running:
        running.player.play(Emotion.FEAR, InWords(text="you shiver"))
        await running.until_from("angry")
        running.song("fear/new.flac", seconds=30)
        await running.until(lambda: running.state.ahead == ("fear/new.flac",))


async def test_an_override_that_found_an_empty_folder_hastens_no_later_mood(running: RunningPlayer) -> None:
    running.song("angry/near.flac", seconds=30)
    running.song("happy/a.flac", seconds=30)
    async with running:
        running.player.play(Emotion.FEAR, InWords(text="you chose fear"), at_once=True)
        await running.until_from("angry")
        running.player.play(Emotion.HAPPY, InWords(text="you smile"))
        await running.until(lambda: running.state.ahead == ("happy/a.flac",))
        await asyncio.sleep(0.5)
        assert running.state.file == "angry/near.flac"


async def test_without_any_song_it_says_so_once_and_plays_as_soon_as_there_is_one(running: RunningPlayer) -> None:
    async with running:
        running.player.play(Emotion.HAPPY, InWords(text="you smile"))
        await running.until(lambda: running.warnings)
        assert running.warnings == ["There is no music: put songs into the folder of an emotion, such as songs/happy"]
        running.song("happy/first.flac")
        await running.until_plays("happy/first.flac")
        assert len(running.warnings) == 1


async def test_nobody_is_told_of_empty_folders_while_house_pieces_are_in_the_making(
    running: RunningPlayer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(empty_folders, "COMPOSING", 300.0)
    monkeypatch.setattr(empty_folders, "ASK_FIRST", 0.2)
    running = RunningPlayer(running.folder)
    async with running:
        running.player.play(Emotion.HAPPY, InWords(text="you smile"))
        await asyncio.sleep(0.5)
        running.song("sad/house/first.flac", seconds=30)
        await running.until_plays("sad/house/first.flac")
        running.song("happy/house/piece.flac", seconds=30)
        await running.until(lambda: running.state.ahead == ("happy/house/piece.flac",))
        assert not running.warnings


async def test_while_house_pieces_are_composed_nobody_is_told_that_there_is_no_music(running: RunningPlayer) -> None:
    composing = True
    running.player = Player(
        running.server.address, running.settings, running.hear, running.memory, running.songs, lambda: composing
    )
    async with running:
        running.player.play(Emotion.HAPPY, InWords(text="you smile"))
        await running.until(lambda: running.warnings)
        assert running.warnings == ["House music is being composed: its first piece plays as soon as it is there"]
        composing = False
        running.player.read_songs(Emotion.HAPPY)
        await running.until(lambda: len(running.warnings) == 2, 70)
        assert running.warnings[1].startswith("There is no music")


async def test_house_pieces_step_aside_for_a_song_of_the_owners(running: RunningPlayer) -> None:
    running.song("happy/house/piece.flac", seconds=30)
    running.song("sad/house/piece.flac", seconds=30)
    running.song("sad/mine.flac", seconds=30)
    async with running:
        running.player.play(Emotion.HAPPY, InWords(text="you smile"))
        await running.until_plays("happy/house/piece.flac")
        running.player.play(Emotion.SAD, InWords(text="you weep"), at_once=True)
        await running.until_from("sad")
        for count in range(2, 6):
            await running.until(lambda count=count: len(running.started) >= count)
            running.player.skip()
        assert set(running.started[1:]) == {"sad/mine.flac"}


async def test_house_pieces_are_silent_when_the_owner_wants_none(running: RunningPlayer) -> None:
    running = RunningPlayer(running.folder, house_music=False)
    running.song("happy/house/piece.flac", seconds=30)
    running.song("sad/mine.flac", seconds=30)
    async with running:
        running.player.play(Emotion.HAPPY, InWords(text="you smile"))
        await running.until_plays("sad/mine.flac")


async def test_junk_is_passed_over_and_named_once(running: RunningPlayer) -> None:
    junk(running.songs / "happy" / "noise.flac", bytes(range(256)) * 40)
    junk(running.songs / "happy" / "text.flac")
    running.song("happy/good.flac", seconds=0.6)
    async with running:
        running.player.play(Emotion.HAPPY, InWords(text="you smile"))
        await running.until(lambda: len(running.warnings) >= 2 and len(running.started) > 4)
        assert sorted(text.split(" cannot be played ")[0] for text in running.warnings) == [
            "happy/noise.flac",
            "happy/text.flac",
        ]
        assert "replace it" in running.warnings[0]


async def test_an_empty_file_stops_nothing_whether_mpd_lists_it_or_not(running: RunningPlayer) -> None:
    # MPD 0.23 takes an empty file into its library at one start and leaves it out at the next.
    junk(running.songs / "happy" / "zero.flac", b"")
    running.song("happy/good.flac", seconds=0.6)
    async with running:
        async with running.other() as mpd:
            listed = any(entry.get("file") == "happy/zero.flac" for entry in await mpd.ask("listall"))
        running.player.play(Emotion.HAPPY, InWords(text="you smile"))
        await running.until(lambda: len(running.warnings) == listed and len(running.started) > 4)
        assert all(text.startswith("happy/zero.flac cannot be played ") for text in running.warnings)


async def test_a_folder_of_nothing_but_junk_gives_way_to_the_nearest_emotion(running: RunningPlayer) -> None:
    for number in range(4):
        junk(running.songs / "fear" / f"{number}.flac")
    running.song("angry/near.flac", seconds=30)
    async with running:
        running.player.play(Emotion.FEAR, InWords(text="you shiver"))
        await running.until_plays("angry/near.flac")
        assert len(running.warnings) == 5


async def test_nothing_but_junk_anywhere_is_tried_for_a_while_and_then_left_in_peace(
    running: RunningPlayer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue_feeder, "FAILURES", 4)
    monkeypatch.setattr(queue_feeder, "REST_FIRST", 300.0)
    running = RunningPlayer(running.folder)
    for number in range(8):
        junk(running.songs / "happy" / f"{number}.flac")
    async with running:
        running.player.play(Emotion.HAPPY, InWords(text="you smile"))
        await running.until(lambda: len(running.warnings) >= 4)
        await asyncio.sleep(1)
        assert len(running.warnings) <= 5


async def test_who_asks_for_music_need_not_wait_after_many_failures(
    running: RunningPlayer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue_feeder, "REST_FIRST", 300.0)
    running = RunningPlayer(running.folder)
    for number in range(queue_feeder.FAILURES + 1):
        junk(running.songs / "happy" / f"{number}.flac")
    async with running:
        running.player.play(Emotion.HAPPY, InWords(text="you smile"))
        await running.until(lambda: len(running.warnings) >= queue_feeder.FAILURES)
        running.song("sad/a.flac", seconds=30)
        await running.settled()
        running.player.play(Emotion.SAD, InWords(text="you chose sad"), at_once=True)
        await running.until_plays("sad/a.flac")


async def test_a_broken_song_is_tried_again_after_it_was_replaced(running: RunningPlayer) -> None:
    song = running.songs / "happy" / "a.flac"
    junk(song)
    os.utime(song, (1e9, 1e9))
    running.song("sad/b.flac", seconds=30)
    async with running:
        running.player.play(Emotion.HAPPY, InWords(text="you smile"))
        await running.until_from("sad")
        tone(song, seconds=30)
        async with running.other() as other:
            await other.ask("update", "happy")
        await running.until(lambda: running.state.ahead == ("happy/a.flac",))


async def test_a_skip_onto_junk_leads_past_it(running: RunningPlayer) -> None:
    running = RunningPlayer(running.folder, ahead=2)
    running.song("happy/good.flac", seconds=30)
    async with running, running.other() as other:
        running.player.play(Emotion.HAPPY, InWords(text="you smile"))
        await running.until_plays("happy/good.flac")
        running.song("happy/better.flac", seconds=30)
        junk(running.songs / "happy" / "text.flac")
        await other.ask("update", "happy")
        await running.until(lambda: {"happy/better.flac", "happy/text.flac"} & {*running.state.ahead})
        presses = 0
        while presses < 12 or not running.warnings:  # the junk is chosen by chance
            presses += 1
            running.player.skip()
            await running.until(
                lambda presses=presses: len(running.skipped) >= presses and running.state.state == "play"
            )
        assert "happy/text.flac" not in running.started
        assert [text.split(" cannot")[0] for text in running.warnings] == ["happy/text.flac"]


@pytest.mark.slow
async def test_a_song_that_vanished_from_disk_stops_nothing(running: RunningPlayer) -> None:
    running.song("happy/a.flac", seconds=0.8)
    running.song("happy/b.flac", seconds=0.8)
    async with running:
        running.player.play(Emotion.HAPPY, InWords(text="you smile"))
        await running.until(lambda: len(running.state.ahead) == 1)
        (running.songs / running.state.ahead[0]).unlink()
        await running.until(lambda: len(running.started) >= 4)


async def test_dead_streams_are_left_out_and_named(running: RunningPlayer) -> None:
    running.song("happy/a.flac", seconds=0.8)
    (running.songs / "happy" / "radio.m3u").write_text("#EXTM3U\nhttp://127.0.0.1:9/radio.mp3\n")
    async with running:
        running.player.play(Emotion.HAPPY, InWords(text="you smile"))
        await running.until(lambda: running.warnings and len(running.started) > 3)
        assert len(running.warnings) == 1
        assert "http://127.0.0.1:9/radio.mp3 cannot be played" in running.warnings[0]


async def test_a_stream_gives_way_to_the_next_mood(running: RunningPlayer) -> None:
    source = tone(running.folder / "long.flac", seconds=20)

    async def radio(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.0 200 OK\r\nContent-Type: audio/flac\r\n\r\n" + source.read_bytes())
        try:
            await writer.drain()
            await asyncio.sleep(30)
        except (ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(radio, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    (running.songs / "happy").mkdir()
    (running.songs / "happy" / "radio.m3u").write_text(f"http://127.0.0.1:{port}/radio.flac\n")
    running.song("sad/b.flac", seconds=30)
    async with running:
        running.player.play(Emotion.HAPPY, InWords(text="you smile"))
        await running.until(lambda: running.state.state == "play" and running.state.elapsed > 0.5)
        assert running.state.emotion is Emotion.HAPPY
        running.player.play(Emotion.SAD, InWords(text="you weep"))
        await running.until_plays("sad/b.flac")
    server.close()


async def test_names_with_quotes_backslashes_and_odd_bytes_play_or_are_left_out(running: RunningPlayer) -> None:
    names = ["it's.flac", 'say "hi".flac', "back\\slash.flac", "ünï çødé ☂.flac", "a'\\\"b.flac", "(base 'x').flac"]
    for name in names:
        running.song(f"happy/{name}", seconds=30)
    good = running.songs / "happy" / names[0]
    for raw in (b"new\nline.flac", b"latin\xe9.flac"):
        shutil.copy(good, good.with_name(os.fsdecode(raw)))
    async with running:
        running.player.play(Emotion.HAPPY, InWords(text="you smile"))
        for count in range(1, 13):
            await running.until(lambda count=count: len(running.started) >= count)
            running.player.skip()
        assert set(running.started) <= {f"happy/{name}" for name in names}
        assert len(set(running.started)) >= 4
        assert not running.warnings


async def test_songs_with_a_head_and_nothing_behind_it_are_named_once_and_not_tried_for_ever(
    running: RunningPlayer,
) -> None:
    """MPD knows their length, runs through them without a sound, and calls that no error."""
    for name in ("happy/a.flac", "happy/b.flac"):
        file = running.song(name)
        file.write_bytes(file.read_bytes()[:200] + bytes(9000))
    running.song("surprise/good.flac", seconds=20)
    async with running:
        running.player.play(Emotion.HAPPY, InWords(text="you smile"))
        await running.until_plays("surprise/good.flac")
        told = sorted(warning for warning in running.warnings if "cannot be played" in warning)
        assert [warning.split(" ")[0] for warning in told] == ["happy/a.flac", "happy/b.flac"]
