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
