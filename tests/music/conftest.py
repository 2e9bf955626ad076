"""Fixtures for tests of the music."""

from __future__ import annotations

from pathlib import Path

import pytest

from appliance.music import empty_folders
from tests.music.running_player import RunningPlayer


@pytest.fixture
def running(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RunningPlayer:
    """A running whose MPD has yet to be started, where nobody waits for house pieces."""
    monkeypatch.setattr(empty_folders, "COMPOSING", 0.0)
    return RunningPlayer(tmp_path)
