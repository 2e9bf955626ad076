"""Records moods, plays and skips, and answers the picker from memory."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from appliance.emotion import Emotion, Mood
from appliance.history.database import Database
from appliance.history.memory import REMEMBERED, Memory

FILE = "history.sqlite"

_KNOWN = frozenset(Emotion)
_LATEST = """
    SELECT id AS play, 0 AS skip, id, emotion, file, 0.0 FROM plays WHERE id > (SELECT max(id) FROM plays) - ?
    UNION ALL
    SELECT play, 1, id, emotion, file, heard FROM skips WHERE play > (SELECT max(id) FROM plays) - ?
    ORDER BY 1, 2, 3
"""


class History:
    """`history.sqlite` in the state directory. For one thread; calls take well under a millisecond and never raise.

    Few writes: one for each new mood, track and skip. While the file cannot be used the memory lives on without it.
    """

    def __init__(self, folder: Path) -> None:
        self._database = Database(folder / FILE)
        self._memory = Memory()
        for _, skip, _, emotion, file, heard in self._database.read(_LATEST, REMEMBERED, REMEMBERED):
            if emotion not in _KNOWN:
                continue
            if skip:
                self._memory.skipped(Emotion(emotion), _text(file), heard)
            else:
                self._memory.played(Emotion(emotion), _text(file))

    def record_mood(self, mood: Mood, at: datetime) -> None:
        """Keep a new mood. `at` is a wall-clock time with its zone."""
        self._database.write(
            "INSERT INTO moods (at, mood, confidence, valence, arousal, people) VALUES (?, ?, ?, ?, ?, ?)",
            _utc(at), mood.mood.value, mood.confidence, mood.valence, mood.arousal, mood.people,
        )  # fmt: skip

    def record_play(self, file: str, emotion: Emotion | None, why: str | None, at: datetime) -> None:
        """Keep that a track began; without an emotion it is one that someone else queued."""
        if emotion:
            self._memory.played(emotion, file)
        self._database.write(
            "INSERT INTO plays (at, emotion, file, why) VALUES (?, ?, ?, ?)",
            _utc(at), emotion and emotion.value, _storable(file), why and _storable(why),
        )  # fmt: skip

    def record_skip(self, file: str, emotion: Emotion, heard: float, at: datetime) -> None:
        """Keep that the latest play of a track was left after this share of it, 0..1."""
        self._memory.skipped(emotion, file, heard)
        self._database.write(
            "INSERT INTO skips (at, play, emotion, file, heard) "
            "VALUES (?, (SELECT coalesce(max(id), 0) FROM plays), ?, ?, ?)",
            _utc(at), emotion.value, _storable(file), heard,
        )  # fmt: skip

    def recent(self, folder: Emotion, limit: int) -> list[str]:
        """The files last played from a folder, each once, the newest first, at most `limit`."""
        return self._memory.recent(folder, limit)

    def dislike(self, folder: Emotion, file: str) -> float:
        """How much the owner dislikes a file in a folder, 0..1: from skips in its first half, less with later plays."""
        return self._memory.dislike(folder, file)

    def prune(self, keep_days: float, now: datetime) -> int:
        """Delete what is older than so many days; the number of rows deleted.

        Counted back from the newest entry where that is before `now`: a clock set years ahead empties nothing.
        """
        newest = self._database.read(
            "SELECT max(at) FROM (SELECT max(at) AS at FROM plays UNION SELECT max(at) FROM moods)"
        )
        if not newest or not newest[0][0]:
            return 0
        end = min(_utc(now), newest[0][0])
        try:
            oldest = _utc(datetime.fromisoformat(end) - timedelta(days=keep_days))
        except (ValueError, OverflowError):
            return 0
        return sum(
            self._database.write(f"DELETE FROM {table} WHERE at < ?", oldest)  # noqa: S608 - the names stand here
            for table in ("moods", "plays", "skips")
        )

    def close(self) -> None:
        """Write what waits and close the file."""
        self._database.close()


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _storable(file: str) -> str | bytes:
    """SQLite's text is UTF-8; a name with bytes that are not (surrogates in Python) is stored as bytes."""
    try:
        file.encode()
    except UnicodeEncodeError:
        return file.encode("utf-8", "surrogatepass")
    return file


def _text(stored: str | bytes) -> str:
    return stored if isinstance(stored, str) else stored.decode("utf-8", "surrogatepass")
