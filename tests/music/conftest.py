"""Fixtures for tests of the music."""

from __future__ import annotations

from pathlib import Path

import pytest

from appliance.music import shortage
from tests.music.stage import Stage


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """A stage whose MPD has yet to be started, where nobody waits for house pieces."""
    monkeypatch.setattr(shortage, "COMPOSING", 0.0)
    return Stage(tmp_path)
