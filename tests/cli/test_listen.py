"""`moodbox listen`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from appliance.cli.main import main
from appliance.domain.emotions import EMOTIONS

RATE = 16_000


def write_song(file: Path, pitch: float, beat: float) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    at = np.arange(4 * RATE) / RATE
    chord = sum(np.sin(2 * np.pi * pitch * ratio * at) for ratio in (1, 1.26, 1.498))
    noise = np.random.default_rng(1).standard_normal(len(at))
    soundfile.write(file, 0.1 * (chord + noise * min(1, 0.2 / beat)) * np.exp(-4 * (at % beat)), RATE)
    return file


def lines_of(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_one_line_of_json_for_each_song_and_each_fault(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    song = write_song(tmp_path / "a" / "song.flac", 220, 0.5)
    (tmp_path / "a" / "junk.mp3").write_bytes(b"junk" * 500)
    (tmp_path / "a" / "cover.jpg").write_bytes(b"no song")
    (tmp_path / "empty").mkdir()
    gone = tmp_path / "gone.ogg"
    assert main(["listen", "--json", str(tmp_path / "a"), str(gone), str(tmp_path / "empty")]) == 1
    junk, heard, missing, empty = lines_of(capsys)
    assert junk["file"].endswith("junk.mp3")
    assert "cannot be decoded" in junk["error"]
    assert missing == {"file": str(gone), "error": "cannot be read: No such file or directory"}
    assert empty == {"file": str(tmp_path / "empty"), "error": "holds no songs"}
    assert heard["file"] == str(song)
    assert set(heard) == {"file", "valence", "arousal", "suggested", "tempo", "mode", "sound", "why"}
    assert -1 <= heard["valence"] <= 1
    assert -1 <= heard["arousal"] <= 1
    assert heard["suggested"] in {None, *(emotion.value for emotion in EMOTIONS)}
    assert heard["tempo"] == pytest.approx(120, rel=0.02)
    assert "120 bpm" in heard["why"]
    assert np.linalg.norm(heard["sound"]) == pytest.approx(127, abs=4)


def test_songs_of_a_library_are_ranked_among_each_other(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for number, beat in enumerate((0.2, 0.5, 1.5)):
        write_song(tmp_path / f"{number}.wav", 180 + 30 * number, beat)
    assert main(["listen", "--json", "--library", str(tmp_path)]) == 0
    ranked = lines_of(capsys)
    assert main(["listen", "--json", str(tmp_path)]) == 0
    alone = lines_of(capsys)
    for axis in ("valence", "arousal"):
        assert (
            np.argsort([line[axis] for line in ranked]).tolist() == np.argsort([line[axis] for line in alone]).tolist()
        )
    assert ranked[0]["arousal"] > ranked[2]["arousal"]


def test_in_words_a_song_takes_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    song = write_song(tmp_path / "song.wav", 220, 0.5)
    assert main(["listen", str(song)]) == 0
    out = capsys.readouterr().out
    assert out.startswith(f"{song}: valence ")
    assert out.count("\n") == 1
