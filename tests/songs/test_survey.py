"""The songs' folders."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from appliance.domain.emotions import EMOTIONS, Emotion
from appliance.songs.errors import SongError
from appliance.songs.survey import LIBRARY, FolderSurvey, ensure_folders, survey_folders, survey_page
from appliance.songs.validation import SongValidator
from tests.songs.music import music, tagged


def happy(songs: Path) -> FolderSurvey:
    return survey_folders(songs)[EMOTIONS.index(Emotion.HAPPY)]


def test_a_folder_for_each_emotion_and_one_for_none_are_made_and_kept(tmp_path: Path) -> None:
    (tmp_path / "songs" / "happy").mkdir(parents=True)
    (tmp_path / "songs" / "happy" / "a.flac").write_bytes(b"x")
    ensure_folders(tmp_path / "songs")
    assert {folder.name for folder in (tmp_path / "songs").iterdir()} == {*EMOTIONS, LIBRARY}
    assert (tmp_path / "songs" / "happy" / "a.flac").exists()


def test_a_place_that_is_no_folder_is_an_error_with_the_remedy(tmp_path: Path) -> None:
    (tmp_path / "songs").write_text("a file")
    with pytest.raises(SongError, match=r"music\.songs"):
        ensure_folders(tmp_path / "songs")


def test_one_folder_that_cannot_be_made_keeps_no_other_from_being_made(tmp_path: Path) -> None:
    (tmp_path / "angry").write_text("a file")
    with pytest.raises(SongError, match=f"{tmp_path}/angry: cannot be made"):
        ensure_folders(tmp_path)
    assert {folder.name for folder in tmp_path.iterdir() if folder.is_dir()} == {*EMOTIONS, LIBRARY} - {"angry"}


def test_a_missing_folder_is_told_and_an_empty_one_is_no_fault(tmp_path: Path) -> None:
    (tmp_path / "happy").mkdir()
    (tmp_path / "sad").write_text("a file")
    found = {folder.emotion: [str(problem) for problem in folder.problems] for folder in survey_folders(tmp_path)}
    assert found[Emotion.HAPPY] == []
    assert found[Emotion.FEAR] == [f"{tmp_path}/fear: is missing; a folder of that name would be right"]
    assert "is a file" in found[Emotion.SAD][0]


def test_songs_house_pieces_and_streams_are_counted(tmp_path: Path) -> None:
    for name in ("happy/a.flac", "happy/album/b.MP3", "happy/house/c.ogg", "happy/cover.jpg"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(music(Path(name).suffix.lower()) if Path(name).suffix != ".jpg" else b"x")
    (tmp_path / "happy" / "radio.m3u").write_text("http://example.org/a\nsomething.mp3\n")
    found = happy(tmp_path)
    assert (found.songs, found.house, found.streams) == (2, 1, 1)
    assert len(found.problems) == 1


def test_names_that_mpd_leaves_out_are_told_in_printable_words(tmp_path: Path) -> None:
    (tmp_path / "happy").mkdir()
    for raw in (b"new\nline.flac", b"latin\xe9.flac", b"good'\"\\.flac"):
        (tmp_path / "happy" / os.fsdecode(raw)).write_bytes(music())
    found = happy(tmp_path)
    assert found.songs == 1
    assert len(found.problems) == 2
    text = "\n".join(map(str, found.problems))
    assert "new\\nline.flac: its name holds a line break" in text
    assert "latin\\xe9.flac: its name is not UTF-8" in text
    text.encode()


def test_empty_files_and_dead_links_are_told(tmp_path: Path) -> None:
    (tmp_path / "happy").mkdir()
    (tmp_path / "happy" / "zero.mp3").touch()
    (tmp_path / "happy" / "link.mp3").symlink_to("nowhere.mp3")
    text = "\n".join(map(str, happy(tmp_path).problems))
    assert "zero.mp3: is empty (0 bytes); copy it again" in text
    assert "link.mp3: is a link to nothing" in text


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_what_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "happy" / "album").mkdir(parents=True)
    (tmp_path / "happy" / "a.mp3").write_bytes(b"x")
    (tmp_path / "happy" / "a.mp3").chmod(0)
    (tmp_path / "happy" / "album").chmod(0)
    text = "\n".join(map(str, happy(tmp_path).problems))
    (tmp_path / "happy" / "album").chmod(0o700)
    assert "a.mp3: cannot be read" in text
    assert "album: cannot be read" in text


def test_what_is_no_music_is_told_and_not_counted(tmp_path: Path) -> None:
    (tmp_path / "happy").mkdir()
    (tmp_path / "happy" / "page.mp3").write_text("<!doctype html><p>Not found</p>")
    (tmp_path / "happy" / "._song.mp3").write_bytes(b"\0\5\x16\7" + bytes(4000))
    (tmp_path / "happy" / "cover.mp3").write_bytes(tagged(music(".mp3")))
    found = happy(tmp_path)
    assert found.songs == 1
    assert [str(problem) for problem in found.problems] == [
        f"{tmp_path}/happy/{name}: holds no MPEG audio nor other music; copy it again, or replace it"
        for name in ("._song.mp3", "page.mp3")
    ]


def test_a_fifo_a_folder_and_a_link_that_leads_back_hold_nothing_up(tmp_path: Path) -> None:
    (tmp_path / "happy" / "album.mp3").mkdir(parents=True)
    (tmp_path / "happy" / "album.mp3" / "again").symlink_to(tmp_path / "happy")
    (tmp_path / "happy" / "b.flac").write_bytes(music())
    os.mkfifo(tmp_path / "happy" / "pipe.mp3")
    found = happy(tmp_path)
    assert found.songs == 1
    assert [problem.text for problem in found.problems] == ["is no file; remove it"]


def test_songs_in_a_linked_folder_count_as_mpd_follows_links(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "a.flac").write_bytes(music())
    (tmp_path / "songs" / "happy").mkdir(parents=True)
    (tmp_path / "songs" / "happy" / "stick").symlink_to(tmp_path / "elsewhere")
    assert happy(tmp_path / "songs").songs == 1
    assert survey_page(tmp_path / "songs" / "happy", 0, 9, SongValidator())[1][0].name == "stick/a.flac"


def test_a_page_shows_so_many_songs_in_the_order_of_their_names_house_pieces_last(tmp_path: Path) -> None:
    (tmp_path / "house").mkdir()
    for name in ("B.flac", "a.flac", "c.flac", "house/a.flac", "cover.jpg"):
        (tmp_path / name).write_bytes(music())
    (tmp_path / "d.flac").write_bytes(b"")
    total, songs = survey_page(tmp_path, 1, 4, SongValidator())
    assert total == 5
    assert [(song.name, song.house, bool(song.problem)) for song in songs] == [
        ("B.flac", False, False),
        ("c.flac", False, False),
        ("d.flac", False, True),
        ("house/a.flac", True, False),
    ]
    assert survey_page(tmp_path, 5, 4, SongValidator()) == (5, [])
    assert survey_page(tmp_path / "missing", 0, 4, SongValidator()) == (0, [])


def test_a_name_that_is_not_utf_8_can_be_shown(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"latin\xe9.flac")).write_bytes(music())
    _, (song,) = survey_page(tmp_path, 0, 9, SongValidator())
    assert song.name == "latin\\xe9.flac"
    assert "UTF-8" in song.problem


def test_a_file_that_is_mended_is_looked_into_again(tmp_path: Path) -> None:
    contents, file = SongValidator(), tmp_path / "a.flac"
    file.write_bytes(b"junk")
    os.utime(file, (0, 0))  # two files of one size may otherwise be of one moment, as the kernel tells it
    assert contents.examine(file)[1]
    file.write_bytes(music())
    assert contents.examine(file) == (4, "")
    file.write_bytes(b"junk again")
    assert contents.examine(file)[1]


def test_after_a_while_songs_are_counted_by_their_names_alone(tmp_path: Path) -> None:
    (tmp_path / "happy").mkdir()
    (tmp_path / "happy" / "junk.flac").write_bytes(b"junk")
    in_time, late = (survey_folders(tmp_path, patience=patience)[EMOTIONS.index(Emotion.HAPPY)] for patience in (60, 0))
    assert (in_time.songs, len(in_time.problems)) == (0, 1)
    assert (late.songs, len(late.problems)) == (1, 0)
