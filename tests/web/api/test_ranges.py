"""Songs heard on the phone: whole, in parts, and nothing that is no music."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.web.api.ranges import part
from tests.songs.music import music
from tests.web.running_page import Browser, RunningPage

SONG = music(size=300_000)


@pytest.mark.parametrize(
    ("wanted", "status", "start", "stop"),
    [
        (None, 200, 0, 300_000),
        ("bytes=0-", 206, 0, 300_000),
        ("bytes=0-0", 206, 0, 1),
        ("bytes=100-199", 206, 100, 200),
        ("bytes=299999-999999", 206, 299_999, 300_000),
        ("bytes=-5", 206, 299_995, 300_000),
        ("bytes=-999999", 206, 0, 300_000),
        ("bytes=1-2,5-6", 200, 0, 300_000),
        ("bytes=9-3", 200, 0, 300_000),
        ("bytes=-", 200, 0, 300_000),
        ("seconds=1-2", 200, 0, 300_000),
    ],
)
async def test_a_song_is_heard_whole_or_in_parts(
    owner: Browser, songs: Path, wanted: str | None, status: int, start: int, stop: int
) -> None:
    data = music() + bytes(number % 251 for number in range(299_996))
    (songs / "happy" / "song.flac").write_bytes(data)
    answer = await owner.ask("GET", "/api/songs/happy/song.flac", headers={"Range": wanted} if wanted else {})
    assert answer.status == status
    assert answer.body == data[start:stop]
    assert answer.headers["Content-Type"] == "audio/flac"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert answer.headers.get("Content-Range") == (f"bytes {start}-{stop - 1}/300000" if status == 206 else None)


async def test_a_part_beyond_the_end_is_refused_and_a_song_that_is_known_is_not_sent_again(
    owner: Browser, songs: Path
) -> None:
    file = songs / "happy" / "song.flac"
    file.write_bytes(SONG)
    path = "/api/songs/happy/song.flac"
    for beyond in ("bytes=300000-", "bytes=-0"):
        answer = await owner.ask("GET", path, headers={"Range": beyond})
        assert (answer.status, answer.headers["Content-Range"]) == (416, "bytes */300000")
    head = await owner.ask("HEAD", path)
    assert (head.status, head.headers["Content-Length"], head.body) == (200, "300000", b"")
    tag = head.headers["ETag"]
    assert (await owner.ask("GET", path, headers={"If-None-Match": tag})).status == 304
    file.write_bytes(SONG + b"more")
    assert (await owner.ask("GET", path, headers={"If-None-Match": tag})).status == 200
    again = await owner.ask("GET", path, headers={"Range": "bytes=5-", "If-Range": tag})
    assert (again.status, len(again.body)) == (200, 300_004)


@given(st.text(st.sampled_from("bytes=-, 0123456789x"), max_size=24), st.integers(0, 1000))
def test_no_range_reaches_beyond_the_file(wanted: str, size: int) -> None:
    found = part(wanted, size)
    if found and found[0] < found[1]:
        assert 0 <= found[0] < found[1] <= size


async def test_links_to_what_is_no_music_and_fifos_are_not_given_out(
    running: RunningPage, owner: Browser, songs: Path
) -> None:
    (running.folder / "secret").write_text("the password")
    (songs / "happy" / "link.flac").symlink_to(running.folder / "secret")
    (songs / "happy" / "passwd.mp3").symlink_to("/etc/passwd")
    os.mkfifo(songs / "happy" / "pipe.flac")
    for name in ("link.flac", "passwd.mp3", "pipe.flac"):
        assert (await owner.ask("GET", f"/api/songs/happy/{name}")).status == 404
