"""What the household taught, as rows of the catalogue."""

from __future__ import annotations

import contextlib
import sqlite3
from datetime import datetime
from pathlib import Path

from appliance.catalogue.database import CatalogueDatabase
from appliance.catalogue.schema import FILE
from appliance.catalogue.songs import CatalogueError
from appliance.domain.emotions import Emotion
from appliance.domain.lessons import Lesson, LessonKind
from appliance.lib.clock import utc

_PATIENCE = 5.0
"""Seconds to wait for whoever uses the file at this moment."""


def lessons(database: CatalogueDatabase) -> list[Lesson]:
    """All lessons, the oldest first; what another program garbled is left out."""
    rows = database.rows("SELECT file, kind, valence, arousal, at, emotion, id FROM taught ORDER BY at, id")
    found = []
    for file, kind, valence, arousal, at, emotion, number in rows:
        with contextlib.suppress(TypeError, ValueError):
            when = datetime.fromisoformat(at)
            about = None if emotion is None else Emotion(emotion)
            found.append(Lesson(file, LessonKind(kind), float(valence), float(arousal), when, about, int(number)))
    return found


def teach(database: CatalogueDatabase, lesson: Lesson) -> None:
    """Keep a lesson, in the place of the one of its kind about the same song."""
    database.attempt(
        "INSERT OR REPLACE INTO taught (at, file, kind, emotion, valence, arousal) VALUES (?, ?, ?, ?, ?, ?)",
        utc(lesson.at), lesson.file, lesson.kind.value, lesson.emotion and lesson.emotion.value,
        lesson.valence, lesson.arousal,
    )  # fmt: skip


def forget_lesson(database: CatalogueDatabase, number: int) -> bool:
    """Delete one lesson; False if there is none of this number."""
    return database.attempt("DELETE FROM taught WHERE id = ?", number) > 0


def forget_lessons(database: CatalogueDatabase) -> None:
    """Delete all lessons, so that no byte of them stays in the file."""
    database.attempt("DELETE FROM taught")
    database.attempt("PRAGMA wal_checkpoint(TRUNCATE)")


def erase_lessons(folder: Path) -> None:
    """Delete all lessons of a catalogue that no box uses. Raises CatalogueError."""
    file = folder / FILE
    if not file.exists():
        return
    try:
        with contextlib.closing(sqlite3.connect(file, timeout=_PATIENCE, isolation_level=None)) as connection:
            connection.execute("PRAGMA secure_delete = ON")
            if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'taught'").fetchone():
                connection.execute("DELETE FROM taught")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except (sqlite3.Error, UnicodeDecodeError) as error:  # a name in a damaged schema may be no UTF-8
        raise CatalogueError(f"{file}: what was taught cannot be erased ({error}); run this as its owner") from error
