from pathlib import Path

import pytest

from appliance.cli.language import readers_language
from appliance.cli.main import main


@pytest.fixture(autouse=True)
def system(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANGUAGE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "de_AT.UTF-8")


@pytest.mark.parametrize(
    ("settings", "language"),
    [("", "de"), ("[box]\nlanguage = 'auto'\n", "de"), ("[box]\nlanguage = 'en'\n", "en"), ("[box\n", "de")],
)
def test_the_setting_goes_before_the_system(tmp_path: Path, settings: str, language: str) -> None:
    file = tmp_path / "moodbox.toml"
    file.write_text(settings)
    assert readers_language(file) == language


def test_a_command_answers_in_the_systems_language(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "moodbox.toml"
    file.write_text(f"[paths]\nstate = '{tmp_path}'\nrun = '{tmp_path}'\n")
    assert main(["lists", "--settings", str(file)]) == 0
    assert capsys.readouterr().out.startswith("Es gibt noch keine Listen")


def test_help_is_in_the_language_of_the_settings_that_are_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "moodbox.toml"
    file.write_text("[box]\nlanguage = 'fr'\n")
    for arguments, said in (
        (["--settings", str(file), "--help"], "Joue de la musique"),
        (["--settings", str(file), "skip", "--help"], "jouer le morceau suivant"),
        ([f"--settings={file}", "sleep", "-h"], "usage : moodbox sleep"),
    ):
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        assert ended.value.code == 0
        assert said.lower() in capsys.readouterr().out.lower()
