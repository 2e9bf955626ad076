"""A page for each test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from appliance.emotion import EMOTIONS
from tests.web.stage import Browser, Stage, staged


@pytest.fixture(autouse=True)
def quick_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """A password is to cost an attacker time, but not the tests."""
    monkeypatch.setattr("appliance.web.passwords._COSTS", (2, 8, 1))


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with staged(tmp_path) as stage:
        yield stage


@pytest.fixture
async def owner(stage: Stage) -> Browser:
    return await stage.owner()


@pytest.fixture
def songs(stage: Stage) -> Path:
    folder = stage.folder / "songs"
    for emotion in EMOTIONS:
        (folder / emotion).mkdir(parents=True)
    return folder
