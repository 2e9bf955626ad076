"""Whatever has happened to the settings and to those of the last good start, the box has settings and says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from appliance.settings.last_good import LAST_GOOD, load_or_last_good, remember_last_good
from appliance.settings.settings import Settings, as_toml, load_settings, override_with
from tests.damage import every_damage


@pytest.fixture(autouse=True)
def quick_disk(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("os.fsync", lambda _: None)
    monkeypatch.setenv("STATE_DIRECTORY", str(tmp_path))


@pytest.fixture
def chosen() -> Settings:
    return override_with(Settings(), {"mood.evaluate_every": 77.0, "music.volume": 31, "web.port": 8123})


def test_no_damage_of_the_settings_stops_anything(tmp_path: Path, chosen: Settings) -> None:
    file = tmp_path / "moodbox.toml"
    remember_last_good(chosen)
    for content in every_damage(as_toml(chosen).encode(), 300, step=5):
        file.write_bytes(content)
        settings, problem = load_or_last_good(file)
        if problem:
            assert str(file) in problem
            assert settings == chosen
        assert file.read_bytes() == content


def test_no_damage_of_the_last_good_settings_stops_anything(tmp_path: Path, chosen: Settings) -> None:
    file, kept = tmp_path / "moodbox.toml", tmp_path / LAST_GOOD
    file.write_text("[camera\n")
    for content in every_damage(as_toml(chosen).encode(), 300, step=5):
        kept.write_bytes(content)
        settings, problem = load_or_last_good(file)
        assert str(file) in problem
        if "the defaults" in problem:
            assert settings == Settings()
        remember_last_good(chosen)
        assert load_settings(kept) == chosen
