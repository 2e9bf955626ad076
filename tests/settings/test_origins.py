"""Where each setting in force comes from."""

from pathlib import Path

import msgspec
import pytest

from appliance.settings.origins import origins
from appliance.settings.settings import Settings, load_settings, override_with


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "moodbox.toml"
    file.write_text('[music]\nvolume = 20\noutput = "null"\n[mood]\npolicy = "lift"\n')
    return file


def sources(settings: Settings, file: Path | None, installed: bool = False) -> dict[str, str]:
    return {line["key"]: line["source"] for line in origins(settings, file, installed)}


def test_every_setting_is_listed_once_with_its_value(file: Path) -> None:
    listed = origins(load_settings(file), file, False)
    tables = msgspec.to_builtins(load_settings(file))
    assert {line["key"]: line["value"] for line in listed} == {
        f"{table}.{key}": value for table, keys in tables.items() for key, value in keys.items()
    }
    assert len(listed) == sum(map(len, tables.values()))


def test_what_stands_in_the_file_comes_from_it_also_if_it_is_the_default(file: Path) -> None:
    told = sources(load_settings(file), file)
    assert told["music.volume"] == told["mood.policy"] == str(file)
    assert told["music.volume_cap"] == "default"


def test_what_an_option_has_changed_comes_from_the_command_line(file: Path) -> None:
    settings = override_with(load_settings(file), {"music.output": "alsa", "camera.source": "portrait"})
    told = sources(settings, file)
    assert told["music.output"] == told["camera.source"] == "command line"
    assert sources(settings, file, installed=True)["music.output"] == "installation"


def test_without_a_file_everything_is_the_default() -> None:
    assert set(sources(Settings(), None).values()) == {"default"}


@pytest.mark.parametrize("content", [b"\xff", b"[music", b"music = 3"])
def test_a_file_that_has_changed_into_nonsense_is_nobodys_source(file: Path, content: bytes) -> None:
    settings = load_settings(file)
    file.write_bytes(content)
    assert str(file) not in sources(settings, file).values()
