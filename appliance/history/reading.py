"""Asking the history's file what was: read-only, beside the box that writes it, or while the box is off."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any

import msgspec

from appliance.domain.reasons import InWords, Reason, Unreadable
from appliance.history.erase import FILE
from appliance.history.errors import HistoryError
from appliance.history.history import SEVEN, as_corrections, as_text
from appliance.history.periods import Period
from appliance.history.schema import MIGRATIONS, fits
from appliance.history.spans import drawn_spans
from appliance.history.timeline import SLACK, Judgement, mood_spans
from appliance.lib.clock import utc
from appliance.lib.text import utf8_text
from appliance.words.english import reason_in_words

_PEOPLE = range(1000)  # at once, in a row that is sound
_JUDGEMENT = "SELECT at, mood, confidence, valence, arousal, people, lasts, id FROM moods"
_DECODER: msgspec.json.Decoder[Reason] = msgspec.json.Decoder(Reason)
_MOODS = f"""
    SELECT * FROM ({_JUDGEMENT} WHERE at < ?1 ORDER BY at DESC, id DESC LIMIT 1)
    UNION ALL SELECT * FROM ({_JUDGEMENT} WHERE at >= ?1 AND at < ?2)
    UNION ALL SELECT * FROM ({_JUDGEMENT} WHERE at >= ?2 ORDER BY at, id LIMIT 1)
    ORDER BY at, id
"""  # noqa: S608 - nothing in it comes from outside
PLAYS = """
    SELECT plays.at, plays.file, plays.emotion, coalesce(reason, why),
        (SELECT min(heard) FROM skips WHERE play = plays.id AND skips.file = plays.file)
    FROM plays WHERE plays.at >= ? AND plays.at < ? ORDER BY plays.at, plays.id
"""
CORRECTIONS = f"SELECT id, at, was, mood, model, {SEVEN} FROM corrections WHERE at >= ? AND at < ? ORDER BY at, id"  # noqa: S608


@contextlib.contextmanager
def opened(folder: Path) -> Iterator[sqlite3.Connection | None]:
    """The history in a folder, to be read from one thread; None if there is none yet. Raises HistoryError."""
    file = folder / FILE
    try:
        if not file.exists():
            yield None
            return
        with contextlib.closing(_connect(file)) as connection:
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            if version < len(MIGRATIONS) or (version > len(MIGRATIONS) and not fits(connection)):
                raise HistoryError(f"{file} is of version {version} and not {len(MIGRATIONS)}; start moodbox once")
            yield connection
    except (sqlite3.Error, UnicodeDecodeError) as error:  # a name in a damaged schema may be no UTF-8
        raise HistoryError(f"{file} cannot be read ({error}); is it yours to read?") from error
    except PermissionError as error:
        raise HistoryError(f"{file} cannot be read ({error.strerror}); run this as its owner, or with sudo") from error


def _connect(file: Path) -> sqlite3.Connection:
    try:
        connection = sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True, check_same_thread=False)
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.OperationalError:
        # A file at rest in a folder that may not be written: without its log nobody can be writing it either.
        if file.with_name(f"{file.name}-wal").exists():
            raise
        connection = sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
    return connection


def between(
    folder: Path, start: datetime, end: datetime, now: datetime, zone: tzinfo | None = None, drawn: Period | None = None
) -> dict[str, Any]:
    """What happened from `start` to `end`: `from`, `to`, `moods`, `plays`, `corrections`, as the page shows it.

    With `drawn` the moods are those stretches that a drawing of this period shows. Times are ISO 8601 in the machine's
    time zone unless one is given. Raises HistoryError.
    """

    def local(at: datetime) -> str:
        return at.astimezone(zone).isoformat(timespec="seconds")

    found: dict[str, Any] = {"from": local(start), "to": local(end), "moods": [], "plays": [], "corrections": []}
    span = utc(start), utc(end)
    with opened(folder) as history:
        if history is None:
            return found
        judgements = [judgement for row in history.execute(_MOODS, span) if (judgement := _judgement(row))]
        spans = mood_spans(judgements, start, end, now)
        for each in drawn_spans(spans, drawn) if drawn else spans:
            found["moods"].append(
                {"at": local(each.at), "until": local(each.until), "mood": each.mood, "confidence": each.confidence,
                 "valence": each.valence, "arousal": each.arousal, "people": each.people}
            )  # fmt: skip
        for at, file, emotion, why, heard in history.execute(PLAYS, span):
            if when := _time(at):
                reason = reason_of(why)
                found["plays"].append(
                    {"at": local(when), "file": shown(file), "emotion": emotion,
                     "why": reason_in_words(reason) if reason else None, "reason": msgspec.to_builtins(reason),
                     "heard": heard}
                )  # fmt: skip
        for correction in as_corrections(history.execute(CORRECTIONS, span).fetchall()):
            found["corrections"].append(
                {"id": correction.id, "at": local(correction.at), "was": correction.was.value,
                 "mood": correction.mood.value, "probabilities": correction.reading.by_name()}
            )  # fmt: skip
    return found


def reason_of(stored: str | bytes | None) -> Reason | None:
    """Why a track played, from the JSON that is stored, or from the words that versions 1 and 2 stored."""
    if stored is None:
        return None
    if not isinstance(stored, str) or not stored.startswith("{"):
        return InWords(text=shown(stored))
    try:
        return _DECODER.decode(stored)
    except (msgspec.DecodeError, ValueError):
        return Unreadable()


def shown(stored: str | bytes) -> str:
    """A stored name or sentence as text that every encoding takes: bytes that are no text stand as escapes."""
    return utf8_text(as_text(stored))


def _judgement(row: tuple[Any, ...]) -> Judgement | None:
    """A row of the moods; None if damage or another program has put into it what no judgement is."""
    at, mood, confidence, valence, arousal, people, lasts, _ = row
    when = _time(at)
    if when is None or not isinstance(mood, str) or people not in _PEOPLE:
        return None
    try:
        held = None if lasts is None else timedelta(seconds=lasts)
        _ = when + (held or SLACK) + SLACK  # is a time
        sound = all(abs(each) <= 1 for each in (confidence, valence, arousal))
    except (TypeError, OverflowError):
        return None
    return Judgement(when, mood, confidence, valence, arousal, people, held) if sound else None


def _time(stored: str) -> datetime | None:
    try:
        return datetime.fromisoformat(stored).astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        return None
