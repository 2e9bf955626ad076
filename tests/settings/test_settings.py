import contextlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.domain.moods import Policy
from appliance.errors import MoodboxError
from appliance.settings.base import SettingsError
from appliance.settings.paths import default_file
from appliance.settings.settings import Settings, as_toml, load_settings, override_with, parse_settings


@pytest.fixture(autouse=True)
def _no_settings_of_this_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("STATE_DIRECTORY", "RUNTIME_DIRECTORY", "XDG_STATE_HOME", "XDG_RUNTIME_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setattr("appliance.settings.paths.SYSTEM_FILE", tmp_path / "etc" / "moodbox.toml")


def problem(text: str) -> str:
    with pytest.raises(SettingsError) as caught:
        parse_settings(text)
    return str(caught.value)


def test_an_empty_file_means_the_defaults() -> None:
    assert parse_settings("") == Settings()


def test_a_setting_replaces_its_default_and_no_other() -> None:
    settings = parse_settings('[mood]\nevaluate_every = 60\npolicy = "cheer"\n')
    assert settings.mood.evaluate_every == 60
    assert settings.mood.usual_policy is Policy.CHEER
    assert settings.mood.first_after == Settings().mood.first_after
    assert settings.camera == Settings().camera


def test_settings_are_frozen() -> None:
    with pytest.raises(AttributeError):
        Settings().mood.first_after = 3  # type: ignore[misc]


def test_an_error_is_ours_and_a_value_error() -> None:
    assert issubclass(SettingsError, MoodboxError)
    assert issubclass(SettingsError, ValueError)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[camera]\nwidht = 1", "[camera] has no key 'widht'; did you mean 'width'?"),
        ("[camra]\nwidth = 1", "the file has no table 'camra'; did you mean 'camera'?"),
        ("[zebra]\n", "the file has no table 'zebra'; it may have camera, vision, "),
        ("[paths]\nqqq = 1", "[paths] has no key 'qqq'; it may have state, run"),
        ('[paths]\n"`" = 1', "[paths] has no key '`'; it may have state, run"),
        ('[mood]\npolicy = "lft"', 'mood.policy is \'lft\'; it must be "auto", "match", "cheer", "lift" or "journey"'),
        ("[mood]\npolicy = 3", 'mood.policy is 3; it must be "auto", "match", "cheer", "lift" or "journey"'),
        ("[camera]\nrotate = 45", "camera.rotate is 45; it must be 0, 90, 180 or 270"),
        ('[vision]\ndetector = "mp"', 'vision.detector is \'mp\'; it must be "auto", "mediapipe" or "tflite"'),
        ('[vision]\nfar = "yes"', "vision.far is 'yes'; it must be true or false"),
        ("[music]\noutput = 5", 'music.output is 5; it must be text in "quotes"'),
        ("[music]\nvolume = 101", "music.volume is 101; it must be a whole number from 0 to 100"),
        ("[camera]\nwidth = 1280.5", "camera.width is 1280.5; it must be a whole number from 160 to 4096"),
        ("[mood]\nmin_lead = -0.1", "mood.min_lead is -0.1; it must be a number from 0 to 1"),
        ("[mood]\nfirst_after = nan", "mood.first_after is nan; it must be a number from 0 to 86400"),
        ("[mood]\nfirst_after = true", "mood.first_after is True; it must be a number from 0 to 86400"),
        ("[camera]\nlooks_per_second = 0", "camera.looks_per_second is 0; it must be a number above 0 and at most 10"),
        ("mood = 1", "mood is 1; it must be a table: a line [mood] and its keys below it"),
        ("[[paths]]", "paths is [{}]; it must be a table: a line [paths] and its keys below it"),
        ("[music]\nvolume_floor = 50\nvolume_cap = 40", "music.volume_floor is 50, above music.volume_cap 40"),
        ("[mood\n", "not valid TOML:"),
        ("[mood]\nfirst_after = \n", "(at line 2, column 15)"),
        ("[mood]\nhysteresis = 0.1\nhysteresis = 0.2\n", "not valid TOML:"),
    ],
)
def test_a_mistake_is_answered_with_the_key_what_was_found_and_what_would_be_right(text: str, says: str) -> None:
    assert says in problem(text)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("# camera\n[camera]\nwidht = 640\n", "at line 3: widht = 640"),
        ("\n[camra]\nwidth = 640\n", "at line 2: [camra]"),
        ("[mood]\n# policy: which\npolicy = 'lft'  # policy\n", "at line 3: policy = 'lft'  # policy"),
        ("[controls]\nhold = 2\n[music]\nvolume = 60\nvolume_cap = 400\n", "at line 5: volume_cap = 400"),
        ("[music]\nvolume_floor = 50\nvolume_cap = 40", "at line 2: volume_floor = 50"),
        ("[music]\nvolume = [\n1,\n2]\n", "at line 2: volume = ["),
        ("music.volume = 101", "at line 1: music.volume = 101"),
        ("mood = 1", "at line 1: mood = 1"),
        ("[[paths]]\n", "at line 1: [[paths]]"),
        ("[music]\nmpd = 'box:port'", "at line 2: mpd = 'box:port'"),
        ("[web]\n\nlisten = 'my box'", "at line 3: listen = 'my box'"),
        ("[mqtt]\nhost = 'http://x'", "at line 2: host = 'http://x'"),
        ("[controls]\nskip = 4\n\nlamp_red = 5\n", "at line 4: lamp_red = 5"),
        ("[paths]\nrun = '~nobody-here/x'", "at line 2: run = '~nobody-here/x'"),
    ],
)
def test_a_wrong_value_is_shown_with_its_line(text: str, line: str) -> None:
    assert problem(text).endswith(f"({line})")


@pytest.mark.parametrize("section", Settings.__struct_fields__)
def test_every_section_answers_a_value_that_is_wrong_for_every_key(section: str) -> None:
    for key in getattr(Settings(), section).__struct_fields__:
        assert f"{section}.{key} is [[]]; it must be " in problem(f"[{section}]\n{key} = [[]]\n")


@given(st.text())
def test_whatever_a_file_says_it_is_settings_or_a_settings_error(text: str) -> None:
    with contextlib.suppress(SettingsError):
        assert isinstance(parse_settings(text), Settings)


scalars = st.none() | st.booleans() | st.integers(-(10**6), 10**6) | st.floats() | st.text(max_size=5)


keys = [
    f"{section}.{key}"
    for section in Settings.__struct_fields__
    for key in getattr(Settings(), section).__struct_fields__
]


@given(st.sampled_from(keys), scalars)
def test_any_value_for_any_key_is_taken_or_the_key_is_named(key: str, value: object) -> None:
    problem = ""
    try:
        changed = override_with(Settings(), {key: value})
    except SettingsError as error:
        problem = str(error)
    else:
        section, name = key.split(".")
        assert getattr(getattr(changed, section), name) == value
    assert not problem or key in problem


# Files


def test_without_a_file_there_are_the_defaults() -> None:
    assert default_file() is None
    assert load_settings() == Settings()


def test_the_systems_file_goes_before_the_users(tmp_path: Path) -> None:
    for folder, seconds in (("config/moodbox", 11), ("etc", 22)):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "moodbox.toml").write_text(f"[mood]\nfirst_after = {seconds}\n")
        assert load_settings().mood.first_after == seconds


def test_an_error_in_a_file_names_the_file(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text("[mood]\npolicy = 'x'\n")
    with pytest.raises(SettingsError, match=r"mine\.toml: mood\.policy is 'x'.* \(at line 2: policy = 'x'\)"):
        load_settings(file)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"mine\.toml: cannot be read \(No such file or directory\)"):
        load_settings(tmp_path / "mine.toml")


@pytest.mark.parametrize("place", ["config/moodbox", "etc"])
def test_what_stands_in_the_usual_place_and_cannot_be_read_is_not_passed_over(tmp_path: Path, place: str) -> None:
    (tmp_path / place / "moodbox.toml").mkdir(parents=True)
    with pytest.raises(SettingsError, match=r"moodbox\.toml: cannot be read \(Is a directory\)"):
        load_settings()
    (tmp_path / place / "moodbox.toml").rmdir()
    (tmp_path / place / "moodbox.toml").symlink_to("nowhere")
    with pytest.raises(SettingsError, match=r"moodbox\.toml: cannot be read \(No such file or directory\)"):
        load_settings()


@pytest.mark.parametrize(
    ("key", "value", "says"),
    [
        ("music.songs", "a\0b", "it must not hold a NUL character"),
        ("mqtt.user", "a\0b", "it must not hold a NUL character"),
        ("music.songs", "/tmp/\udcff", "it must be UTF-8 text"),
        ("paths.run", "~nobody-of-this-name/run", "there is no such user"),
    ],
)
def test_a_text_that_can_be_no_name_is_answered_with_its_key(key: str, value: str, says: str) -> None:
    with pytest.raises(SettingsError) as error:
        override_with(Settings(), {key: value})
    assert f"{key} is {value!r}; {says}" in str(error.value)


def test_a_folder_in_its_place_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read"):
        load_settings(tmp_path)


def test_a_file_that_is_not_utf8_is_told_the_byte(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_bytes(b"# caf\xe9\n")
    with pytest.raises(SettingsError, match="byte 5 is not UTF-8"):
        load_settings(file)


def test_a_byte_order_mark_and_carriage_returns_do_no_harm(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_bytes(b"\xef\xbb\xbf[mood]\r\nfirst_after = 7\r\n")
    assert load_settings(file).mood.first_after == 7


def test_settings_written_out_read_back_the_same() -> None:
    settings = parse_settings('[music]\nsongs = "a \\"b\\" \\\\ \\u007f \\t ü"\nvolume = 7\n[mood]\npolicy = "match"\n')
    assert parse_settings(as_toml(settings)) == settings
    assert parse_settings(as_toml(Settings())) == Settings()


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0~")))
def test_any_text_survives_being_written_out(text: str) -> None:
    settings = override_with(Settings(), {"music.songs": text})
    assert parse_settings(as_toml(settings)) == settings


def test_changes_are_validated_like_the_file() -> None:
    assert override_with(Settings(), {"mood.first_after": 3}).mood.first_after == 3
    with pytest.raises(SettingsError, match=r"mood\.first_after is -1"):
        override_with(Settings(), {"mood.first_after": -1})


# Places


def test_state_lives_in_the_users_state_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert Settings().state_dir == tmp_path / "home/.local/state/moodbox"
    monkeypatch.setenv("XDG_STATE_HOME", "/xdg")
    assert Settings().state_dir == Path("/xdg/moodbox")


def test_under_systemd_its_folders_are_used_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STATE_DIRECTORY", "/var/lib/moodbox")
    monkeypatch.setenv("RUNTIME_DIRECTORY", "/run/moodbox")
    assert Settings().state_dir == Path("/var/lib/moodbox")
    assert Settings().run_dir == Path("/run/moodbox")


def test_an_empty_variable_is_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("STATE_DIRECTORY", "")
    monkeypatch.setenv("RUNTIME_DIRECTORY", "")
    monkeypatch.setenv("XDG_RUNTIME_DIR", "/run/user/7")
    assert Settings().state_dir == tmp_path / "home/.local/state/moodbox"
    assert Settings().run_dir == Path("/run/user/7/moodbox")


def test_without_a_runtime_folder_each_user_has_a_temporary_one() -> None:
    assert Settings().run_dir.name.startswith("moodbox-")


@pytest.mark.parametrize(("installed", "songs"), [(True, "/srv/moodbox/songs"), (False, "~/Music/Moodbox")])
def test_away_from_a_clone_songs_lie_where_the_box_was_installed_or_at_home(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, installed: bool, songs: str
) -> None:
    monkeypatch.setattr("appliance.settings.settings.__file__", str(tmp_path / "packages/appliance/settings/x.py"))
    monkeypatch.setattr("appliance.settings.settings.SYSTEM_FILE", tmp_path / "etc" / "moodbox.toml")
    if installed:
        (tmp_path / "etc").mkdir()
    assert Settings().songs_dir == Path(songs).expanduser()


def test_places_in_the_settings_go_before_all_others(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("STATE_DIRECTORY", "/var/lib/moodbox")
    settings = parse_settings('[paths]\nstate = "~/s"\nrun = "/r"\n[music]\nsongs = "~/songs"\n')
    assert settings.state_dir == tmp_path / "home/s"
    assert settings.run_dir == Path("/r")
    assert settings.songs_dir == tmp_path / "home/songs"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("skip = 27", "controls.override is 27, as is controls.skip"),
        ("knob_a = 5", "controls.knob_a and controls.knob_b only some are set"),
        ("lamp_red = 5\nlamp_green = 6", "controls.lamp_blue only some are set"),
        ("hold = 1", "it must be longer than controls.long_press 1"),
        ("power_off = 1", "it must be longer than controls.long_press 1"),
        ('collect = true\nmode = "single"', "controls.collect is true; it needs the buttons skip and override"),
        ("collect = true\noverride = -1", "controls.collect is true; it needs the buttons skip and override"),
        ("skip = 28", "controls.skip is 28; it must be a whole number from -1 to 27"),
        ('pull = "left"', 'controls.pull is \'left\'; it must be "down" or "up"'),
    ],
)
def test_pins_and_times_that_cannot_be_used_together_are_named(text: str, words: str) -> None:
    with pytest.raises(SettingsError) as caught:
        parse_settings(f"[controls]\n{text}")
    assert words in str(caught.value)
