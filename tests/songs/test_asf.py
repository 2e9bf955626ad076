"""Windows Media by its header."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from appliance.songs.asf import is_sound
from tests.songs.music import BEGINNINGS

WMA = BEGINNINGS["WMA"]
AUDIO, VIDEO = bytes.fromhex("409e69f84d5bcf11a8fd00805f5c442b"), bytes.fromhex("c0ef19bc4d5bcf11a8fd00805f5c442b")


def grown(front: bytes) -> bytes:
    """The same header with one more object before the stream's."""
    size = int.from_bytes(WMA[16:24], "little") + len(front)
    return WMA[:16] + size.to_bytes(8, "little") + b"\2\0\0\0\1\2" + front + WMA[30:]


def test_a_header_with_a_stream_of_sound_is_music() -> None:
    assert is_sound(WMA)
    assert is_sound(grown(os.urandom(16) + (100).to_bytes(8, "little") + bytes(76)))


def test_a_header_that_is_cut_off_within_a_picture_may_be_music() -> None:
    picture = os.urandom(16) + (200_000).to_bytes(8, "little") + bytes(199_976)
    assert is_sound(grown(picture)[:65_536])


@pytest.mark.parametrize("kept", [8, 16, 24, 28])
def test_junk_behind_a_good_beginning_is_no_music(kept: int) -> None:
    assert not is_sound(WMA[:kept])
    for _ in range(1000):
        assert not is_sound(WMA[:kept] + os.urandom(5000))
        assert not is_sound(WMA[:30] + os.urandom(5000))


def test_a_film_without_sound_is_no_music() -> None:
    assert not is_sound(WMA.replace(AUDIO, VIDEO))


@pytest.mark.needs("ffmpeg")
def test_a_real_file_is_music(tmp_path: Path) -> None:
    program = shutil.which("ffmpeg")
    assert program
    file = tmp_path / "a.wma"
    subprocess.run([program, "-v", "error", "-f", "lavfi", "-i", "sine=duration=1", file], check=True)
    assert is_sound(file.read_bytes()[:65_536])
