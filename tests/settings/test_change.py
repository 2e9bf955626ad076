"""Changing the owner's settings file."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from appliance.settings.base import SettingsError
from appliance.settings.change import LARGEST, change_settings_file
from appliance.settings.settings import load_settings


def test_a_change_says_what_was_there_so_that_it_can_be_undone(tmp_path: Path) -> None:
    file = tmp_path / "moodbox.toml"
    file.write_text("[music]\nfade = 3.0 # slow\n")
    before = file.read_text()
    was = change_settings_file(file, {"music.fade": 1.0, "music.volume": 30})
    assert was == {"music.fade": 3.0, "music.volume": None}
    assert load_settings(file).music.volume == 30
    change_settings_file(file, was)
    assert load_settings(file).music.fade == 3.0
    assert file.read_text() == before.replace("[music]\n", "[music]\n# volume = 30\n")


def test_a_file_that_is_not_there_is_made_with_every_key_explained(tmp_path: Path) -> None:
    file = tmp_path / "moodbox" / "moodbox.toml"
    change_settings_file(file, {"music.fade": 1.0})
    assert load_settings(file).music.fade == 1.0
    assert "# volume = 60" in file.read_text()


def test_permissions_stay(tmp_path: Path) -> None:
    file = tmp_path / "moodbox.toml"
    file.write_text("")
    file.chmod(0o640)
    change_settings_file(file, {"music.fade": 1.0})
    assert file.stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"model.allowed_signers": "/tmp/mine"}, "changed in the settings file alone"),
        ({"music.songs": "/"}, "changed in the settings file alone"),
        ({"paths.state": "/"}, "changed in the settings file alone"),
        ({"music.colour": "red"}, "there is no setting 'music.colour'"),
        ({"music.fade": 99}, "music.fade is 99"),
    ],
)
def test_what_the_page_may_not_change_is_refused_and_nothing_is(
    tmp_path: Path, changes: dict[str, str | int], told: str
) -> None:
    file = tmp_path / "moodbox.toml"
    file.write_text("[music]\nfade = 3.0\n")
    with pytest.raises(SettingsError) as refused:
        change_settings_file(file, {"music.volume": 10, **changes})
    assert told in str(refused.value)
    assert file.read_text() == "[music]\nfade = 3.0\n"


def test_a_file_that_cannot_be_read_is_told_and_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "moodbox.toml"
    for content, told in ((b"\xff", "not UTF-8"), (b"#" * (LARGEST + 1), "shorter by hand"), (b"[", "not valid TOML")):
        file.write_bytes(content)
        with pytest.raises(SettingsError, match=told):
            change_settings_file(file, {"music.fade": 1.0})
        assert file.read_bytes() == content


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_is_told(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(SettingsError, match="cannot be"):
        change_settings_file(tmp_path / "x" / "moodbox.toml", {"music.fade": 1.0})
