"""A page for each test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from appliance.domain.emotions import EMOTIONS
from tests.web.running_page import Browser, RunningPage, staged


@pytest.fixture(autouse=True)
def quick_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """A password is to cost an attacker time, but not the tests."""
    monkeypatch.setattr("appliance.web.auth.passwords._COSTS", (2, 8, 1))


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[RunningPage]:
    async with staged(tmp_path) as running:
        yield running


@pytest.fixture
async def owner(running: RunningPage) -> Browser:
    return await running.owner()


@pytest.fixture
def songs(running: RunningPage) -> Path:
    folder = running.folder / "songs"
    for emotion in EMOTIONS:
        (folder / emotion).mkdir(parents=True)
    return folder
