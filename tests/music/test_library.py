"""What MPD and the songs folder hold."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from appliance.domain.emotions import Emotion
from appliance.domain.reasons import InWords
from appliance.music.library import FolderPart, Library, quote
from tests.music.running_player import RunningPlayer, tone

HAPPY = Emotion.HAPPY


async def test_the_owners_songs_and_house_pieces_are_counted_apart(running: RunningPlayer) -> None:
    running.song("happy/a.flac", seconds=0.1)
    running.song("happy/album/b.flac", seconds=0.1)
    running.song("happy/house/c.flac", seconds=0.1)
    running.song("sad/d.flac", seconds=0.1)
    library = Library(None)
    async with running, running.other() as mpd:
        library.connection = mpd
        assert await library.count(FolderPart(HAPPY)) == 2
        assert await library.count(FolderPart(HAPPY, house=True)) == 1
        assert await library.count(FolderPart(Emotion.SAD, house=True)) == 0
        assert await library.count(FolderPart(Emotion.FEAR)) == 0
        assert await library.files(FolderPart(Emotion.FEAR), 0, 1) == []
        assert [track.file for track in await library.files(FolderPart(HAPPY), 1, 2)] in (
            ["happy/a.flac"],
            ["happy/album/b.flac"],
        )


@given(st.text(alphabet="a'\\\"() ", max_size=12))
def test_a_quoted_value_reads_back_as_itself(value: str) -> None:
    inner, read, escaped = quote(value)[1:-1], "", False
    for letter in inner:
        assert escaped or letter != "'"
        if escaped or letter != "\\":
            read += letter
        escaped = letter == "\\" and not escaped
    assert read == value


async def test_lists_in_an_emotions_folder_give_streams_once_each(running: RunningPlayer) -> None:
    (running.songs / "happy").mkdir()
    (running.songs / "happy" / "a.m3u").write_text("http://example.org/a\nhttp://example.org/b\n")
    (running.songs / "happy" / "b.M3U8").write_text("http://example.org/a\n")
    library = Library(running.songs)
    assert [track.file for track in await library.streams(FolderPart(HAPPY))] == [
        "http://example.org/a",
        "http://example.org/b",
    ]
    assert await library.streams(FolderPart(Emotion.SAD)) == ()
    assert await Library(None).streams(FolderPart(HAPPY)) == ()


async def test_songs_elsewhere_that_the_list_of_an_album_names_play(running: RunningPlayer) -> None:
    running.song("happy/own/1.flac")
    running.song("records/2.flac", seconds=20)
    (running.songs / "happy" / "album.m3u").write_text("own/1.flac\n../records/2.flac\n../../outside.flac\n")
    tone(running.folder / "outside.flac")
    library = Library(running.songs)
    tracks = await library.streams(FolderPart(Emotion.HAPPY))
    assert [(track.file, track.emotion, track.stream) for track in tracks] == [("records/2.flac", Emotion.HAPPY, False)]
    async with running:
        running.player.play(Emotion.HAPPY, InWords(text="you smile"))
        await running.until_plays("records/2.flac")
        assert running.state.emotion is Emotion.HAPPY
        assert running.warnings == []
