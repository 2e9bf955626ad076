"""Fixtures for tests of the music."""

from __future__ import annotations

from pathlib import Path

import pytest

from appliance.music import empty_folders
from appliance.music.mpd import client, pictures
from tests.music.running_player import RunningPlayer


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that is busy with tests is no reason to take MPD for frozen."""
    monkeypatch.setattr(client, "PATIENCE", 30.0)
    monkeypatch.setattr(client, "ANSWER_SECONDS", 120.0)
    monkeypatch.setattr(pictures, "_SECONDS", 60.0)


@pytest.fixture
def running(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RunningPlayer:
    """A running whose MPD has yet to be started, where nobody waits for house pieces."""
    monkeypatch.setattr(empty_folders, "COMPOSING", 0.0)
    return RunningPlayer(tmp_path)
