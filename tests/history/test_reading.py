"""The history's file is read while the box writes it, and while it is off."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from appliance.domain.emotions import Emotion
from appliance.domain.moods import Mood
from appliance.domain.reasons import InWords
from appliance.history import History
from appliance.history.erase import FILE
from appliance.history.errors import HistoryError
from appliance.history.reading import between, opened

NOW = datetime(2026, 3, 1, 20, tzinfo=UTC)
DAY = timedelta(days=1)
SAD = Emotion.SAD


def test_what_is_written_is_read_at_once_beside_the_writer(tmp_path: Path) -> None:
    with closing(History(tmp_path)) as history:
        for minute in range(3):
            history.record_play(f"sad/{minute}.flac", SAD, InWords(text="why"), NOW + timedelta(minutes=minute))
            assert len(between(tmp_path, NOW, NOW + DAY, NOW + DAY)["plays"]) == minute + 1


def test_what_lies_outside_is_left_out(tmp_path: Path) -> None:
    with closing(History(tmp_path)) as history:
        for hours in (-1, 0, 23, 24):
            history.record_play(str(hours), SAD, InWords(text="why"), NOW + timedelta(hours=hours))
            history.record_mood(Mood(SAD, people=1), NOW + timedelta(hours=hours), 300.0)
    shown = between(tmp_path, NOW, NOW + DAY, NOW + 2 * DAY, UTC)
    assert [each["file"] for each in shown["plays"]] == ["0", "23"]
    assert [each["at"][11:16] for each in shown["moods"]] == ["20:00", "19:00"]


def test_times_are_told_with_the_offset_that_held_then(tmp_path: Path) -> None:
    """In Berlin the night of 25 October 2026 has its hour from 2 to 3 twice."""
    twice = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    with closing(History(tmp_path)) as history:
        history.record_play("summer", SAD, InWords(text="why"), twice)
        history.record_play("winter", SAD, InWords(text="why"), twice + timedelta(hours=1))
    shown = between(tmp_path, twice - DAY, twice + DAY, twice + DAY, ZoneInfo("Europe/Berlin"))
    assert [each["at"] for each in shown["plays"]] == ["2026-10-25T02:30:00+02:00", "2026-10-25T02:30:00+01:00"]


def test_a_row_that_another_program_garbled_is_left_out(tmp_path: Path) -> None:
    with closing(History(tmp_path)) as history:
        history.record_mood(Mood(SAD, people=1), NOW, 300.0)
        history.record_play("a", SAD, InWords(text="why"), NOW)
        history.record_play("b", SAD, InWords(text="why"), NOW)
        with closing(sqlite3.connect(tmp_path / FILE)) as vandal:
            vandal.execute("UPDATE plays SET at = '2026-03-01T99' WHERE file = 'a'")
            vandal.execute("UPDATE moods SET at = '2026-03-01T99'")
            vandal.commit()
    shown = between(tmp_path, NOW - DAY, NOW + DAY, NOW + DAY)
    assert [each["file"] for each in shown["plays"]] == ["b"]
    assert shown["moods"] == []


@pytest.mark.parametrize("column", ["confidence", "valence", "arousal", "people", "lasts"])
@pytest.mark.parametrize("value", ["'x'", "x'00'", "9e999", "1e18", "-1e18"])
def test_a_mood_whose_number_is_none_is_left_out(tmp_path: Path, column: str, value: str) -> None:
    with closing(History(tmp_path)) as history:
        for hours in range(3):
            history.record_mood(Mood(SAD, people=hours), NOW + timedelta(hours=hours), 300.0)
        with closing(sqlite3.connect(tmp_path / FILE)) as vandal:
            vandal.execute(f"UPDATE moods SET {column} = {value} WHERE people = 1")  # noqa: S608 - of this file's own
            vandal.commit()
    assert [each["people"] for each in between(tmp_path, NOW, NOW + DAY, NOW + DAY)["moods"]] == [0, 2]


def test_a_mood_without_a_number_is_left_out(tmp_path: Path) -> None:
    """As one changed byte of a row can have it."""
    with closing(History(tmp_path)) as history:
        history.record_mood(Mood(SAD, people=1), NOW, 300.0)
    with closing(sqlite3.connect(tmp_path / FILE)) as vandal:
        vandal.execute("PRAGMA writable_schema = ON")
        vandal.execute("UPDATE sqlite_master SET sql = replace(sql, ' NOT NULL', '') WHERE name = 'moods'")
        vandal.commit()
    with closing(sqlite3.connect(tmp_path / FILE)) as vandal:
        vandal.execute("UPDATE moods SET confidence = NULL")
        vandal.commit()
    assert between(tmp_path, NOW, NOW + DAY, NOW + DAY)["moods"] == []


def test_a_file_of_another_version_is_not_guessed_at(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / FILE)) as newer:
        newer.execute("CREATE TABLE holograms (id)")
        newer.execute("PRAGMA user_version = 99")
    with pytest.raises(HistoryError, match="is of version 99"):
        between(tmp_path, NOW, NOW + DAY, NOW)


def test_reading_changes_nothing(tmp_path: Path) -> None:
    with closing(History(tmp_path)) as history:
        history.record_play("a", SAD, InWords(text="why"), NOW)
    content = (tmp_path / FILE).read_bytes()
    with opened(tmp_path) as database:
        assert database is not None
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            database.execute("DELETE FROM plays")
    assert (tmp_path / FILE).read_bytes() == content
