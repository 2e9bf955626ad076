"""Following MPD's library: what is told of its songs, at the start and after each change."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np
import pytest
import soundfile

from appliance.catalogue.songs import SongTags
from appliance.music import library_follower
from appliance.music.library_follower import LibraryFollower, song_of
from appliance.music.mpd import client
from appliance.systemd.offered_disks import link
from tests.music.running_player import RunningPlayer

pytestmark = pytest.mark.needs("mpd")


class Taker:
    """Keeps what it is told; `scans` are the finished ones."""

    def __init__(self) -> None:
        self.scans: list[dict[str, SongTags]] = []
        self._now: dict[str, SongTags] = {}

    async def begin_scan(self) -> None:
        self._now = {}

    async def take_page(self, songs: Sequence[SongTags]) -> bool:
        self._now |= {song.file: song for song in songs}
        return True

    async def end_scan(self) -> None:
        self.scans.append(self._now)

    async def wait(self, files: set[str], seconds: float = 120.0) -> dict[str, SongTags]:
        async with asyncio.timeout(seconds):
            while not self.scans or set(self.scans[-1]) != files:
                await asyncio.sleep(0.05)
        return self.scans[-1]


def titled(file: Path, title: str, **tags: str) -> None:
    """Write a second of silence with these tags."""
    with soundfile.SoundFile(file, "w", 44_100, 1) as song:
        song.title = title
        for name, value in tags.items():
            setattr(song, name, value)
        song.write(np.zeros(44_100))


@asynccontextmanager
async def following(running: RunningPlayer) -> AsyncIterator[Taker]:
    taker = Taker()
    task = asyncio.create_task(LibraryFollower(running.server.address, taker).run())
    try:
        yield taker
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_songs_are_told_with_their_tags_page_by_page(
    running: RunningPlayer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(library_follower, "PAGE", 2)
    for number in range(5):
        running.song(f"library/a/{number}.flac", seconds=0.2)
    titled(running.songs / "library/a/0.flac", "So", artist="Who", album="What")
    async with running, following(running) as taker:
        songs = await taker.wait({f"library/a/{number}.flac" for number in range(5)})
    first = songs["library/a/0.flac"]
    assert (first.title, first.artist, first.album) == ("So", "Who", "What")
    assert first.duration is not None
    assert first.modified.endswith("Z")


async def test_a_new_song_and_one_taken_away_are_noticed(
    running: RunningPlayer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(library_follower, "QUIET", 0.2)
    running.song("happy/one.flac", seconds=0.2)
    async with running, following(running) as taker, running.other() as mpd:
        await taker.wait({"happy/one.flac"})
        running.song("library/new/two.flac", seconds=0.2)
        (running.songs / "happy/one.flac").unlink()
        await mpd.ask("update")
        await taker.wait({"library/new/two.flac"})


async def test_mpd_is_followed_again_after_it_was_away(running: RunningPlayer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library_follower, "RETRY_FIRST", 0.1)
    running.song("happy/one.flac", seconds=0.2)
    async with following(running) as taker:
        await asyncio.sleep(0.3)
        async with running:
            await taker.wait({"happy/one.flac"})


async def test_a_title_too_long_for_mpds_buffer_hides_no_other_song(
    running: RunningPlayer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(library_follower, "RETRY_FIRST", 0.05)
    for number in range(8):
        running.song(f"library/{number}.flac", seconds=0.2)
    titled(running.songs / "library/5.flac", "x" * 10_000_000)
    every = {f"library/{number}.flac" for number in range(8)}
    async with running:
        async with following(running) as taker:
            songs = await taker.wait(every)
        assert songs["library/5.flac"].title == "x" * library_follower.TEXT
        monkeypatch.setattr(client, "LINE_LIMIT", 1 << 16)  # as for an MPD of the owner's, whose buffer is what it is
        async with following(running) as taker:
            await taker.wait(every - {"library/5.flac"})


@pytest.mark.parametrize("raw", [{}, {"file": ""}, {"file": ["a", "b"]}, {"file": "http://x/y"}, {"directory": "a"}])
def test_what_is_no_song_is_none(raw: dict[str, object]) -> None:
    assert song_of(raw) is None


def test_broken_numbers_and_repeated_tags_do_no_harm() -> None:
    song = song_of({"file": "a", "duration": "nan", "artist": ["A", "B"], "title": "t" * 1000})
    assert song == SongTags(file="a", artist="A", title="t" * library_follower.TEXT)


async def test_the_songs_of_a_disk_come_when_it_is_offered(
    running: RunningPlayer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(library_follower, "QUIET", 0.2)
    disk, offered = tmp_path / "disk", running.songs / "library/usb-Holiday"
    disk.mkdir()
    titled(disk / "two.flac", "On the disk")
    running.song("library/one.flac", seconds=0.2)
    async with running, following(running) as taker:
        await taker.wait({"library/one.flac"})
        link(offered, disk)
        await taker.wait({"library/one.flac", "library/usb-Holiday/two.flac"})
