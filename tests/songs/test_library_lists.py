"""Lists that show which songs of the library play for each emotion."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from appliance.domain.emotions import EMOTIONS, Emotion
from appliance.songs.library_lists import NAME, LibraryLists, list_text
from appliance.songs.playlists import LIST_BYTES, read_list, read_songs
from appliance.songs.survey import ensure_folders

HAPPY, SAD = Emotion.HAPPY, Emotion.SAD


@pytest.fixture
def songs(tmp_path: Path) -> Path:
    ensure_folders(tmp_path)
    for name in ("a.flac", "deep/down/ü & 'b'.mp3"):
        file = tmp_path / "library" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"x")
    return tmp_path


def test_a_list_names_its_songs_so_that_they_are_found(songs: Path) -> None:
    files = ["library/a.flac", "library/deep/down/ü & 'b'.mp3", "happy/own.flac"]
    assert LibraryLists(songs).write({HAPPY: files}) == 1
    found = [file.resolve() for file in read_songs(songs / HAPPY / NAME)]
    assert found == [songs / "library/a.flac", songs / "library/deep/down/ü & 'b'.mp3"]
    assert read_list(songs / HAPPY / NAME) == ([], [])


def test_a_list_is_written_only_when_it_changes_and_goes_when_empty(songs: Path) -> None:
    lists = LibraryLists(songs)
    lists.write({HAPPY: ["library/a.flac"]})
    before = (songs / HAPPY / NAME).stat()
    assert lists.write({HAPPY: ["library/a.flac"]}) == 0
    assert (songs / HAPPY / NAME).stat().st_ino == before.st_ino
    assert lists.write({SAD: ["library/a.flac"]}) == 2
    assert not (songs / HAPPY / NAME).exists()
    assert (songs / SAD / NAME).exists()


def test_other_lists_of_the_owners_are_left_alone(songs: Path) -> None:
    own = songs / HAPPY / "mine.m3u"
    own.write_text("../library/a.flac\n")
    LibraryLists(songs).write({})
    assert own.read_text() == "../library/a.flac\n"


def test_a_list_stays_as_long_as_readers_take_it() -> None:
    text = list_text(HAPPY, [f"library/{number:050}.flac" for number in range(50_000)])
    assert text is not None
    assert LIST_BYTES - 100 < len(text) <= LIST_BYTES
    assert text.endswith(b".flac\n")


def test_a_folder_that_cannot_be_written_is_told_once(songs: Path, caplog: pytest.LogCaptureFixture) -> None:
    (songs / EMOTIONS[0] / NAME).mkdir()
    lists = LibraryLists(songs)
    for _ in range(3):
        lists.write({emotion: ["library/a.flac"] for emotion in EMOTIONS})
    assert len([record for record in caplog.records if record.levelno == logging.WARNING]) == 1


@pytest.mark.parametrize("name", ["library/a\nb.flac", "library/a\rb.flac"])
def test_a_name_that_no_list_can_hold_is_left_out(name: str) -> None:
    assert list_text(HAPPY, [name]) is None
