"""Files of all kinds, whole and damaged, as they are listened to."""

from __future__ import annotations

import math
import shutil
import struct
import subprocess
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from appliance.sound.child import Ears
from appliance.sound.decode import END, MIDDLE, listen_to_file, mixed, parts_of
from appliance.sound.features import FEATURES, POSITION, Unhearable, features_of
from appliance.sound.hear import analyse_file

RATE = 22_050


def music(seconds: float, rate: int = RATE) -> npt.NDArray[np.float32]:
    """Chords and noise bursts in turn."""
    at = np.arange(int(seconds * rate)) / rate
    chord = sum(np.sin(2 * np.pi * hertz * at) for hertz in (220.0, 277.2, 329.6))
    beat = np.exp(-8 * (at % 0.5))
    noise = np.random.default_rng(1).standard_normal(len(at))
    return np.asarray(0.1 * chord * beat + 0.02 * noise * beat, dtype=np.float32)


def written(file: Path, samples: npt.NDArray[np.float32], rate: int = RATE, **options: str) -> Path:
    soundfile.write(file, samples, rate, **options)
    return file


@given(st.floats(0.01, 1e6))
def test_what_is_read_lies_in_the_file_in_order_and_is_80_seconds_at_most(seconds: float) -> None:
    parts = parts_of(seconds)
    assert sum(length for _, length in parts) <= MIDDLE + 2 * END
    if len(parts) > 1:
        ends = [begin + length for begin, length in parts]
        assert all(end <= begin for end, (begin, _) in zip(ends, parts[1:], strict=False))
        assert ends[-1] <= seconds * (1 + 1e-9)


@pytest.mark.parametrize("ending", ["wav", "flac", "ogg", "mp3", "aiff"])
def test_formats_that_soundfile_reads_tell_the_same(tmp_path: Path, ending: str) -> None:
    heard = analyse_file(written(tmp_path / f"song.{ending}", music(6)))
    assert heard.seconds == pytest.approx(6, abs=0.1)
    assert heard.features.shape == (len(FEATURES),)
    assert heard.tempo == pytest.approx(120, rel=0.02)


@pytest.mark.parametrize("ending", ["m4a", "wma", "mka"])
def test_formats_that_only_ffmpeg_reads_tell_the_same(tmp_path: Path, ending: str) -> None:
    if not shutil.which("ffmpeg"):
        pytest.skip("needs ffmpeg")
    source, file = written(tmp_path / "song.wav", music(6)), tmp_path / f"song: 1.{ending}"
    subprocess.run(["ffmpeg", "-v", "error", "-i", source, f"file:{file}"], check=True)
    heard = analyse_file(file)
    assert heard.seconds == pytest.approx(6, abs=0.2)
    assert heard.tempo == pytest.approx(120, rel=0.02)


@pytest.mark.parametrize(("rate", "channels"), [(8_000, 1), (44_100, 2), (48_000, 8), (192_000, 2)])
def test_any_rate_and_number_of_channels_is_heard(tmp_path: Path, rate: int, channels: int) -> None:
    samples = np.repeat(music(4, rate)[:, None], channels, axis=1)
    heard = analyse_file(written(tmp_path / "song.flac", samples, rate))
    assert heard.tempo == pytest.approx(120, rel=0.02)


def test_only_parts_of_ten_hours_are_read(tmp_path: Path) -> None:
    file, rate, seconds = tmp_path / "long.wav", 8_000, 36_000
    pieces = (music(80, rate) * 32_767).astype("<i2").tobytes()
    with file.open("wb") as wav:
        head = struct.pack("<4sIHHIIHH4sI", b"fmt ", 16, 1, 1, rate, 2 * rate, 2, 16, b"data", 2 * rate * seconds)
        wav.write(b"RIFF" + struct.pack("<I", 4 + len(head) + 2 * rate * seconds) + b"WAVE" + head)
        for begin, length in ((0, 10), (seconds // 2 - 30, 60), (seconds - 10, 10)):
            wav.seek(44 + 2 * rate * begin)
            wav.write(pieces[: 2 * rate * length])
    listened = listen_to_file(file)
    assert listened.seconds == pytest.approx(36_000)
    assert len(listened.frames.power) * listened.frames.step == pytest.approx(80, abs=0.5)
    assert set(listened.frames.parts) == {0, 1, 2}
    assert features_of(listened.frames)[POSITION["silence"]] < 0.01


def test_opposed_channels_do_not_cancel_each_other_out() -> None:
    left = music(1)
    assert np.abs(mixed(np.stack((left, -left), axis=1))).max() == pytest.approx(np.abs(left).max())
    assert np.array_equal(mixed(np.stack((left, left), axis=1)), left)
    assert np.array_equal(mixed(np.stack((np.full_like(left, np.nan), left), axis=1)), left / 2)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"\x00" * 5000, "cannot be decoded"),
        (b"This is no music at all, whatever its name says. " * 100, "cannot be decoded"),
        (b"RIFF\xff\xff\xff\x7fWAVEfmt \x10\x00\x00\x00\x01\x00\x02\x00D\xac\x00\x00", "cannot be decoded"),
        (b"ID3\x04\x00\x00\x7f\x7f\x7f\x7f" + b"\xff" * 20_000, "cannot be decoded"),
        (bytes(np.random.default_rng(1).integers(0, 256, 60_000, np.uint8)), "cannot be decoded"),
    ],
)
def test_what_is_no_music_is_refused_in_words(tmp_path: Path, content: bytes, words: str) -> None:
    file = tmp_path / "song.mp3"
    file.write_bytes(content)
    with pytest.raises(Unhearable, match=words):
        analyse_file(file)


def test_a_list_that_names_an_address_is_not_followed(tmp_path: Path) -> None:
    file = tmp_path / "song.mp3"
    file.write_text("#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nhttp://127.0.0.1:9/song.ts\n#EXT-X-ENDLIST\n")
    with pytest.raises(Unhearable, match=r"cannot be decoded|holds no sound"):
        analyse_file(file)


def test_silence_a_constant_and_a_moment_are_refused(tmp_path: Path) -> None:
    for samples, words in (
        (np.zeros(5 * RATE, np.float32), "is silent"),
        (np.full(5 * RATE, 0.5, np.float32), "is silent"),
        (music(1), "lasts 1.0 s"),
        (np.full(5 * RATE, np.nan, np.float32), "is silent"),
    ):
        with pytest.raises(Unhearable, match=words):
            analyse_file(written(tmp_path / "song.wav", samples, subtype="FLOAT"))


def test_a_truncated_file_is_heard_as_far_as_it_goes(tmp_path: Path) -> None:
    for ending in ("mp3", "ogg", "flac"):
        file = written(tmp_path / f"song.{ending}", music(20))
        file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
        assert math.isfinite(analyse_file(file).arousal)


def test_a_child_hears_files_one_after_the_other_and_survives_the_bad_ones(tmp_path: Path) -> None:
    good, bad = written(tmp_path / "good.wav", music(4)), tmp_path / "bad\n\udcff.mp3"
    bad.write_bytes(b"junk" * 1000)
    with Ears() as ears:
        first = ears.hear(good)
        with pytest.raises(Unhearable, match="cannot be decoded"):
            ears.hear(bad)
        with pytest.raises(Unhearable, match="cannot be read: No such file"):
            ears.hear(tmp_path / "gone.mp3")
        second = ears.hear(good)
    here = analyse_file(good)
    for heard in (first, second):
        # the child's one thread adds up in another order
        assert np.allclose(heard.features, here.features, rtol=1e-5, atol=1e-6)
        assert np.abs(heard.sound.astype(int) - here.sound).max() <= 1
        assert (heard.mode, heard.valence) == (here.mode, pytest.approx(here.valence))


def test_a_file_that_takes_for_ever_is_given_up_and_the_next_one_is_heard(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.wav"
    subprocess.run(["mkfifo", pipe], check=True)
    good = written(tmp_path / "good.wav", music(4))
    with Ears(seconds=20) as ears:
        ears.hear(good)
        ears._seconds = 1
        with pytest.raises(Unhearable, match="cannot be heard within 1 s"):
            ears.hear(pipe)
        ears._seconds = 60
        assert ears.hear(good).mode in {-1, 0, 1}


def test_a_file_that_needs_more_memory_than_granted_costs_only_the_child(tmp_path: Path) -> None:
    good = written(tmp_path / "good.wav", music(4))
    with Ears(megabytes=20) as ears, pytest.raises(Unhearable, match="memory"):
        ears.hear(good)
