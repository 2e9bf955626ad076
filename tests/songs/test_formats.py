"""What is music by its content."""

from __future__ import annotations

import io
import os
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from appliance.songs.formats import KINDS, recognise_format, tag_length
from appliance.songs.mpeg_frames import frame
from tests.songs.music import BEGINNINGS, music, tagged


def content(data: bytes) -> str:
    return recognise_format(io.BytesIO(data))


@pytest.mark.parametrize("kind", sorted(BEGINNINGS))
def test_every_kind_is_known_by_its_beginning_also_behind_tags(kind: str) -> None:
    assert content(BEGINNINGS[kind]) == kind
    assert content(BEGINNINGS[kind] + os.urandom(5000)) == kind
    assert content(tagged(tagged(BEGINNINGS[kind], 100))) == kind


def test_every_ending_has_a_kind_that_can_be_known() -> None:
    assert {kind.content for kind in KINDS.values()} == set(BEGINNINGS)


@pytest.mark.parametrize("suffix", [".flac", ".mp3", ".ogg", ".wav", ".aiff", ".opus"])
def test_real_files_are_known(tmp_path: Path, suffix: str) -> None:
    wave = np.sin(np.arange(48_000) / 20)
    subtype = "OPUS" if suffix == ".opus" else None
    soundfile.write(tmp_path / f"a{suffix}", wave, 48_000, format="OGG" if suffix == ".opus" else None, subtype=subtype)
    assert content((tmp_path / f"a{suffix}").read_bytes()) == KINDS[suffix].content


@pytest.mark.parametrize(
    "junk",
    [
        b"",
        b"x",
        b"<!doctype html><p>Not found</p>",
        b"\x89PNG\r\n\x1a\n" + bytes(2000),
        b"PK\x03\x04" + bytes(2000),
        b"\x7fELF" + bytes(2000),
        b"\xff\xd8\xff\xe0\0\x10JFIF" + bytes(2000),
        b"\xff" * 70_000,
        bytes(70_000),
        b"ID3",
        b"ID3\x04\0\0\x7f\x7f\x7f\x7f",
        tagged(b"", 300),
        tagged(b"MZ" + bytes(4000), 300),
        BEGINNINGS["WMA"][:16] + bytes(range(256)) * 20,
        BEGINNINGS["MPEG audio"][:417],
        BEGINNINGS["MPEG audio"][:417] + bytes(5000),
    ],
)
def test_junk_is_no_music(junk: bytes) -> None:
    assert content(junk) == ""


def test_noise_is_no_music() -> None:
    assert [content(noise) for noise in (os.urandom(64 * 1024) for _ in range(50)) if content(noise)] == []


def test_frames_are_found_behind_some_rubbish_and_in_a_file_of_two() -> None:
    assert content(bytes(3000) + music(".mp3")) == "MPEG audio"
    assert content(BEGINNINGS["MPEG audio"][: 2 * 417]) == "MPEG audio"


@pytest.mark.parametrize(
    ("head", "length"),
    [
        ("fffb9064", 417),  # MPEG 1 layer III, 128 kbit/s, 44.1 kHz
        ("fffb9264", 418),  # the same, padded
        ("fffb e0 64", 1044),  # 320 kbit/s
        ("fff38064", 208),  # MPEG 2 layer III, 64 kbit/s, 22.05 kHz
        ("ffe38064", 417),  # MPEG 2.5, 11.025 kHz
        ("fffda464", 576),  # layer II, 192 kbit/s, 48 kHz
        ("ffffa464", 320),  # layer I, 320 kbit/s, 48 kHz
    ],
)
def test_a_frame_is_as_long_as_the_standard_says(head: str, length: int) -> None:
    found = frame(bytes.fromhex(head) + bytes(8), 0)
    assert found is not None
    assert found.length == length


@given(st.binary(max_size=3000), st.sampled_from(["", *BEGINNINGS]))
def test_no_bytes_upset_it(data: bytes, kind: str) -> None:
    assert content(BEGINNINGS.get(kind, b"") + data) in {"", *BEGINNINGS}
    assert tag_length(data) >= 0
