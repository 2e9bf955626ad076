"""What the household taught, kept by the catalogue."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from appliance.catalogue.lessons import erase_lessons, forget_lesson, forget_lessons, lessons, teach
from appliance.catalogue.schema import FILE
from appliance.catalogue.songs import CatalogueError
from appliance.domain.emotions import Emotion
from appliance.domain.lessons import Lesson, LessonKind
from tests.catalogue.songs import scanned, song

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
PLACED = Lesson("library/a.ogg", LessonKind.PLACED, 0.25, -0.5, AT, Emotion.SAD)
SKIPPED = Lesson("library/a.ogg", LessonKind.SKIPPED, 0.1, 0.2, AT)


def test_lessons_are_kept_as_they_are_and_each_gets_a_number(tmp_path: Path) -> None:
    database = scanned(tmp_path, song("library/a.ogg"))
    teach(database, PLACED)
    teach(database, SKIPPED)
    found = lessons(database)
    assert [replace(each, id=0) for each in found] == [PLACED, SKIPPED]
    assert len({each.id for each in found} - {0}) == 2


def test_a_second_word_about_a_song_takes_the_place_of_the_first(tmp_path: Path) -> None:
    database = scanned(tmp_path, song("library/a.ogg"))
    teach(database, PLACED)
    teach(database, replace(PLACED, emotion=Emotion.HAPPY))
    assert [each.emotion for each in lessons(database)] == [Emotion.HAPPY]


def test_one_lesson_is_forgotten_by_its_number(tmp_path: Path) -> None:
    database = scanned(tmp_path, song("library/a.ogg"))
    teach(database, PLACED)
    teach(database, SKIPPED)
    number = lessons(database)[0].id
    assert forget_lesson(database, number)
    assert not forget_lesson(database, number)
    assert [each.kind for each in lessons(database)] == [LessonKind.SKIPPED]


def test_what_another_program_garbled_is_left_out(tmp_path: Path) -> None:
    database = scanned(tmp_path, song("library/a.ogg"))
    teach(database, PLACED)
    database.attempt("INSERT INTO taught VALUES (NULL, 'never', 'x.ogg', 'guessed', 'merry', 'much', 0)")
    assert [each.file for each in lessons(database)] == ["library/a.ogg"]


def test_what_was_taught_is_erased_to_the_last_byte(tmp_path: Path) -> None:
    database = scanned(tmp_path, song("library/other.ogg"))
    teach(database, replace(PLACED, file="library/secret.ogg"))
    forget_lessons(database)
    assert lessons(database) == []
    assert not any(b"secret.ogg" in file.read_bytes() for file in tmp_path.glob(f"{FILE}*"))


def test_what_was_taught_is_erased_also_while_the_box_is_off(tmp_path: Path) -> None:
    database = scanned(tmp_path, song("library/other.ogg"))
    teach(database, replace(PLACED, file="library/secret.ogg"))
    database.close()
    erase_lessons(tmp_path)
    assert not any(b"secret.ogg" in file.read_bytes() for file in tmp_path.glob(f"{FILE}*"))
    with closing(sqlite3.connect(tmp_path / FILE)) as connection:
        assert connection.execute("SELECT count(*) FROM songs").fetchone() == (1,)


def test_to_erase_where_there_is_nothing_is_no_fault(tmp_path: Path) -> None:
    erase_lessons(tmp_path)
    (tmp_path / FILE).write_bytes(b"no database" * 100)
    with pytest.raises(CatalogueError, match="cannot be erased"):
        erase_lessons(tmp_path)
