"""What is queued when folders are empty, songs are broken, or streams are dead."""

from __future__ import annotations

import asyncio
import os
import shutil
from pathlib import Path

import pytest

from appliance.emotion import Emotion
from appliance.music import shortage
from tests.music.stage import Stage, tone


def junk(file: Path, data: bytes = b"this is no music " * 500) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)


async def test_an_empty_folder_is_replaced_by_the_nearest_emotion_with_one_warning(stage: Stage) -> None:
    (stage.songs / "fear").mkdir()
    stage.song("angry/near.flac", seconds=1)
    stage.song("sad/far.flac", seconds=1)
    async with stage:
        await stage.player.play(Emotion.FEAR, "you shiver")
        await stage.until(lambda: len(stage.started) == 3)
        assert set(stage.started) == {"angry/near.flac"}
        assert stage.warnings == ["songs/fear holds nothing to play: playing from songs/angry until it does"]
        assert stage.state.why == "you shiver (songs/fear is empty, so from angry)"


async def test_songs_put_into_an_empty_folder_are_found_and_played(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shortage, "ASK_FIRST", 0.4)
    stage = Stage(stage.folder)
    stage.song("angry/near.flac", seconds=10)
    async with stage:
        await stage.player.play(Emotion.FEAR, "you shiver")
        await stage.until_from("angry")
        stage.song("fear/new.flac", seconds=10)
        await stage.until(lambda: stage.state.ahead == ("fear/new.flac",))


async def test_an_override_that_found_an_empty_folder_hastens_no_later_mood(stage: Stage) -> None:
    stage.song("angry/near.flac", seconds=10)
    stage.song("happy/a.flac", seconds=10)
    async with stage:
        await stage.player.play(Emotion.FEAR, "you chose fear", at_once=True)
        await stage.until_from("angry")
        await stage.player.play(Emotion.HAPPY, "you smile")
        await stage.until(lambda: stage.state.ahead == ("happy/a.flac",))
        await asyncio.sleep(0.5)
        assert stage.state.file == "angry/near.flac"


async def test_without_any_song_it_says_so_once_and_plays_as_soon_as_there_is_one(stage: Stage) -> None:
    async with stage:
        await stage.player.play(Emotion.HAPPY, "you smile")
        await stage.until(lambda: stage.warnings)
        assert stage.warnings == ["There is no music: put songs into the folder of an emotion, such as songs/happy"]
        stage.song("happy/first.flac")
        await stage.until_plays("happy/first.flac")
        assert len(stage.warnings) == 1


async def test_nobody_is_told_of_empty_folders_while_house_pieces_are_in_the_making(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shortage, "COMPOSING", 20.0)
    monkeypatch.setattr(shortage, "ASK_FIRST", 0.2)
    stage = Stage(stage.folder)
    async with stage:
        await stage.player.play(Emotion.HAPPY, "you smile")
        await asyncio.sleep(0.5)
        stage.song("sad/house/first.flac", seconds=10)
        await stage.until_plays("sad/house/first.flac")
        stage.song("happy/house/piece.flac", seconds=10)
        await stage.until(lambda: stage.state.ahead == ("happy/house/piece.flac",))
        assert not stage.warnings


async def test_house_pieces_step_aside_for_a_song_of_the_owners(stage: Stage) -> None:
    stage.song("happy/house/piece.flac", seconds=10)
    stage.song("sad/house/piece.flac", seconds=10)
    stage.song("sad/mine.flac", seconds=10)
    async with stage:
        await stage.player.play(Emotion.HAPPY, "you smile")
        await stage.until_plays("happy/house/piece.flac")
        await stage.player.play(Emotion.SAD, "you weep", at_once=True)
        await stage.until_from("sad")
        for count in range(2, 6):
            await stage.until(lambda count=count: len(stage.started) == count)
            await stage.player.skip()
        assert set(stage.started[1:]) == {"sad/mine.flac"}


async def test_house_pieces_are_silent_when_the_owner_wants_none(stage: Stage) -> None:
    stage = Stage(stage.folder, house_music=False)
    stage.song("happy/house/piece.flac", seconds=10)
    stage.song("sad/mine.flac", seconds=10)
    async with stage:
        await stage.player.play(Emotion.HAPPY, "you smile")
        await stage.until_plays("sad/mine.flac")


async def test_junk_is_passed_over_and_named_once(stage: Stage) -> None:
    junk(stage.songs / "happy" / "noise.flac", bytes(range(256)) * 40)
    junk(stage.songs / "happy" / "text.flac")
    stage.song("happy/good.flac", seconds=0.6)
    async with stage:
        await stage.player.play(Emotion.HAPPY, "you smile")
        await stage.until(lambda: len(stage.warnings) >= 2 and len(stage.started) > 4)
        assert sorted(text.split(" cannot be played ")[0] for text in stage.warnings) == [
            "happy/noise.flac",
            "happy/text.flac",
        ]
        assert "replace it" in stage.warnings[0]


async def test_an_empty_file_stops_nothing_whether_mpd_lists_it_or_not(stage: Stage) -> None:
    # MPD 0.23 takes an empty file into its library at one start and leaves it out at the next.
    junk(stage.songs / "happy" / "zero.flac", b"")
    stage.song("happy/good.flac", seconds=0.6)
    async with stage:
        async with stage.other() as mpd:
            listed = any(entry.get("file") == "happy/zero.flac" for entry in await mpd.ask("listall"))
        await stage.player.play(Emotion.HAPPY, "you smile")
        await stage.until(lambda: len(stage.warnings) == listed and len(stage.started) > 4)
        assert all(text.startswith("happy/zero.flac cannot be played ") for text in stage.warnings)


async def test_a_folder_of_nothing_but_junk_gives_way_to_the_nearest_emotion(stage: Stage) -> None:
    for number in range(4):
        junk(stage.songs / "fear" / f"{number}.flac")
    stage.song("angry/near.flac", seconds=10)
    async with stage:
        await stage.player.play(Emotion.FEAR, "you shiver")
        await stage.until_plays("angry/near.flac")
        assert len(stage.warnings) == 5


async def test_nothing_but_junk_anywhere_is_tried_for_a_while_and_then_left_in_peace(stage: Stage) -> None:
    for number in range(12):
        junk(stage.songs / "happy" / f"{number}.flac")
    async with stage:
        await stage.player.play(Emotion.HAPPY, "you smile")
        await stage.until(lambda: len(stage.warnings) >= 8)
        await asyncio.sleep(1)
        assert len(stage.warnings) <= 9


async def test_a_broken_song_is_tried_again_after_it_was_replaced(stage: Stage) -> None:
    song = stage.songs / "happy" / "a.flac"
    junk(song)
    os.utime(song, (1e9, 1e9))
    stage.song("sad/b.flac", seconds=10)
    async with stage:
        await stage.player.play(Emotion.HAPPY, "you smile")
        await stage.until_from("sad")
        tone(song, seconds=10)
        async with stage.other() as other:
            await other.ask("update", "happy")
        await stage.until(lambda: stage.state.ahead == ("happy/a.flac",))


async def test_a_skip_onto_junk_leads_past_it(stage: Stage) -> None:
    stage = Stage(stage.folder, ahead=2)
    stage.song("happy/good.flac", seconds=10)
    async with stage, stage.other() as other:
        await stage.player.play(Emotion.HAPPY, "you smile")
        await stage.until_plays("happy/good.flac")
        stage.song("happy/better.flac", seconds=10)
        junk(stage.songs / "happy" / "text.flac")
        await other.ask("update", "happy")
        await stage.settled()
        await asyncio.sleep(0.6)
        for presses in range(1, 13):
            await stage.player.skip()
            await stage.until(lambda presses=presses: len(stage.skipped) >= presses and stage.state.state == "play")
        assert "happy/text.flac" not in stage.started
        assert [text.split(" cannot")[0] for text in stage.warnings] == ["happy/text.flac"]


@pytest.mark.slow
async def test_a_song_that_vanished_from_disk_stops_nothing(stage: Stage) -> None:
    stage.song("happy/a.flac", seconds=0.8)
    stage.song("happy/b.flac", seconds=0.8)
    async with stage:
        await stage.player.play(Emotion.HAPPY, "you smile")
        await stage.until(lambda: len(stage.state.ahead) == 1)
        (stage.songs / stage.state.ahead[0]).unlink()
        await stage.until(lambda: len(stage.started) >= 4)


async def test_dead_streams_are_left_out_and_named(stage: Stage) -> None:
    stage.song("happy/a.flac", seconds=0.8)
    (stage.songs / "happy" / "radio.m3u").write_text("#EXTM3U\nhttp://127.0.0.1:9/radio.mp3\n")
    async with stage:
        await stage.player.play(Emotion.HAPPY, "you smile")
        await stage.until(lambda: stage.warnings and len(stage.started) > 3)
        assert len(stage.warnings) == 1
        assert "http://127.0.0.1:9/radio.mp3 cannot be played" in stage.warnings[0]


async def test_a_stream_gives_way_to_the_next_mood(stage: Stage) -> None:
    source = tone(stage.folder / "long.flac", seconds=20)

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
    (stage.songs / "happy").mkdir()
    (stage.songs / "happy" / "radio.m3u").write_text(f"http://127.0.0.1:{port}/radio.flac\n")
    stage.song("sad/b.flac", seconds=10)
    async with stage:
        await stage.player.play(Emotion.HAPPY, "you smile")
        await stage.until(lambda: stage.state.state == "play" and stage.state.elapsed > 0.5)
        assert stage.state.emotion is Emotion.HAPPY
        await stage.player.play(Emotion.SAD, "you weep")
        await stage.until_plays("sad/b.flac", seconds=15)
    server.close()


async def test_names_with_quotes_backslashes_and_odd_bytes_play_or_are_left_out(stage: Stage) -> None:
    names = ["it's.flac", 'say "hi".flac', "back\\slash.flac", "ünï çødé ☂.flac", "a'\\\"b.flac", "(base 'x').flac"]
    for name in names:
        stage.song(f"happy/{name}", seconds=10)
    good = stage.songs / "happy" / names[0]
    for raw in (b"new\nline.flac", b"latin\xe9.flac"):
        shutil.copy(good, good.with_name(os.fsdecode(raw)))
    async with stage:
        await stage.player.play(Emotion.HAPPY, "you smile")
        for count in range(1, 13):
            await stage.until(lambda count=count: len(stage.started) == count)
            await stage.player.skip()
        assert set(stage.started) <= {f"happy/{name}" for name in names}
        assert len(set(stage.started)) >= 4
        assert not stage.warnings


async def test_songs_with_a_head_and_nothing_behind_it_are_named_once_and_not_tried_for_ever(stage: Stage) -> None:
    """MPD knows their length, runs through them without a sound, and calls that no error."""
    for name in ("happy/a.flac", "happy/b.flac"):
        file = stage.song(name)
        file.write_bytes(file.read_bytes()[:200] + bytes(9000))
    stage.song("surprise/good.flac", seconds=20)
    async with stage:
        await stage.player.play(Emotion.HAPPY, "you smile")
        await stage.until_plays("surprise/good.flac")
        told = sorted(warning for warning in stage.warnings if "cannot be played" in warning)
        assert [warning.split(" ")[0] for warning in told] == ["happy/a.flac", "happy/b.flac"]
