"""Searching the catalogue."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from appliance.catalogue.database import CatalogueDatabase
from appliance.catalogue.schema import FILE
from appliance.catalogue.search import FoundSong, Order, matching_songs, songs_of_rows
from appliance.catalogue.songs import SongTags
from appliance.domain.emotions import Emotion


@pytest.fixture
def file(tmp_path: Path) -> Path:
    database = CatalogueDatabase(tmp_path)
    database.begin_scan()
    database.take_page(
        [
            SongTags(file="happy/b.flac", title="Sun", artist="Nina", album="Days", duration=100.0, modified="2"),
            SongTags(file="happy/a.flac", title="rain 100%", artist="Bob", album="Days", duration=50.0, modified="3"),
            SongTags(file="library/untitled_x.flac", modified="1"),
            SongTags(file="sad/c.flac", title="Moon", artist="nina", duration=75.0, modified="4"),
        ]
    )
    database.end_scan(datetime.now(UTC))
    database.close()
    return tmp_path / FILE


def found(file: Path, words: str = "", mood: Emotion | None = None, order: Order = "title") -> list[FoundSong]:
    return songs_of_rows(file, matching_songs(file, words, mood, order))


def files(file: Path, words: str = "", mood: Emotion | None = None, order: Order = "title") -> list[str]:
    return [song.file for song in found(file, words, mood, order)]


def test_songs_are_sorted_by_title_and_by_file_where_there_is_none(file: Path) -> None:
    assert files(file) == ["sad/c.flac", "happy/a.flac", "happy/b.flac", "library/untitled_x.flac"]


def test_other_orders_have_what_is_unknown_last(file: Path) -> None:
    assert files(file, order="duration")[-1] == "library/untitled_x.flac"
    assert files(file, order="artist") == ["happy/a.flac", "sad/c.flac", "happy/b.flac", "library/untitled_x.flac"]
    assert files(file, order="newest")[0] == "sad/c.flac"


def test_each_word_of_a_search_must_be_somewhere(file: Path) -> None:
    assert files(file, "NINA days") == ["happy/b.flac"]
    assert files(file, "100%") == ["happy/a.flac"]
    assert files(file, "d_x") == ["library/untitled_x.flac"]
    assert files(file, "' OR 1=1 --") == []


def test_a_folder_of_a_mood_is_one_alone(file: Path) -> None:
    assert files(file, mood=Emotion.HAPPY) == ["happy/a.flac", "happy/b.flac"]
    assert [song.mood for song in found(file)] == [Emotion.SAD, Emotion.HAPPY, Emotion.HAPPY, None]


def test_rows_that_have_gone_are_left_out(file: Path) -> None:
    rows = matching_songs(file, "", None, "title")
    assert [song.file for song in songs_of_rows(file, [rows[1], 999, rows[0]])] == ["happy/a.flac", "sad/c.flac"]


def test_without_a_catalogue_there_are_no_songs(tmp_path: Path) -> None:
    assert found(tmp_path / FILE) == []
