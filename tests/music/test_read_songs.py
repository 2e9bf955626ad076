"""MPD is told of songs that come and go."""

from __future__ import annotations

import asyncio
import os

from appliance.emotion import EMOTIONS, Emotion
from appliance.songs.keeper import SongKeeper
from tests.music.stage import Stage, tone
from tests.songs.music import music


async def until_known(stage: Stage, folder: str, *files: str) -> None:
    """Wait until MPD knows just these files in a folder."""
    async with asyncio.timeout(10), stage.other() as mpd:
        while sorted(song["file"] for song in await mpd.ask("search", "file", f"{folder}/")) != sorted(files):
            await asyncio.sleep(0.05)


async def test_songs_in_a_folder_that_mpd_would_never_look_into_are_known_when_asked_for(stage: Stage) -> None:
    """MPD by itself misses a folder that is made after its start."""
    stage.song("happy/a.flac")
    async with stage:
        await stage.player.play(Emotion.HAPPY, "test")
        await stage.until_plays("happy/a.flac")
        stage.song("fear/b.flac", seconds=0.1)
        await stage.player.read_songs(Emotion.FEAR)
        await until_known(stage, "fear", "fear/b.flac")


async def test_what_is_asked_for_while_mpd_is_away_is_done_on_its_return(stage: Stage) -> None:
    stage.song("happy/a.flac")
    async with stage:
        await stage.player.play(Emotion.HAPPY, "test")
        await stage.until_plays("happy/a.flac")
        await stage.server.stop()
        await stage.until(lambda: stage.state.state == "lost")
        await stage.player.read_songs(Emotion.FEAR)
        stage.song("fear/b.flac", seconds=0.1)
        await stage.server.start()
        await stage.until(lambda: stage.state.state == "play")
        await until_known(stage, "fear", "fear/b.flac")


async def test_the_first_song_of_a_mood_takes_the_stand_ins_place_at_once(stage: Stage) -> None:
    """What was queued from another folder makes way, so that the next track is the new one."""
    for name in ("sad/a.flac", "sad/b.flac"):
        stage.song(name, seconds=20)
    async with stage:
        await stage.player.play(Emotion.FEAR, "test")
        await stage.until(lambda: stage.state.state == "play" and stage.state.ahead)
        tone(stage.songs / "fear" / "c.flac")
        await stage.player.read_songs(Emotion.FEAR)
        await stage.until(lambda: stage.state.ahead == ("fear/c.flac",))


async def test_what_is_queued_a_second_time_for_want_of_others_makes_way_for_a_new_song(stage: Stage) -> None:
    stage.song("happy/a.flac", seconds=90)
    async with stage:
        await stage.player.play(Emotion.HAPPY, "test")
        await stage.until(lambda: stage.state.state == "play" and stage.state.ahead == ("happy/a.flac",))
        stage.song("happy/b.flac", seconds=20)
        await stage.player.read_songs(Emotion.HAPPY)
        await stage.until(lambda: stage.state.ahead == ("happy/b.flac",))
        assert stage.state.file == "happy/a.flac"


async def test_a_house_piece_that_is_next_makes_way_for_the_owners_first_song(stage: Stage) -> None:
    for name in ("happy/house/a.flac", "happy/house/b.flac"):
        stage.song(name, seconds=20)
    async with stage:
        await stage.player.play(Emotion.HAPPY, "test")
        await stage.until(lambda: stage.state.state == "play" and stage.state.ahead)
        playing = stage.state.file
        stage.song("happy/mine.flac", seconds=20)
        await stage.player.read_songs(Emotion.HAPPY)
        await stage.until(lambda: stage.state.ahead == ("happy/mine.flac",))
        assert stage.state.file == playing


async def test_a_song_that_is_moved_while_it_plays_is_heard_to_its_end_and_one_that_is_next_gives_way(
    stage: Stage,
) -> None:
    for name in ("happy/a.flac", "happy/b.flac", "happy/c.flac", "sad/d.flac"):
        stage.song(name, seconds=20)
    async with stage:
        await stage.player.play(Emotion.HAPPY, "test")
        await stage.until(lambda: stage.state.state == "play" and stage.state.ahead)
        playing, following = stage.state.file or "", stage.state.ahead[0]
        for file in (playing, following):
            (stage.songs / file).rename(stage.songs / file.replace("happy/", "sad/"))
        await stage.player.read_songs(Emotion.HAPPY)
        await stage.player.read_songs(Emotion.SAD)
        (left,) = {"happy/a.flac", "happy/b.flac", "happy/c.flac"} - {playing, following}
        await stage.until(lambda: stage.state.ahead == (left,))
        await until_known(
            stage, "sad", "sad/d.flac", *(file.replace("happy/", "sad/") for file in (playing, following))
        )
        assert (stage.state.state, stage.state.file) == ("play", playing)
        assert stage.warnings == []


async def test_a_song_that_mpd_tried_in_vain_is_shown_as_such_until_it_is_replaced(stage: Stage) -> None:
    bad = stage.song("happy/bad.flac")
    bad.write_bytes(bad.read_bytes()[:200] + bytes(9000))  # the head of a song, and nothing behind it
    keeper = SongKeeper(stage.songs, 1, 0)
    keeper.tried = lambda: stage.player.unplayable
    assert keeper.page(Emotion.HAPPY, 0, 9)[1][0].problem == ""
    async with stage:
        await stage.player.play(Emotion.HAPPY, "test")
        await stage.until(lambda: stage.player.unplayable)
        _, (song,) = keeper.page(Emotion.HAPPY, 0, 9)
        assert song.problem.startswith("cannot be played (")
        found = keeper.survey()[EMOTIONS.index(Emotion.HAPPY)]
        assert (found.songs, [problem.place for problem in found.problems]) == (0, [bad])
        os.utime(bad, (1_000_000, 1_000_000))
        assert keeper.page(Emotion.HAPPY, 0, 9)[1][0].problem == ""


async def test_a_new_song_that_mpd_leaves_out_is_told_and_shown(stage: Stage) -> None:
    """It begins like a song, so that it was taken in, but MPD finds nothing in it to play."""
    stage.song("happy/a.flac", seconds=20)
    keeper = SongKeeper(stage.songs, 1, 0)
    keeper.tried = lambda: stage.player.unplayable
    async with stage:
        await stage.player.play(Emotion.HAPPY, "test")
        await stage.until_plays("happy/a.flac")
        stage.song("happy/good.flac", seconds=0.1)
        (stage.songs / "happy" / "it's bad.flac").write_bytes(music(size=9000))
        (stage.songs / "happy" / "radio.m3u").write_text("http://example.org/a\n")
        for name in ("good.flac", "it's bad.flac", "radio.m3u", "gone.flac"):
            await stage.player.read_songs(Emotion.HAPPY, f"happy/{name}")
        await stage.until(lambda: stage.warnings)
        await until_known(stage, "happy", "happy/a.flac", "happy/good.flac")
        assert [warning.partition(";")[0] for warning in stage.warnings] == [
            "happy/it's bad.flac cannot be played (MPD finds no music in it)"
        ]
        problems = {song.name: song.problem for song in keeper.page(Emotion.HAPPY, 0, 9)[1] if song.problem}
        assert list(problems) == ["it's bad.flac"]
