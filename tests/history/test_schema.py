"""A history that an earlier version wrote is taken over as it is."""

import logging
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from appliance.domain.emotions import Emotion, Reading
from appliance.domain.moods import Correction, Mood
from appliance.domain.reasons import InWords
from appliance.history import History
from appliance.history.erase import FILE
from appliance.history.reading import between
from appliance.history.schema import MIGRATIONS, PASSING, TABLES

VERSION_1 = Path(__file__).with_name("version-1.sqlite")
"""Written by Moodbox 0.1 before there were corrections."""
NOW = datetime(2026, 3, 1, 20, tzinfo=UTC)
HAPPY, SAD = Emotion.HAPPY, Emotion.SAD


@pytest.fixture
def old(tmp_path: Path) -> Path:
    shutil.copy(VERSION_1, tmp_path / FILE)
    return tmp_path


def test_a_history_of_version_1_keeps_all_that_it_holds(old: Path, caplog: pytest.LogCaptureFixture) -> None:
    with closing(History(old)) as history:
        assert history.recent(SAD, 9) == ["sad/byte\udcff.flac", "sad/a.flac", "sad/b.flac"]
        assert history.dislike(SAD, "sad/a.flac") == 0.75
        assert history.corrections() == []
    shown = between(old, NOW, NOW + timedelta(hours=1), NOW + timedelta(hours=2), UTC)
    assert [(each["mood"], each["people"], each["at"][11:16], each["until"][11:16]) for each in shown["moods"]] == [
        ("sad", 2, "20:00", "20:20"),
        ("unsure", 2, "20:20", "20:40"),
        ("nobody", 0, "20:40", "21:00"),
    ]
    assert [(each["file"], each["heard"]) for each in shown["plays"]] == [
        ("sad/a.flac", 0.1),
        ("sad/b.flac", None),
        ("sad/a.flac", 0.1),
        ("happy/c.flac", None),
        ("sad/byte\\udcff.flac", None),
        ("party.flac", None),
    ]
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []


def test_a_history_of_version_1_takes_what_is_new(old: Path) -> None:
    reading = Reading.of({SAD: 0.6, Emotion.NEUTRAL: 0.4})
    correction = Correction(5, NOW, SAD, Emotion.NEUTRAL, reading, "edge 1.0.0")
    with closing(History(old)) as history:
        history.record_mood(Mood(HAPPY, 0.5, people=1), NOW + timedelta(hours=1), 300.0)
        history.record_correction(correction)
        history.record_dislike("happy/c.flac", HAPPY, NOW)
    with closing(History(old)) as history:
        assert history.corrections() == [correction]
        assert history.dislike(HAPPY, "happy/c.flac") == 1


def test_an_upgrade_that_is_cut_off_is_made_again(old: Path) -> None:
    with closing(sqlite3.connect(old / FILE, isolation_level=None)) as half:
        script = MIGRATIONS[1].split(";")
        half.execute("BEGIN IMMEDIATE")
        for statement in script[:3]:
            half.execute(statement)
        half.execute("ROLLBACK")  # what SQLite does by itself with a transaction that a power cut left open
    with closing(History(old)) as history:
        assert history.dislike(SAD, "sad/a.flac") == 0.75
    with closing(sqlite3.connect(old / FILE)) as database:
        assert database.execute("PRAGMA user_version").fetchone() == (len(MIGRATIONS),)


FROM_A_NEWER_VERSION = """
    ALTER TABLE corrections ADD COLUMN room TEXT;
    ALTER TABLE plays ADD COLUMN volume INTEGER NOT NULL DEFAULT 60;
    CREATE TABLE rooms (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
    INSERT INTO rooms (name) VALUES ('kitchen');
    PRAGMA user_version = 99;
"""


def test_the_release_before_goes_on_with_the_history_of_an_update_that_was_taken_back(
    old: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with closing(History(old)) as history:
        history.record_dislike("happy/c.flac", HAPPY, NOW)
    with closing(sqlite3.connect(old / FILE)) as newer:
        newer.executescript(FROM_A_NEWER_VERSION)
    with closing(History(old)) as history:
        assert history.dislike(HAPPY, "happy/c.flac") == 1
        history.record_play("happy/d.flac", HAPPY, InWords(text="why"), NOW + timedelta(hours=1))
    later = NOW + timedelta(hours=2)
    assert between(old, NOW, later, later)["plays"][-1]["file"] == "happy/d.flac"
    with closing(sqlite3.connect(old / FILE)) as database:
        assert database.execute("PRAGMA user_version").fetchone() == (99,)
        assert database.execute("SELECT volume FROM plays WHERE file = 'happy/d.flac'").fetchone() == (60,)
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []


def test_what_only_a_newer_version_knows_is_erased_too(old: Path) -> None:
    with closing(History(old)) as history:
        history.record_dislike("happy/c.flac", HAPPY, NOW)
        with closing(sqlite3.connect(old / FILE)) as newer:
            newer.executescript(FROM_A_NEWER_VERSION)
        history.erase()
    assert b"kitchen" not in (old / FILE).read_bytes()


def test_a_newer_history_that_asks_for_more_than_is_known_here_is_set_aside(
    old: Path, caplog: pytest.LogCaptureFixture
) -> None:
    History(old).close()
    with closing(sqlite3.connect(old / FILE)) as newer:
        newer.executescript("CREATE TABLE other (id); DROP TABLE skips; ALTER TABLE other RENAME TO skips")
        newer.execute("PRAGMA user_version = 99")
    History(old).close()
    assert "a newer Moodbox made it" in caplog.text


def test_every_table_is_known_by_name(tmp_path: Path) -> None:
    History(tmp_path).close()
    with closing(sqlite3.connect(tmp_path / FILE)) as database:
        found = {name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert found == set(TABLES) > set(PASSING)


def test_words_that_versions_1_and_2_kept_as_a_reason_are_shown_as_they_stand(old: Path) -> None:
    with closing(sqlite3.connect(old / FILE)) as before:
        before.execute("UPDATE plays SET why = 'you looked sad; policy match' WHERE file = 'happy/c.flac'")
        before.commit()
    History(old).close()
    plays = between(old, NOW, NOW + timedelta(hours=1), NOW + timedelta(hours=2), UTC)["plays"]
    (play,) = (each for each in plays if each["file"] == "happy/c.flac")
    assert play["why"] == "you looked sad; policy match"
    assert play["reason"] == {"code": "in-words", "text": "you looked sad; policy match"}


@pytest.mark.parametrize("stored", ['{"code": "from-a-newer-version"}', '{"code": "chosen", "emo', "{}"])
def test_a_reason_that_cannot_be_read_is_told_as_such(tmp_path: Path, stored: str) -> None:
    with closing(History(tmp_path)) as history:
        history.record_play("happy/a.flac", HAPPY, InWords(text="why"), NOW)
    with closing(sqlite3.connect(tmp_path / FILE)) as database:
        database.execute("UPDATE plays SET reason = ?", (stored,))
        database.commit()
    (play,) = between(tmp_path, NOW, NOW + timedelta(hours=1), NOW + timedelta(hours=2), UTC)["plays"]
    assert play["why"] == "for a reason that this version cannot read"
