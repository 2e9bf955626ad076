from __future__ import annotations

import threading
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from appliance.domain.emotions import Emotion
from appliance.history import History, background
from appliance.history.database import Database

NOW = datetime(2026, 3, 1, 20, tzinfo=UTC)
HAPPY = Emotion.HAPPY


def test_what_is_recorded_in_the_background_is_there_after_the_end(tmp_path: Path) -> None:
    with closing(History(tmp_path, background=True)) as history:
        for number in range(50):
            history.record_play(f"happy/{number}.flac", HAPPY, None, NOW)
    with closing(History(tmp_path)) as history:
        assert history.recent(HAPPY, 1) == ["happy/49.flac"]


def test_a_slow_disk_keeps_nobody_waiting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gate = threading.Event()
    with closing(History(tmp_path, background=True)) as history:
        write = Database.write
        monkeypatch.setattr(Database, "write", lambda self, *words: gate.wait(20) and write(self, *words))
        began = time.monotonic()
        for number in range(20):
            history.record_play(f"happy/{number}.flac", HAPPY, None, NOW)
        assert time.monotonic() - began < 15
        assert history.recent(HAPPY, 1) == ["happy/19.flac"]
        gate.set()
    with closing(History(tmp_path)) as history:
        assert len(history.recent(HAPPY, 99)) == 20


def test_a_disk_that_hangs_is_given_up_at_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(background, "LAST", 0.1)
    gate = threading.Event()
    history = History(tmp_path, background=True)
    monkeypatch.setattr(Database, "write", lambda *_: gate.wait(20))
    for _ in range(background.WAITING + 10):
        history.record_play("happy/a.flac", HAPPY, None, NOW)
    history.close()
    gate.set()
    assert caplog.messages == [
        "the disk takes too long: what happens now is missing from the history",
        "the disk hangs: the last of the history may be missing",
    ]
