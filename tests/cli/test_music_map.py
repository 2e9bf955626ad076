"""`moodbox music map`."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from appliance.cli.main import main

RATE = 16_000


def songs(folder: Path) -> Path:
    folder.mkdir()
    at = np.arange(4 * RATE) / RATE
    for number in range(4):
        wave = np.sin(2 * np.pi * 150 * (number + 1) * at) * np.exp(-5 * (at % (0.2 * (number + 1))))
        soundfile.write(folder / f"song {number}.wav", 0.3 * wave, RATE)
    (folder / "broken.mp3").write_bytes(b"junk" * 100)
    return folder


def test_the_songs_of_a_folder_are_drawn_without_a_box(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    picture = tmp_path / "map.svg"
    command = ["music", "map", "--folder", str(songs(tmp_path / "music")), "--neighbours", "1", str(picture)]
    assert main(command) == 0
    said = capsys.readouterr()
    assert said.out.startswith(f"{picture}: 4 songs, ")
    assert "broken.mp3: cannot be decoded" in said.err
    drawn = picture.read_text()
    assert drawn.count("<title>song ") == 4
    assert main([*command, "--like", "SONG 2", "--songs", "2"]) == 0
    assert picture.read_text().count("<title>song ") == 2
    assert main([*command, "--like", "song"]) == 1
    assert "names of 4 songs" in capsys.readouterr().err


def test_a_box_that_has_heard_nothing_yet_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings = tmp_path / "moodbox.toml"
    settings.write_text(f'[paths]\nstate = "{tmp_path}/state"\nrun = "{tmp_path}/run"\n')
    assert main(["--settings", str(settings), "music", "map", str(tmp_path / "map.svg")]) == 1
    assert "no song has been heard yet" in capsys.readouterr().err
    assert not (tmp_path / "map.svg").exists()
