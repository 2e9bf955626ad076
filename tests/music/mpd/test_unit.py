import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from appliance.music.mpd.state_files import broken_files
from appliance.music.mpd.unit import NOT_NEEDED, configure
from appliance.settings.settings import parse_settings
from appliance.systemd.layout import MPD


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("STATE_DIRECTORY", str(tmp_path / "state"))
    monkeypatch.setenv("RUNTIME_DIRECTORY", str(tmp_path / "run"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    (tmp_path / "run" / "mpd").mkdir(parents=True)
    (tmp_path / "config" / "moodbox").mkdir(parents=True)
    return tmp_path


def test_the_configuration_lies_beside_the_socket(place: Path) -> None:
    conf = configure(parse_settings('[music]\noutput = "null"\nport = 0\n'))
    assert conf == place / "run" / MPD.with_name("mpd.conf")
    assert str(place / "run" / MPD) in conf.read_text()
    assert (place / "state" / "mpd" / "playlists").is_dir()


def run_unit(*lines: str, place: Path) -> subprocess.CompletedProcess[str]:
    (place / "config" / "moodbox" / "moodbox.toml").write_text("\n".join(lines))
    command = [sys.executable, "-m", "appliance.music.mpd.unit"]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=os.environ, timeout=60)


def test_an_mpd_of_the_owners_leaves_nothing_to_do(place: Path) -> None:
    assert run_unit("[music]", 'mpd = "radio:6600"', place=place).returncode == NOT_NEEDED


def test_settings_that_mpd_cannot_take_are_said_in_one_line(place: Path) -> None:
    ran = run_unit("[music]", 'songs = "/one\\ntwo"', place=place)
    assert ran.returncode == 1
    assert ran.stderr.count("\n") == 1
    assert "line break" in ran.stderr


@pytest.mark.needs("mpd")
def test_damaged_stickers_are_set_aside_before_mpd_starts(place: Path) -> None:
    songs, stickers = place / "songs", place / "state" / "mpd" / "stickers"
    songs.mkdir()
    stickers.parent.mkdir(parents=True)
    stickers.write_bytes(b"SQLite format 3\0" + bytes(5000))
    lines = f'[music]\noutput = "null"\nport = 0\nsongs = "{songs}"\n'
    (place / "config" / "moodbox" / "moodbox.toml").write_text(lines)
    command = [sys.executable, "-m", "appliance.music.mpd.unit"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as unit:
        try:
            limit = time.monotonic() + 60
            while not (place / "run" / MPD).exists():
                assert unit.poll() is None, unit.communicate()[1]
                assert time.monotonic() < limit
                time.sleep(0.05)
        finally:
            unit.terminate()
            said = unit.communicate()[1]
    (aside,) = broken_files(stickers.parent)
    assert f"set aside as {aside.name}" in said
