import tomllib
from pathlib import Path

import msgspec
import pytest

from appliance.settings.base import SettingsError
from appliance.settings.reference import main, settings_reference, unmentioned
from appliance.settings.settings import Settings, load_settings, parse_settings


def test_the_page_means_the_defaults() -> None:
    assert parse_settings(settings_reference()) == Settings()


def test_with_every_comment_taken_away_it_still_means_the_defaults() -> None:
    lines = [
        line[2:] if line.startswith("# ") and " = " in line else line for line in settings_reference().splitlines()
    ]
    keys = tomllib.loads("\n".join(lines))
    assert keys == msgspec.to_builtins(Settings())


def test_the_page_explains_keys_in_the_owners_words() -> None:
    assert '#   The broker\'s name or address; empty for no MQTT.\n# host = ""\n' in settings_reference()


def test_only_keys_that_are_not_even_commented_out_count_as_new() -> None:
    text = settings_reference().replace('# host = ""\n', "").replace("# volume = 60", "volume = 20")
    assert unmentioned(settings_reference()) == []
    assert unmentioned(text) == ["mqtt.host"]


def test_a_file_that_is_not_utf8_has_its_keys_listed_and_is_not_written_to(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As an editor on another computer may have saved it; the installation goes on, for the box has its own remedy."""
    file = tmp_path / "moodbox.toml"
    file.write_bytes("# für die Küche\n".encode("latin-1") + settings_reference().replace('# host = ""\n', "").encode())
    before = file.read_bytes()
    assert main(["--new", str(file)]) == 0
    assert capsys.readouterr().out == "mqtt.host\n"
    assert main(["--set", str(file), "mqtt.host", "broker"]) == 1
    assert "not UTF-8" in capsys.readouterr().err
    assert file.read_bytes() == before


def test_a_key_is_set_in_a_file_with_a_byte_order_mark(tmp_path: Path) -> None:
    file = tmp_path / "moodbox.toml"
    file.write_text(settings_reference(), "utf-8-sig")
    assert main(["--set", str(file), "mqtt.host", "broker"]) == 0
    assert load_settings(file).mqtt.host == "broker"


def test_setting_a_key_says_whether_it_changed_anything(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "moodbox.toml"
    file.write_text(settings_reference())
    assert main(["--set", str(file), "mqtt.host", "broker"]) == 0
    assert main(["--set", str(file), "mqtt.host", "broker"]) == 0
    assert capsys.readouterr().out == "mqtt.host\n"
    assert main(["--set", str(file), "mqtt.discovery_prefix", "#"]) == 1
    assert parse_settings(file.read_text()).mqtt.host == "broker"


def test_a_key_that_says_nothing_of_itself_has_no_line_of_text() -> None:
    assert "# width = 1280\n# height = 720\n" in settings_reference()


def test_a_limit_that_keys_share_does_not_hide_what_a_key_means() -> None:
    assert "#   Volume when Moodbox starts.\n# volume = 60\n" in settings_reference()
    with pytest.raises(
        SettingsError,
        match=r"^music\.volume is 200; it must be a whole number from 0 to 100 \(at line 2: volume = 200\)$",
    ):
        parse_settings("[music]\nvolume = 200\n")
