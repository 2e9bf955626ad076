"""Songs of no emotion that are put into the library, with the folders in which they lay."""

from pathlib import Path

import pytest

from tests.songs.music import music
from tests.web.running_page import Browser, RunningPage

SONG = music(size=200_000)


def all_files(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir())


async def test_a_song_lies_in_the_library_in_its_folders(running: RunningPage, owner: Browser, songs: Path) -> None:
    answer = await owner.ask("PUT", "/api/library/1%20Rain%3F.flac?folder=Music/Who%3F/CD%201", data=SONG)
    assert (answer.status, answer.json) == (201, {"name": "Music/Who_/CD 1/1 Rain_.flac"})
    assert (songs / "library" / "Music" / "Who_" / "CD 1" / "1 Rain_.flac").read_bytes() == SONG
    assert (await owner.ask("PUT", "/api/library/a.flac", data=SONG)).json == {"name": "a.flac"}
    assert running.emitted == [], "MPD finds them by itself, and no mood's folder has changed"


async def test_nothing_is_written_over(owner: Browser, songs: Path) -> None:
    for status in (201, 409):
        answer = await owner.ask("PUT", "/api/library/a.flac?folder=Album", data=SONG)
        assert answer.status == status
    assert "Album/a.flac is there already" in answer.json["error"]
    assert all_files(songs) == ["library/Album/a.flac"]


@pytest.mark.parametrize(
    ("path", "data", "status"),
    [
        ("radio.m3u", b"https://example.org/radio.mp3\n", 415),
        ("a.flac?folder=Album", b"no music" * 1000, 415),
        ("a.flac?folder=Album", b"", 415),
        ("..%2Fa.flac", SONG, 400),
        ("a.flac?dir=x", SONG, 400),
    ],
)
async def test_what_is_no_song_is_refused_and_leaves_no_folder(
    owner: Browser, songs: Path, path: str, data: bytes, status: int
) -> None:
    assert (await owner.ask("PUT", f"/api/library/{path}", data=data)).status == status
    assert list((songs / "library").rglob("*")) == []


async def test_folders_lead_nowhere_else(running: RunningPage, owner: Browser, songs: Path) -> None:
    answer = await owner.ask("PUT", "/api/library/a.flac?folder=../../happy/%00/%2Fetc", data=SONG)
    assert answer.json == {"name": "happy/etc/a.flac"}
    assert all_files(songs) == ["library/happy/etc/a.flac"]


async def test_what_it_takes_is_told(owner: Browser) -> None:
    told = (await owner.ask("GET", "/api/songs")).json
    assert set(told["types"]) - set(told["library_types"]) == {".m3u", ".m3u8"}
