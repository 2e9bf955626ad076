"""MPD is told of songs that come and go."""

from __future__ import annotations

import asyncio
import os

from appliance.domain.emotions import EMOTIONS, Emotion
from appliance.domain.reasons import InWords
from appliance.songs.store import SongStore
from tests.music.running_player import RunningPlayer, tone
from tests.songs.music import music


async def until_known(running: RunningPlayer, folder: str, *files: str) -> None:
    """Wait until MPD knows just these files in a folder."""
    async with asyncio.timeout(60), running.other() as mpd:
        while sorted(song["file"] for song in await mpd.ask("search", "file", f"{folder}/")) != sorted(files):
            await asyncio.sleep(0.05)


async def test_songs_in_a_folder_that_mpd_would_never_look_into_are_known_when_asked_for(
    running: RunningPlayer,
) -> None:
    """MPD by itself misses a folder that is made after its start."""
    running.song("happy/a.flac")
    async with running:
        running.player.play(Emotion.HAPPY, InWords(text="test"))
        await running.until_plays("happy/a.flac")
        running.song("fear/b.flac", seconds=0.1)
        running.player.read_songs(Emotion.FEAR)
        await until_known(running, "fear", "fear/b.flac")


async def test_what_is_asked_for_while_mpd_is_away_is_done_on_its_return(running: RunningPlayer) -> None:
    running.song("happy/a.flac")
    async with running:
        running.player.play(Emotion.HAPPY, InWords(text="test"))
        await running.until_plays("happy/a.flac")
        await running.server.stop()
        await running.until(lambda: running.state.state == "lost")
        running.player.read_songs(Emotion.FEAR)
        running.song("fear/b.flac", seconds=0.1)
        await running.server.start()
        await running.until(lambda: running.state.state == "play")
        await until_known(running, "fear", "fear/b.flac")


async def test_the_first_song_of_a_mood_takes_the_stand_ins_place_at_once(running: RunningPlayer) -> None:
    """What was queued from another folder makes way, so that the next track is the new one."""
    for name in ("sad/a.flac", "sad/b.flac"):
        running.song(name, seconds=20)
    async with running:
        running.player.play(Emotion.FEAR, InWords(text="test"))
        await running.until(lambda: running.state.state == "play" and running.state.ahead)
        tone(running.songs / "fear" / "c.flac")
        running.player.read_songs(Emotion.FEAR)
        await running.until(lambda: running.state.ahead == ("fear/c.flac",))


async def test_what_is_queued_a_second_time_for_want_of_others_makes_way_for_a_new_song(running: RunningPlayer) -> None:
    running.song("happy/a.flac", seconds=90)
    async with running:
        running.player.play(Emotion.HAPPY, InWords(text="test"))
        await running.until(lambda: running.state.state == "play" and running.state.ahead == ("happy/a.flac",))
        running.song("happy/b.flac", seconds=20)
        running.player.read_songs(Emotion.HAPPY)
        await running.until(lambda: running.state.ahead == ("happy/b.flac",))
        assert running.state.file == "happy/a.flac"


async def test_a_house_piece_that_is_next_makes_way_for_the_owners_first_song(running: RunningPlayer) -> None:
    for name in ("happy/house/a.flac", "happy/house/b.flac"):
        running.song(name, seconds=20)
    async with running:
        running.player.play(Emotion.HAPPY, InWords(text="test"))
        await running.until(lambda: running.state.state == "play" and running.state.ahead)
        playing = running.state.file
        running.song("happy/mine.flac", seconds=20)
        running.player.read_songs(Emotion.HAPPY)
        await running.until(lambda: running.state.ahead == ("happy/mine.flac",))
        assert running.state.file == playing


async def test_a_song_that_is_moved_while_it_plays_is_heard_to_its_end_and_one_that_is_next_gives_way(
    running: RunningPlayer,
) -> None:
    for name in ("happy/a.flac", "happy/b.flac", "happy/c.flac", "sad/d.flac"):
        running.song(name, seconds=20)
    async with running:
        running.player.play(Emotion.HAPPY, InWords(text="test"))
        await running.until(lambda: running.state.state == "play" and running.state.ahead)
        playing, following = running.state.file or "", running.state.ahead[0]
        for file in (playing, following):
            (running.songs / file).rename(running.songs / file.replace("happy/", "sad/"))
        running.player.read_songs(Emotion.HAPPY)
        running.player.read_songs(Emotion.SAD)
        (left,) = {"happy/a.flac", "happy/b.flac", "happy/c.flac"} - {playing, following}
        await running.until(lambda: running.state.ahead == (left,))
        await until_known(
            running, "sad", "sad/d.flac", *(file.replace("happy/", "sad/") for file in (playing, following))
        )
        assert (running.state.state, running.state.file) == ("play", playing)
        assert running.warnings == []


async def test_a_song_that_mpd_tried_in_vain_is_shown_as_such_until_it_is_replaced(running: RunningPlayer) -> None:
    bad = running.song("happy/bad.flac")
    bad.write_bytes(bad.read_bytes()[:200] + bytes(9000))  # the head of a song, and nothing behind it
    keeper = SongStore(running.songs, 1, 0)
    keeper.tried = lambda: running.player.unplayable
    assert keeper.page(Emotion.HAPPY, 0, 9)[1][0].problem == ""
    async with running:
        running.player.play(Emotion.HAPPY, InWords(text="test"))
        await running.until(lambda: running.player.unplayable)
        _, (song,) = keeper.page(Emotion.HAPPY, 0, 9)
        assert song.problem.startswith("cannot be played (")
        found = keeper.survey()[EMOTIONS.index(Emotion.HAPPY)]
        assert (found.songs, [problem.place for problem in found.problems]) == (0, [bad])
        os.utime(bad, (1_000_000, 1_000_000))
        assert keeper.page(Emotion.HAPPY, 0, 9)[1][0].problem == ""


async def test_a_new_song_that_mpd_leaves_out_is_told_and_shown(running: RunningPlayer) -> None:
    """It begins like a song, so that it was taken in, but MPD finds nothing in it to play."""
    running.song("happy/a.flac", seconds=20)
    keeper = SongStore(running.songs, 1, 0)
    keeper.tried = lambda: running.player.unplayable
    async with running:
        running.player.play(Emotion.HAPPY, InWords(text="test"))
        await running.until_plays("happy/a.flac")
        running.song("happy/good.flac", seconds=0.1)
        (running.songs / "happy" / "it's bad.flac").write_bytes(music(size=9000))
        (running.songs / "happy" / "radio.m3u").write_text("http://example.org/a\n")
        for name in ("good.flac", "it's bad.flac", "radio.m3u", "gone.flac"):
            running.player.read_songs(Emotion.HAPPY, f"happy/{name}")
        await running.until(lambda: running.warnings)
        await until_known(running, "happy", "happy/a.flac", "happy/good.flac")
        assert [warning.partition(";")[0] for warning in running.warnings] == [
            "happy/it's bad.flac cannot be played (MPD finds no music in it)"
        ]
        problems = {song.name: song.problem for song in keeper.page(Emotion.HAPPY, 0, 9)[1] if song.problem}
        assert list(problems) == ["it's bad.flac"]
