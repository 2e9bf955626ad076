"""Hearing, reporting on and sorting a collection of music."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
import soundfile

from tools.curate.__main__ import main

RATE = 16_000


def write_song(file: Path, pitch: float, beat: float) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    at = np.arange(4 * RATE) / RATE
    chord = sum(np.sin(2 * np.pi * pitch * ratio * at) for ratio in (1, 1.26, 1.498))
    noise = np.random.default_rng(1).standard_normal(len(at))
    soundfile.write(file, 0.1 * (chord + noise * min(1, 0.2 / beat)) * np.exp(-4 * (at % beat)), RATE)


def test_a_collection_is_reported_on_and_a_copy_sorted_by_emotion(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    music, report, copy = tmp_path / "music", tmp_path / "report", tmp_path / "copy"
    for number, beat in enumerate((0.2, 0.4, 0.8, 1.6)):
        write_song(music / "album" / f"<{number}>.wav", 150 + 40 * number, beat)
    write_song(music / "fear" / "mine.wav", 200, 0.5)
    (music / "broken.mp3").write_bytes(b"junk" * 100)
    before = {file: file.read_bytes() for file in music.rglob("*") if file.is_file()}

    assert main([str(music), "--report", str(report), "--sort", str(copy), "--all"]) == 0

    page = (report / "index.html").read_text()
    assert "5 songs heard" in page
    assert "broken.mp3: cannot be decoded" in page
    for picture in ("plane.png", "clusters.png", "graph.svg", "confusion.png"):
        assert picture in page
        assert (report / picture).stat().st_size > 500
    with (report / "songs.csv").open(newline="") as lines:
        rows = {row["file"]: row for row in csv.DictReader(lines)}
    assert len(rows) == 5
    assert rows["fear/mine.wav"]["folder"] == "fear"
    copies = sorted(file.relative_to(copy).as_posix() for file in copy.rglob("*.wav"))
    assert len(copies) == 5
    assert "fear/mine.wav" in copies
    assert {name.split("/")[0] for name in copies} <= {"fear", "happy", "sad", "angry", "neutral"}
    assert {file: file.read_bytes() for file in music.rglob("*") if file.is_file()} == before
    assert "copied 5 songs" in capsys.readouterr().out


def test_a_folder_without_songs_is_told(tmp_path: Path) -> None:
    assert main([str(tmp_path), "--report", str(tmp_path / "report")]) == 1
    assert "holds no songs" in (tmp_path / "report" / "index.html").read_text()
