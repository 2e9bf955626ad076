"""Fixtures for tests of the music."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.music.stage import Stage


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    """A stage whose MPD has yet to be started."""
    return Stage(tmp_path)
