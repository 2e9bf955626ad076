"""Records moods, plays, skips and what the owner taught, and answers the picker from memory."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from appliance.domain.emotions import EMOTIONS, Emotion, Reading
from appliance.domain.moods import Correction, Mood, Verdict
from appliance.domain.reasons import Reason
from appliance.history import in_ram
from appliance.history.background import BackgroundDatabase
from appliance.history.database import Database
from appliance.history.erase import FILE, wipe, wipe_aside
from appliance.history.memory import REMEMBERED, Memory
from appliance.history.schema import PASSING
from appliance.lib.clock import utc

STILL_EVERY = 300
"""Seconds between two rows while the mood and the people stay what they are, however often they are judged."""
CORRECTIONS = 200
"""Corrections kept at most: the newest."""

_KNOWN = frozenset(Emotion)
_MOODS = frozenset([*Emotion, *Verdict])
SEVEN = ", ".join(EMOTIONS)
"""The columns of a reading."""
_LATEST = """
    SELECT id AS play, 0 AS kind, id, emotion, file, 0.0 FROM plays WHERE id > (SELECT max(id) FROM plays) - ?
    UNION ALL
    SELECT play, 1, id, emotion, file, heard FROM skips WHERE play > (SELECT max(id) FROM plays) - ?
    UNION ALL
    SELECT play, 2, id, emotion, file, 0.0 FROM dislikes
    ORDER BY 1, 2, 3
"""


class History:
    """`history.sqlite` in a folder. For one thread, but for `erase`, which may take its time in another.

    No other call raises.

    Few writes: one for each judgement, track, skip and word of the owner's. While the file cannot be used the memory
    lives on without it.
    """

    def __init__(
        self, folder: Path, keep_days: float | None = None, kept: Path | None = None, background: bool = False
    ) -> None:
        """What is older than `keep_days` is deleted once a day. `kept`: the folder this one is a working copy of.

        `background`: write in a thread, so that no slow disk is waited for.
        """
        self.folder = folder
        self._kept = kept
        self._keep_days = keep_days
        self._pruned: datetime | None = None
        self._last: tuple[Mood, datetime] | None = None
        database = Database(folder / FILE)
        self._file = database
        self._database = BackgroundDatabase(database) if background else database
        self._memory = self._remembered()

    def _remembered(self) -> Memory:
        memory = Memory()
        for _, kind, _, emotion, file, heard in self._read(_LATEST, REMEMBERED, REMEMBERED):
            if emotion not in _KNOWN:
                continue
            match kind:
                case 0:
                    memory.played(Emotion(emotion), as_text(file))
                case 1:
                    memory.skipped(Emotion(emotion), as_text(file), heard)
                case _:
                    memory.disliked(Emotion(emotion), as_text(file))
        return memory

    @property
    def problem(self) -> str:
        """What the owner should know of the file, in words; empty if it is well."""
        return self._file.problem

    # What happens

    def record_mood(self, mood: Mood, at: datetime, lasts: float | None = None) -> None:
        """Keep a judgement. `at` is a wall-clock time with its zone; the next one is expected after `lasts` seconds."""
        self._prune_daily(at)
        if self._last and _still(mood, self._last[0]) and 0 <= (at - self._last[1]).total_seconds() < STILL_EVERY:
            return
        self._last = mood, at
        if lasts is not None:
            lasts = round(lasts if lasts >= STILL_EVERY else lasts + STILL_EVERY)
        self._write(
            "INSERT INTO moods (at, mood, confidence, valence, arousal, people, lasts) VALUES (?, ?, ?, ?, ?, ?, ?)",
            utc(at), mood.mood.value, round(mood.confidence, 4), round(mood.valence, 4), round(mood.arousal, 4),
            mood.people, lasts,
        )  # fmt: skip

    def record_play(self, file: str, emotion: Emotion | None, reason: Reason | None, at: datetime) -> None:
        """Keep that a track began; without an emotion it is one that someone else queued."""
        self._prune_daily(at)
        if emotion:
            self._memory.played(emotion, file)
        self._write(
            "INSERT INTO plays (at, emotion, file, reason) VALUES (?, ?, ?, ?)",
            utc(at), emotion and emotion.value, _storable(file), reason and msgspec.json.encode(reason).decode(),
        )  # fmt: skip

    def record_skip(self, file: str, emotion: Emotion, heard: float, at: datetime) -> None:
        """Keep that the latest play of a track was left after this share of it, 0..1."""
        self._memory.skipped(emotion, file, heard)
        self._write(
            "INSERT INTO skips (at, play, emotion, file, heard) VALUES (?, coalesce("
            "(SELECT id FROM plays WHERE file = ? AND emotion = ? ORDER BY id DESC LIMIT 1),"
            "(SELECT max(id) FROM plays), 0), ?, ?, ?)",
            utc(at), _storable(file), emotion.value, emotion.value, _storable(file), heard,
        )  # fmt: skip

    def recent(self, folder: Emotion, limit: int) -> list[str]:
        """The files last played from a folder, each once, the newest first, at most `limit`."""
        return self._memory.recent(folder, limit)

    def dislike(self, folder: Emotion, file: str) -> float:
        """How much the owner dislikes a file in a folder, 0..1: from early skips and words, less with later plays."""
        return self._memory.dislike(folder, file)

    def has_played(self, file: str, folder: Emotion) -> bool:
        """Whether a file has played from a folder, as far as is remembered."""
        return self._memory.knows(folder, file)

    # What the owner teaches

    def record_dislike(self, file: str, emotion: Emotion, at: datetime) -> None:
        """Keep that the owner says a song does not fit an emotion."""
        self._memory.disliked(emotion, file)
        self._write(
            "INSERT OR REPLACE INTO dislikes (at, play, emotion, file) "
            "VALUES (?, (SELECT coalesce(max(id), 0) FROM plays), ?, ?)",
            utc(at), emotion.value, _storable(file),
        )  # fmt: skip

    def dislikes(self) -> list[tuple[Emotion, str, float]]:
        """The songs that the owner dislikes, for which emotion and how much, the most disliked first."""
        return self._memory.dislikes()

    def forgive(self, file: str, emotion: Emotion) -> bool:
        """Forget every skip and word against a song in a folder; False if there is none."""
        known = self._memory.forgive(emotion, file)
        for table in ("skips", "dislikes"):
            self._write(
                f"DELETE FROM {table} WHERE emotion = ? AND file = ?", emotion.value, _storable(file)  # noqa: S608
            )  # fmt: skip
        return known

    def record_correction(self, correction: Correction) -> None:
        """Keep what the owner says that the mood really was, in the place of what he said of the same judgement."""
        self._write(
            f"INSERT OR REPLACE INTO corrections (id, at, was, mood, model, {SEVEN}) "  # noqa: S608
            f"VALUES (?, ?, ?, ?, ?{', ?' * len(EMOTIONS)})",
            correction.id, utc(correction.at), correction.was.value, correction.mood.value,
            correction.model, *(round(p, 6) for p in correction.reading.probabilities),
        )  # fmt: skip
        self._write(
            "DELETE FROM corrections WHERE id NOT IN (SELECT id FROM corrections ORDER BY at DESC, id DESC LIMIT ?)",
            CORRECTIONS,
        )

    def corrections(self) -> list[Correction]:
        """All corrections that are kept, the oldest first."""
        rows = self._read(f"SELECT id, at, was, mood, model, {SEVEN} FROM corrections ORDER BY at, id")  # noqa: S608
        return as_corrections(rows)

    def forget_correction(self, number: int) -> None:
        """Delete one correction."""
        self._write("DELETE FROM corrections WHERE id = ?", number)

    def forget_corrections(self) -> None:
        """Delete all corrections."""
        self._write("DELETE FROM corrections")

    # What goes

    def erase(self) -> None:
        """Delete everything, in this folder and in the one it is a working copy of. Raises HistoryError."""
        with in_ram.COPYING:
            self._database.run(Database.erase)
            wipe_aside(self.folder)
            if self._kept:
                wipe(self._kept)
        self._last = None
        self._memory = Memory()

    def prune(self, keep_days: float, now: datetime) -> int:
        """Delete moods, plays and skips older than so many days; the number of rows deleted.

        Counted back from the newest entry where that is before `now`: a clock set years ahead empties nothing.
        """
        return self._database.run(lambda database: _prune(database, keep_days, now))

    def _prune_daily(self, at: datetime) -> None:
        if self._keep_days and (self._pruned is None or abs(at - self._pruned) >= timedelta(days=1)):
            self._pruned = at
            keep_days = self._keep_days
            self._database.later(lambda database: _prune(database, keep_days, at))

    def _read(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        return self._database.run(lambda database: database.read(sql, *values))

    def _write(self, sql: str, *values: Any) -> None:
        self._database.later(lambda database: database.write(sql, *values))

    def close(self) -> None:
        """Write what waits and close the file."""
        self._database.close()


def _prune(database: Database, keep_days: float, now: datetime) -> int:
    newest = database.read("SELECT max(at) FROM (SELECT max(at) AS at FROM plays UNION SELECT max(at) FROM moods)")
    if not newest or not newest[0][0]:
        return 0
    end = min(utc(now), str(newest[0][0]))
    try:
        oldest = utc(datetime.fromisoformat(end) - timedelta(days=keep_days))
    except (ValueError, OverflowError):
        return 0
    return sum(
        database.write(f"DELETE FROM {table} WHERE at < ?", oldest)  # noqa: S608 - the names stand here
        for table in PASSING
    )


def as_corrections(rows: Sequence[tuple[Any, ...]]) -> list[Correction]:
    """Corrections from rows of id, at, was, mood, model and the seven; what another program garbled is left out."""
    found = []
    for number, at, was, mood, model, *seven in rows:
        try:
            reading = Reading(tuple(float(p) for p in seven))
            when = datetime.fromisoformat(str(at))
        except (TypeError, ValueError):
            continue
        if was in _MOODS and mood in _KNOWN and isinstance(number, int):
            before = Emotion(was) if was in _KNOWN else Verdict(was)
            found.append(Correction(number, when, before, Emotion(mood), reading, str(model)))
    return found


def as_text(stored: str | bytes) -> str:
    """A stored name or sentence as the string it was."""
    return stored if isinstance(stored, str) else stored.decode("utf-8", "surrogatepass")


def _storable(file: str) -> str | bytes:
    """SQLite's text is UTF-8; a name with bytes that are not (surrogates in Python) is stored as bytes."""
    try:
        file.encode()
    except UnicodeEncodeError:
        return file.encode("utf-8", "surrogatepass")
    return file


def _still(mood: Mood, before: Mood) -> bool:
    return (mood.mood, mood.people, mood.told) == (before.mood, before.people, before.told)
