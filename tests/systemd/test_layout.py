from pathlib import Path

import pytest

from appliance.settings.last_good import LAST_GOOD, load_or_last_good, remember_last_good
from appliance.settings.settings import Settings, load_settings, parse_settings
from appliance.systemd.layout import MPD, arranged


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "state"
    folder.mkdir()
    monkeypatch.setenv("STATE_DIRECTORY", str(folder))
    monkeypatch.setenv("RUNTIME_DIRECTORY", str(tmp_path / "run"))
    return folder


def written(folder: Path, text: str) -> Path:
    file = folder / "moodbox.toml"
    file.write_text(text)
    return file


def test_good_settings_are_taken_as_they_are(state: Path) -> None:
    file = written(state, "[music]\nvolume = 33\n")
    assert load_or_last_good(file) == (load_settings(file), "")


def test_broken_settings_give_way_to_those_of_the_last_good_start(state: Path) -> None:
    remember_last_good(load_settings(written(state, "[music]\nvolume = 33\n")))
    file = written(state, "[music]\nvolume = 'loud'\n")
    settings, problem = load_or_last_good(file)
    assert settings.music.volume == 33
    assert problem.startswith(f"{file}: music.volume is 'loud'")
    assert problem.endswith("running with the settings of the last good start")


@pytest.mark.parametrize("kept", [None, b"", b"\xff", b"[music]\nvolume = 'x'\n"])
def test_with_nothing_to_fall_back_on_the_defaults_hold(state: Path, kept: bytes | None) -> None:
    if kept is not None:
        (state / LAST_GOOD).write_bytes(kept)
    settings, problem = load_or_last_good(written(state, "nonsense"))
    assert settings == Settings()
    assert "not valid TOML" in problem


def test_settings_are_remembered_only_when_they_have_changed(state: Path) -> None:
    remember_last_good(parse_settings("[music]\nvolume = 33\n"))
    before = (state / LAST_GOOD).stat().st_ino
    remember_last_good(parse_settings("[music]\nvolume = 33\n"))
    assert (state / LAST_GOOD).stat().st_ino == before
    remember_last_good(parse_settings("[music]\nvolume = 34\n"))
    assert load_settings(state / LAST_GOOD).music.volume == 34


def test_a_state_folder_that_cannot_be_written_is_a_warning(state: Path, caplog: pytest.LogCaptureFixture) -> None:
    (state / LAST_GOOD).mkdir()
    remember_last_good(Settings())
    assert "nothing to fall back on" in caplog.text


def test_mpd_is_where_its_unit_listens_unless_the_owner_names_another(state: Path) -> None:
    assert arranged(Settings()).music.mpd == str(Settings().run_dir / MPD)
    assert arranged(parse_settings('[music]\nmpd = "radio:6600"\n')).music.mpd == "radio:6600"


def test_settings_of_the_last_good_start_that_are_no_text_are_mended(state: Path) -> None:
    (state / LAST_GOOD).write_bytes(b"\xbe\xff")
    remember_last_good(parse_settings("[music]\nvolume = 33\n"))
    settings, _ = load_or_last_good(written(state, "nonsense"))
    assert settings.music.volume == 33
