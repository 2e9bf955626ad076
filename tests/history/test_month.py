"""A month with somebody in the room day and night, looked at once a second, and music all the time."""

import random
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from appliance.domain import events
from appliance.domain.actions import Action, Play, RecordMood, RecordPlay, RecordSkip
from appliance.domain.emotions import EMOTIONS, Emotion, Reading
from appliance.domain.looks import CameraState, Face, Look
from appliance.domain.reasons import NobodyJudged
from appliance.history import History
from appliance.history.erase import FILE
from appliance.history.reading import between
from tests.room import Room

DAYS = 30
LIMIT = 5_000_000
"""Bytes that a month may take."""
TRACK = 180
"""Seconds of a song."""
WORN = 900
"""Seconds for which an expression is worn."""


class Household:
    """A conductor whose history is the real one. Looks come once a second, songs one after another."""

    def __init__(self, folder: Path, seed: int = 1) -> None:
        self.room = Room()
        self.room.clock.set_wall(datetime(2026, 3, 1, tzinfo=UTC))
        self.history = History(folder)
        self._rng = random.Random(seed)
        self._wish = Play(Emotion.NEUTRAL, NobodyJudged())
        self._do(self.room.actions)

    def live(self, seconds: int) -> None:
        worn = Emotion.NEUTRAL
        for second in range(seconds):
            if second % WORN == 0:
                worn = self._rng.choice(EMOTIONS)
            self.room.clock.advance(1)
            faces = (Face((10, 10, 50, 50), 0.9, _READINGS[worn]),) * self._rng.randint(1, 2)
            look = Look(self.room.clock.monotonic(), CameraState.OPEN, faces, (640, 480))
            self._do(self.room.conductor.handle(events.Looked(look)))
            if second % TRACK == 0:
                name = f"{self._wish.emotion}/Some Artist - Some Song {self._rng.randrange(500)}.flac"
                started = events.TrackStarted(name, "Some Song", self._wish.emotion, self._wish.reason)
                self._do(self.room.conductor.handle(started))
                if self._rng.random() < 0.1:
                    self._do(self.room.conductor.handle(events.TrackSkipped(name, self._wish.emotion, 0.2)))

    def _do(self, actions: list[Action]) -> None:
        now = self.room.clock.now()
        for action in actions:
            match action:
                case Play():
                    self._wish = action
                case RecordMood(mood, lasts):
                    self.history.record_mood(mood, now, lasts)
                case RecordPlay(file, emotion, reason):
                    self.history.record_play(file, emotion, reason, now)
                case RecordSkip(file, emotion, heard):
                    self.history.record_skip(file, emotion, heard, now)


_READINGS = {emotion: Reading(tuple(0.7 if other is emotion else 0.05 for other in EMOTIONS)) for emotion in EMOTIONS}


def lived(folder: Path, days: float) -> tuple[int, int]:
    """The size of the history's files after so many days, and the number of judgements in it."""
    household = Household(folder)
    with closing(household.history):
        household.live(round(days * 86_400))
        held = sum(file.stat().st_size for file in folder.glob(f"{FILE}*"))
    with closing(sqlite3.connect(folder / FILE)) as database:
        judgements = database.execute("SELECT count(*) FROM moods").fetchone()[0]
    return max(held, (folder / FILE).stat().st_size), judgements


def test_it_holds_judgements_and_not_looks(tmp_path: Path) -> None:
    size, judgements = lived(tmp_path, 0.25)
    assert 70 <= judgements <= 75
    assert size < LIMIT / 2
    start = datetime(2026, 3, 1, tzinfo=UTC)
    shown = between(tmp_path, start, start + timedelta(days=1), start + timedelta(hours=6), UTC)
    assert len(shown["plays"]) == 6 * 3600 / TRACK
    covered = sum(
        (datetime.fromisoformat(each["until"]) - datetime.fromisoformat(each["at"])).total_seconds()
        for each in shown["moods"]
    )
    assert covered == pytest.approx(6 * 3600, abs=60)


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_a_month_takes_less_than_five_megabytes(tmp_path: Path) -> None:
    size, judgements = lived(tmp_path, DAYS)
    print(f"{judgements} judgements, {size / 1e6:.2f} MB")
    assert judgements >= DAYS * 86_400 / 300 - 2
    assert size < LIMIT
