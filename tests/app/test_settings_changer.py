from __future__ import annotations

import logging
from pathlib import Path

import pytest

from appliance.app.settings_changer import SettingsChanger
from appliance.domain.tuning import TuneKey
from appliance.settings.base import SettingsError
from appliance.settings.settings import load_settings


async def test_values_of_one_moment_are_all_written_and_the_rest_stays(tmp_path: Path) -> None:
    file = tmp_path / "moodbox.toml"
    file.write_text("# mine\n[music]\nvolume = 33\n")
    changer = SettingsChanger(file, tmp_path, as_unit=False)
    for number in range(1, 11):
        changer.keep(TuneKey.FADE, number / 2)
        changer.keep(TuneKey.GONE_AFTER, number)
    await changer.kept()
    settings = load_settings(file)
    assert settings.music.volume == 33
    assert (settings.music.fade, settings.mood.gone_after) == (5.0, 10)
    assert file.read_text().startswith("# mine\n")


async def test_a_value_that_cannot_be_written_holds_and_is_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "moodbox.toml"
    file.mkdir()
    with caplog.at_level(logging.WARNING):
        changer = SettingsChanger(file, tmp_path, as_unit=False)
        changer.keep(TuneKey.FADE, 3.0)
        await changer.kept()
    assert "music.fade: the new value holds until the next restart only" in caplog.text


def test_a_wrong_value_changes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "moodbox.toml"
    file.write_text("[music]\nfade = 2.0\n")
    with pytest.raises(SettingsError):
        SettingsChanger(file, tmp_path, as_unit=False).change({"music.fade": 99.0})
    assert load_settings(file).music.fade == 2.0
