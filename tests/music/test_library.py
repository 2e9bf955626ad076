"""What MPD and the songs folder hold."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from appliance.emotion import Emotion
from appliance.music.library import Library, Shelf, quote, read_list
from tests.music.stage import Stage

HAPPY = Emotion.HAPPY


async def test_the_owners_songs_and_house_pieces_are_counted_apart(stage: Stage) -> None:
    stage.song("happy/a.flac", seconds=0.1)
    stage.song("happy/album/b.flac", seconds=0.1)
    stage.song("happy/house/c.flac", seconds=0.1)
    stage.song("sad/d.flac", seconds=0.1)
    library = Library(None)
    async with stage, stage.other() as mpd:
        library.connection = mpd
        assert await library.count(Shelf(HAPPY)) == 2
        assert await library.count(Shelf(HAPPY, house=True)) == 1
        assert await library.count(Shelf(Emotion.SAD, house=True)) == 0
        assert await library.count(Shelf(Emotion.FEAR)) == 0
        assert await library.files(Shelf(Emotion.FEAR), 0, 1) == []
        assert [track.file for track in await library.files(Shelf(HAPPY), 1, 2)] in (
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


def test_a_list_gives_its_streams_and_says_what_it_leaves_out(tmp_path: Path) -> None:
    file = tmp_path / "radio.m3u"
    file.write_bytes(
        "\ufeff#EXTM3U\r\n#EXTINF:-1,Radio\r\nhttp://example.org/a\r\n\r\nHTTPS://example.org/b\nfile:///etc/passwd\n".encode()
    )
    addresses, problems = read_list(file)
    assert addresses == ["http://example.org/a", "HTTPS://example.org/b"]
    assert problems == [f"{file}:6: 'file:///etc/passwd' is no http:// or https:// address; it is left out"]


def test_a_list_without_a_stream_is_a_problem(tmp_path: Path) -> None:
    file = tmp_path / "radio.m3u"
    file.write_bytes(b"")
    assert read_list(file) == ([], [f"{file}: names no stream; a line such as https://example.org/radio.mp3 would"])


def test_a_list_that_cannot_be_read_is_a_problem(tmp_path: Path) -> None:
    addresses, (problem,) = read_list(tmp_path / "missing.m3u")
    assert addresses == []
    assert "cannot be read" in problem


@given(st.binary(max_size=200))
def test_no_bytes_upset_the_reading_of_a_list(data: bytes) -> None:
    import tempfile

    with tempfile.NamedTemporaryFile(suffix=".m3u") as file:
        file.write(data)
        file.flush()
        addresses, _ = read_list(Path(file.name))
        assert all(address.lower().startswith("http") for address in addresses)


async def test_lists_in_an_emotions_folder_give_streams_once_each(stage: Stage) -> None:
    (stage.songs / "happy").mkdir()
    (stage.songs / "happy" / "a.m3u").write_text("http://example.org/a\nhttp://example.org/b\n")
    (stage.songs / "happy" / "b.M3U8").write_text("http://example.org/a\n")
    library = Library(stage.songs)
    assert [track.file for track in await library.streams(Shelf(HAPPY))] == [
        "http://example.org/a",
        "http://example.org/b",
    ]
    assert await library.streams(Shelf(Emotion.SAD)) == ()
    assert await Library(None).streams(Shelf(HAPPY)) == ()
