"""Reads what must be listened to of a sound file: by soundfile, or by ffmpeg where soundfile does not know the format.

Of a long file that is a minute from its middle and ten seconds from each end. What is read is untrusted, so a program
that reads for others does it in a child with limits (`appliance.sound.child`).
"""

from __future__ import annotations

import contextlib
import json
import math
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from appliance.sound.features import Unhearable
from appliance.sound.frames import Frames, Listener
from appliance.sound.plan import Array

MIDDLE, END = 60.0, 10.0
"""Seconds that are read from the middle, and from each end."""
BLOCK_SECONDS, BLOCK_SAMPLES = 5.0, 1 << 20
"""A block holds no more than either; its samples are those of all channels."""
CHANNELS = 64
_ANSWER = 200_000
"""Bytes that ffprobe may say."""
_LONGEST = 400 * 86_400.0
_OPPOSED = 0.02
"""If the channels' sum has less than this share of their power they cancel out, and the loudest is listened to."""


@dataclass(frozen=True, slots=True)
class Listened:
    """The frames of a file, and how many seconds it lasts."""

    frames: Frames
    seconds: float


def listen_to_file(path: Path) -> Listened:
    """What is heard in a file. Raises Unhearable if it cannot be decoded, OSError if it cannot be read at all."""
    with path.open("rb") as file:
        if not file.read(1):
            raise Unhearable("is empty")
    import soundfile

    try:
        with soundfile.SoundFile(os.fsencode(path)) as sound:
            return _by_soundfile(sound)
    except (soundfile.SoundFileError, RuntimeError, TypeError) as error:
        return _by_ffmpeg(path, str(getattr(error, "error_string", error)))


def parts_of(seconds: float) -> list[tuple[float, float]]:
    """(begin, length) in seconds of what is read of a file that lasts so long; all of it if that is no more."""
    if not math.isfinite(seconds) or seconds <= MIDDLE + 2 * END:
        return [(0.0, MIDDLE + 2 * END)]
    return [(0.0, END), ((seconds - MIDDLE) / 2, MIDDLE), (seconds - END, END)]


def mixed(samples: Array) -> Array:
    """(n,): the mean of (n, channels), or the loudest of them if they cancel out or hold no numbers."""
    count = samples.shape[1]
    if count == 1:
        return samples[:, 0]
    mean = sum((samples[:, number] for number in range(1, count)), samples[:, 0]) / np.float32(count)
    every = samples.reshape(-1)
    power, total = float(np.dot(mean, mean)), float(np.dot(every, every)) / count
    if np.isfinite(total) and power >= _OPPOSED * total:
        return mean
    clean = np.nan_to_num(samples, nan=0.0, posinf=1.0, neginf=-1.0)
    powers = np.einsum("ij,ij->j", clean, clean, dtype=np.float64)
    mean = clean.mean(axis=1, dtype=np.float32)
    if np.dot(mean.astype(np.float64), mean) < _OPPOSED * powers.mean():
        return np.asarray(clean[:, int(np.argmax(powers))])
    return np.asarray(mean, dtype=np.float32)


def _by_soundfile(sound: Any) -> Listened:
    rate, channels = _checked(sound.samplerate, sound.channels)
    known = 0 < sound.frames < _LONGEST * rate
    seconds = sound.frames / rate if known else math.inf
    listener, read = Listener(rate), 0
    for number, (begin, length) in enumerate(parts_of(seconds)):
        if number:
            sound.seek(min(int(begin * rate), max(0, sound.frames - 1)))
            listener.begin_part()
        left = int(length * rate)
        while left > 0:
            samples = sound.read(min(left, _block(rate, channels)), dtype="float32", always_2d=True)
            if not len(samples):
                break
            left -= len(samples)
            read += len(samples)
            listener.hear(mixed(samples))
    return Listened(listener.frames(), seconds if known else read / rate)


def _by_ffmpeg(path: Path, fault: str) -> Listened:
    rate, channels, seconds = _probed(path, fault)
    listener, read = Listener(rate), 0
    for number, (begin, length) in enumerate(parts_of(seconds)):
        if number:
            listener.begin_part()
        for samples in _converted(path, begin, length, min(channels, 2), rate):
            read += len(samples)
            listener.hear(mixed(samples))
    if not read:
        raise Unhearable(f"cannot be decoded: {fault}")
    return Listened(listener.frames(), seconds if math.isfinite(seconds) else read / rate)


def _probed(path: Path, fault: str) -> tuple[float, int, float]:
    """(rate, channels, seconds) of the first sound in a file."""
    command: list[str | bytes] = [
        "ffprobe", "-v", "error", "-protocol_whitelist", "file", "-select_streams", "a:0",
        "-show_entries", "stream=sample_rate,channels:format=duration", "-of", "json", _url(path),
    ]  # fmt: skip
    try:
        status, answer = _said(command)
    except FileNotFoundError:
        raise Unhearable(f"cannot be decoded: {fault}; ffmpeg might, but is not installed") from None
    with contextlib.suppress(ValueError, KeyError, IndexError, TypeError):
        found = json.loads(answer)
        stream = found["streams"][0]
        rate, channels = _checked(float(stream["sample_rate"]), int(stream["channels"]))
        seconds = float(found.get("format", {}).get("duration", "inf"))
        return rate, channels, seconds if 0 < seconds < _LONGEST else math.inf
    raise Unhearable("holds no sound" if status == 0 else f"cannot be decoded: {fault}")


def _converted(path: Path, begin: float, length: float, channels: int, rate: float) -> Iterator[Array]:
    command: list[str | bytes] = [
        "ffmpeg", "-v", "error", "-nostdin", "-threads", "1", "-protocol_whitelist", "file,pipe",
        "-ss", f"{begin:.3f}", "-t", f"{length:.3f}", "-i", _url(path), "-map", "0:a:0", "-vn", "-sn", "-dn",
        "-ac", str(channels), "-ar", f"{rate:.0f}", "-f", "f32le", "-",
    ]  # fmt: skip
    size = _block(rate, channels) * channels * 4
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, stdin=quiet, stdout=subprocess.PIPE, stderr=quiet) as child:
        assert child.stdout
        try:
            while data := child.stdout.read(size):
                whole = len(data) - len(data) % (4 * channels)
                if whole:
                    yield np.frombuffer(data[:whole], "<f4").reshape(-1, channels)
        finally:
            child.kill()


def _said(command: list[str | bytes]) -> tuple[int, bytes]:
    """A program's status and the beginning of what it says."""
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, stdin=quiet, stdout=subprocess.PIPE, stderr=quiet) as child:
        assert child.stdout
        answer = child.stdout.read(_ANSWER)
        if len(answer) == _ANSWER:
            child.kill()
    return child.returncode, answer


def _url(path: Path) -> bytes:
    """A name that ffmpeg takes for a file, whatever it looks like."""
    return b"file:" + os.fsencode(path.absolute())


def _checked(rate: float, channels: int) -> tuple[float, int]:
    if not 2000 <= rate <= 3_000_000 or not 1 <= channels <= CHANNELS:
        raise Unhearable(f"has {channels} channels at {rate:g} Hz; up to {CHANNELS} at 2000 to 3,000,000 can be heard")
    return rate, channels


def _block(rate: float, channels: int) -> int:
    return max(1, min(int(BLOCK_SECONDS * rate), BLOCK_SAMPLES // channels))
