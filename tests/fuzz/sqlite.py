"""The history's file, damaged while the box was off: the box goes on, with it or with a fresh one."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from appliance.domain.emotions import Emotion
from appliance.domain.moods import Mood
from appliance.domain.reasons import InWords
from appliance.history import History
from appliance.history.erase import FILE
from appliance.history.errors import HistoryError
from appliance.history.reading import between
from tests.fuzz.fuzz import Fuzz
from tests.room import mostly

_DAY = datetime(2026, 3, 1, tzinfo=UTC)
_PAGE = 4096


def _lived(history: History, start: datetime, hours: int) -> None:
    for hour in range(hours):
        at = start + timedelta(hours=hour)
        emotion = list(Emotion)[hour % len(Emotion)]
        history.record_mood(Mood(emotion, 0.8, 0.1, 0.2, 1 + hour % 3, reading=mostly(emotion)), at, 3600.0)
        history.record_play(f"{emotion}/{hour}.flac", emotion, InWords(text="because"), at)
        history.record_skip(f"{emotion}/{hour}.flac", emotion, 0.3, at)
        if hour % 5 == 0:
            history.record_dislike(f"{emotion}/{hour}.flac", emotion, at)


class _Damage:
    def __init__(self, folder: Path) -> None:
        self._good, self._folder = folder / "good", folder / "box"
        self._good.mkdir()
        history = History(self._good)
        _lived(history, _DAY, 48)
        history.close()
        self._data = (self._good / FILE).read_bytes()

    def make(self, random: Random) -> bytes:
        """JSON: `[[offset, byte], …]`, and the length that the file is cut to, or null."""
        # Half of the damage hits the first pages, where the tables are described.
        span = len(self._data) if random.random() < 0.5 else 2 * _PAGE
        changes = [[random.randrange(span), random.randrange(256)] for _ in range(random.choice((1, 1, 2, 8, 64)))]
        cut = random.randrange(len(self._data)) if random.random() < 0.1 else None
        return json.dumps({"changes": changes, "cut": cut}).encode()

    def check(self, case: bytes) -> None:
        damage = json.loads(case)
        shutil.rmtree(self._folder, ignore_errors=True)
        self._folder.mkdir()
        data = bytearray(self._data)
        for at, byte in damage["changes"]:
            data[at % len(data)] = byte
        (self._folder / FILE).write_bytes(data[: damage["cut"]])
        history = History(self._folder)
        try:
            _lived(history, _DAY + timedelta(days=3), 2)
            history.recent(Emotion.HAPPY, 20)
            history.dislikes()
            history.corrections()
        finally:
            history.close()
        try:
            between(self._folder, _DAY, _DAY + timedelta(days=5), _DAY + timedelta(days=5))
        except HistoryError as error:
            assert str(error)  # noqa: PT017 - said in words


@contextmanager
def open_sqlite(folder: Path) -> Iterator[Fuzz]:
    """Damages a copy of two days and lives on with it."""
    damage = _Damage(folder)
    yield Fuzz(damage.make, damage.check)
