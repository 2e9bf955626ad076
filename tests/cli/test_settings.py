"""`moodbox settings`, as typed."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from appliance.cli.main import main
from appliance.settings.settings import load_settings
from tests.running_box import ROOT, running_box, write_songs


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "moodbox.toml"
    file.write_text(f'# mine\n[paths]\nstate = "{tmp_path}/state"\nrun = "{tmp_path}/run"\n[music]\nvolume = 33\n')
    return file


def typed(file: Path, *words: str) -> int:
    return main(["--settings", str(file), "settings", *words])


def test_what_the_file_says_is_shown(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert typed(file) == 0
    assert "music.volume = 33" in capsys.readouterr().out
    assert typed(file, "--json") == 0
    assert json.loads(capsys.readouterr().out)["music.volume"] == 33


def test_values_are_taken_as_the_file_has_them_or_as_bare_text(file: Path) -> None:
    words = ("music.fade=3", 'mqtt.device_name="Hall = 2"', "quiet.hours=22:30-07:00", "mqtt.tls=true", "music.volume=")
    assert typed(file, *words) == 0
    settings = load_settings(file)
    assert (settings.music.fade, settings.mqtt.device_name, settings.mqtt.tls) == (3.0, "Hall = 2", True)
    assert settings.quiet.hours == "22:30-07:00"
    assert settings.music.volume != 33
    assert file.read_text().startswith("# mine\n")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["music.fade=99"], "music.fade is 99; it must be a number from 0 to 10"),
        (["music.fad=3"], "there is no setting 'music.fad'"),
        (["paths.state=/"], "it is changed in the settings file alone"),
        (["music.fade=3", "music.fad=3"], "there is no setting 'music.fad'"),
    ],
)
def test_a_wrong_change_changes_nothing(
    file: Path, words: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = file.read_text()
    assert typed(file, *words) == 1
    assert told in capsys.readouterr().err
    assert file.read_text() == before


def test_a_word_without_a_value_is_wrong_usage(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        typed(file, "music.fade")
    assert ended.value.code == 2
    assert "music.fade is no KEY=VALUE, such as music.fade=3" in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.timeout(400)
@pytest.mark.skipif(shutil.which("mpd") is None, reason="needs MPD: apt install mpd")
def test_a_running_box_restarts_with_them_and_only_if_there_are_any(tmp_path: Path) -> None:
    songs = write_songs(tmp_path / "songs")
    with running_box(tmp_path, "none", songs) as box:
        box.wait(lambda status: status["player"]["state"] == "play")
        command = [sys.executable, "-m", "appliance.cli", "--settings", str(box.settings), "settings", "music.fade=3"]

        def change() -> tuple[int, str]:
            done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300)
            return done.returncode, done.stdout + done.stderr

        status, said = change()
        assert status == 0, said
        assert "music.fade: default → 3" in said
        assert said.endswith("Moodbox runs with the new settings.\n")
        assert box.status()["tuning"]["fade"] == 3.0
        assert change() == (0, "The file says so already; nothing has changed.\n")
