"""Ogg files and their stamps."""

from __future__ import annotations

import io
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
import soundfile

from appliance.composer import Piece
from appliance.composer.encode import Stamp, ogg, stamp
from appliance.composer.render import VERSION
from appliance.domain.emotions import Emotion


def short_piece(seconds: float = 0.5) -> Piece:
    clock = np.arange(int(seconds * 44_100)) / 44_100
    tone = (0.3 * np.sin(2 * np.pi * 440 * clock)).astype(np.float32)
    return Piece(Emotion.SAD, 3, "Letters Kept", np.stack((tone, 0.5 * tone), axis=1))


def test_a_file_holds_the_piece_and_its_tags() -> None:
    with soundfile.SoundFile(io.BytesIO(ogg(short_piece()))) as file:
        assert (file.title, file.artist, file.album, file.genre) == ("Letters Kept", "Moodbox", "House music", "Sad")
        samples = file.read(dtype="float32")
    original = short_piece().samples
    assert samples.shape == original.shape
    assert np.sqrt(np.mean((samples - original) ** 2)) < 0.03


def test_a_long_piece_is_encoded_without_harm() -> None:
    with soundfile.SoundFile(io.BytesIO(ogg(short_piece(90.0)))) as file:
        assert file.frames == 90 * 44_100


def test_the_same_piece_gives_the_same_sound() -> None:
    first, second = (soundfile.read(io.BytesIO(ogg(short_piece())))[0] for _ in range(2))
    assert np.array_equal(first, second)


def test_a_file_of_ours_is_known_by_its_stamp(tmp_path: Path) -> None:
    path = tmp_path / "renamed by its owner.ogg"
    path.write_bytes(ogg(short_piece()))
    assert stamp(path) == Stamp(VERSION, "sad", 3)


def test_other_files_bear_no_stamp(tmp_path: Path) -> None:
    foreign = tmp_path / "foreign.ogg"
    soundfile.write(foreign, np.zeros((4410, 2)), 44_100, format="OGG", subtype="VORBIS")
    (tmp_path / "empty.ogg").touch()
    (tmp_path / "junk.ogg").write_bytes(b"OggS but no more")
    (tmp_path / "folder.ogg").mkdir()
    for name in ("foreign.ogg", "empty.ogg", "junk.ogg", "folder.ogg", "missing.ogg"):
        assert stamp(tmp_path / name) is None


@pytest.mark.skipif(shutil.which("ffprobe") is None, reason="ffprobe, an independent reader of tags, is not installed")
def test_other_programs_read_the_tags(tmp_path: Path) -> None:
    path = tmp_path / "a.ogg"
    path.write_bytes(ogg(short_piece()))
    shown = subprocess.run(
        ["ffprobe", "-hide_banner", str(path)], capture_output=True, text=True, check=True
    ).stderr.lower()
    for tag in ("letters kept", "moodbox", "house music"):
        assert tag in shown
