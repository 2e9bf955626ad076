"""The songs folder."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from appliance.emotion import EMOTIONS, Emotion
from appliance.music.errors import MusicError
from appliance.music.songs import FolderSurvey, ensure_folders, survey


def happy(songs: Path) -> FolderSurvey:
    return survey(songs)[EMOTIONS.index(Emotion.HAPPY)]


def test_seven_folders_are_made_and_kept(tmp_path: Path) -> None:
    (tmp_path / "songs" / "happy").mkdir(parents=True)
    (tmp_path / "songs" / "happy" / "a.flac").write_bytes(b"x")
    ensure_folders(tmp_path / "songs")
    assert {folder.name for folder in (tmp_path / "songs").iterdir()} == set(EMOTIONS)
    assert (tmp_path / "songs" / "happy" / "a.flac").exists()


def test_a_place_that_is_no_folder_is_an_error_with_the_remedy(tmp_path: Path) -> None:
    (tmp_path / "songs").write_text("a file")
    with pytest.raises(MusicError, match=r"music\.songs"):
        ensure_folders(tmp_path / "songs")


def test_a_missing_folder_is_told_and_an_empty_one_is_no_fault(tmp_path: Path) -> None:
    (tmp_path / "happy").mkdir()
    (tmp_path / "sad").write_text("a file")
    found = {folder.emotion: folder.problems for folder in survey(tmp_path)}
    assert found[Emotion.HAPPY] == []
    assert found[Emotion.FEAR] == [f"{tmp_path}/fear: is missing; a folder of that name would be right"]
    assert "is a file" in found[Emotion.SAD][0]


def test_songs_house_pieces_and_streams_are_counted(tmp_path: Path) -> None:
    for name in ("happy/a.flac", "happy/album/b.MP3", "happy/house/c.ogg", "happy/cover.jpg"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / "happy" / "radio.m3u").write_text("http://example.org/a\nsomething.mp3\n")
    found = happy(tmp_path)
    assert (found.songs, found.house, found.streams) == (2, 1, 1)
    assert len(found.problems) == 1


def test_names_that_mpd_leaves_out_are_told_in_printable_words(tmp_path: Path) -> None:
    (tmp_path / "happy").mkdir()
    for raw in (b"new\nline.flac", b"latin\xe9.flac", b"good'\"\\.flac"):
        (tmp_path / "happy" / os.fsdecode(raw)).write_bytes(b"x")
    found = happy(tmp_path)
    assert found.songs == 1
    assert len(found.problems) == 2
    text = "\n".join(found.problems)
    assert "new\\nline.flac: its name holds a line break" in text
    assert "latin\\xe9.flac: its name is not UTF-8" in text
    text.encode()


def test_empty_files_and_dead_links_are_told(tmp_path: Path) -> None:
    (tmp_path / "happy").mkdir()
    (tmp_path / "happy" / "zero.mp3").touch()
    (tmp_path / "happy" / "link.mp3").symlink_to("nowhere.mp3")
    text = "\n".join(happy(tmp_path).problems)
    assert "zero.mp3: is empty (0 bytes); copy it again" in text
    assert "link.mp3: is a link to nothing" in text


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_what_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "happy" / "album").mkdir(parents=True)
    (tmp_path / "happy" / "a.mp3").write_bytes(b"x")
    (tmp_path / "happy" / "a.mp3").chmod(0)
    (tmp_path / "happy" / "album").chmod(0)
    text = "\n".join(happy(tmp_path).problems)
    (tmp_path / "happy" / "album").chmod(0o700)
    assert "a.mp3: cannot be read" in text
    assert "album: cannot be read" in text
