"""Whatever has happened to the saved choices, the box starts, nothing of the file is lost, and choices are kept."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from pathlib import Path

import pytest

from appliance.core.saved_choices import FILE, SavedChoices, SavedChoicesFile
from appliance.domain.emotions import Emotion
from appliance.domain.looks import CameraSwitch
from appliance.domain.moods import Policy
from tests.damage import each_value_changed, every_damage

CHOICES = SavedChoices(
    override=Emotion.SAD, policy=Policy.CHEER, camera=CameraSwitch.OFF_BY_BUTTON, emotion=Emotion.FEAR, interval=20,
    volume=40,
)  # fmt: skip


def go_on(folder: Path, contents: Iterable[bytes], caplog: pytest.LogCaptureFixture) -> None:
    file = folder / FILE
    for content in contents:
        for old in folder.iterdir():
            old.unlink()
        file.write_bytes(content)
        caplog.clear()
        kept = SavedChoicesFile(folder)
        kept.load()
        warned = [record for record in caplog.records if record.levelno >= logging.WARNING]
        if file.exists():
            assert file.read_bytes() == content
        else:
            (aside,) = folder.glob(f"{FILE}.broken-*")
            assert aside.read_bytes() == content
            assert aside.name in warned[0].getMessage()
        kept.save(CHOICES)
        assert SavedChoicesFile(folder).load() == CHOICES


@pytest.fixture
def whole(tmp_path: Path) -> bytes:
    SavedChoicesFile(tmp_path).save(CHOICES)
    return (tmp_path / FILE).read_bytes()


def test_no_damage_of_the_saved_choices_stops_anything(
    whole: bytes, tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.fsync", lambda _: None)
    go_on(tmp_path, every_damage(whole, 200), caplog)


def test_no_value_in_the_saved_choices_stops_anything(
    whole: bytes, tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.fsync", lambda _: None)
    go_on(tmp_path, each_value_changed(whole), caplog)
