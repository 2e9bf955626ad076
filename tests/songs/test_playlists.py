"""Lists of streams."""

from __future__ import annotations

import os
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from appliance.songs.playlists import LIST_BYTES, parse_list, read_list, read_songs


def test_a_list_gives_its_streams_and_says_what_it_leaves_out(tmp_path: Path) -> None:
    file = tmp_path / "radio.m3u"
    file.write_bytes(
        "\ufeff#EXTM3U\r\n#EXTINF:-1,Radio\r\nhttp://example.org/a\r\n\r\nHTTPS://example.org/b\nfile:///etc/passwd\n".encode()
    )
    addresses, problems = read_list(file)
    assert addresses == ["http://example.org/a", "HTTPS://example.org/b"]
    assert [str(problem) for problem in problems] == [
        f"{file}: line 6 is 'file:///etc/passwd', no http:// or https:// address; it is left out"
    ]


def test_a_list_without_a_stream_is_a_problem(tmp_path: Path) -> None:
    file = tmp_path / "radio.m3u"
    file.write_bytes(b"")
    addresses, (problem,) = read_list(file)
    assert addresses == []
    assert problem.text == "names no stream; a line such as https://example.org/radio.mp3 would"


def test_the_list_of_an_album_names_songs_by_their_paths(tmp_path: Path) -> None:
    file = tmp_path / "happy" / "album.m3u8"
    for song in (tmp_path / "happy" / "Album" / "1 - née.flac", tmp_path / "records" / "2.mp3"):
        song.parent.mkdir(parents=True)
        song.write_bytes(b"music")
    file.write_text("#EXTM3U\n#EXTINF:1,One\nAlbum/1 - née.flac\n..\\records\\2.mp3\nAlbum/gone.flac\n/etc/passwd\n")
    assert [song.resolve() for song in read_songs(file)] == [
        tmp_path / "happy" / "Album" / "1 - née.flac",
        tmp_path / "records" / "2.mp3",
    ]
    addresses, problems = read_list(file)
    assert addresses == []
    assert [problem.text.split(",")[0] for problem in problems] == [
        "line 5 is 'Album/gone.flac'",
        "line 6 is '/etc/passwd'",
    ]


def test_a_list_that_cannot_be_read_is_a_problem(tmp_path: Path) -> None:
    addresses, (problem,) = read_list(tmp_path / "missing.m3u")
    assert addresses == []
    assert "cannot be read" in problem.text


def test_a_pipe_is_a_problem_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "radio.m3u")
    addresses, problems = read_list(tmp_path / "radio.m3u")
    assert addresses == []
    assert [str(problem) for problem in problems] == [f"{tmp_path}/radio.m3u: is no file; remove it"]


def test_of_a_list_without_an_end_only_the_beginning_is_read(tmp_path: Path) -> None:
    line = b"https://example.org/radio.mp3\n"
    (tmp_path / "radio.m3u").write_bytes(line * (3 * LIST_BYTES // len(line)))
    addresses, _ = read_list(tmp_path / "radio.m3u")
    assert len(addresses) in {LIST_BYTES // len(line), LIST_BYTES // len(line) + 1}


@given(st.binary(max_size=200))
def test_no_bytes_upset_the_reading_of_a_list(data: bytes) -> None:
    addresses, problems = parse_list(data)
    assert all(address.lower().startswith("http") for address in addresses)
    assert addresses or problems
