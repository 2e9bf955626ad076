"""By how much two recordings of one song, made at the same time, differ."""

from __future__ import annotations

import statistics
import time
from pathlib import Path
from typing import Protocol

import numpy as np

from tests.snapcast.speaker_room import FRAME, RATE

WITHIN = 0.020
"""Seconds by which two rooms may differ: less than what ears tell apart from one loudspeaker's own echo."""


class Recording(Protocol):
    """What a loudspeaker plays, written into a file as it does."""

    file: Path

    @property
    def frames(self) -> int:
        """How much it has played."""


def noise(file: Path, seconds: int) -> None:
    """A WAV of noise, which is like itself at no other moment."""
    import wave

    samples = np.random.default_rng(1).integers(-8000, 8000, seconds * RATE * 2).astype("<i2")
    with wave.open(str(file), "wb") as out:
        out.setnchannels(2)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes(samples.tobytes())


def end_of(loudspeaker: Recording, seconds: float) -> tuple[int, np.ndarray]:
    """The last seconds that it has played, as the left channel, and the frame that they begin with."""
    data = loudspeaker.file.read_bytes()
    frames = len(data) // FRAME
    begin = max(0, frames - int(seconds * RATE))
    samples = np.frombuffer(data[begin * FRAME : frames * FRAME], "<i2").reshape(-1, 2)
    return begin, samples[:, 0].astype(float)


def shift(one: np.ndarray, other: np.ndarray) -> int:
    """By how many frames `other` has what `one` has later in its array: the peak of their correlation."""
    size = 1 << (len(one) + len(other) - 1).bit_length()
    product = np.fft.irfft(np.fft.rfft(one, size) * np.conj(np.fft.rfft(other, size)), size)
    peak = int(np.argmax(product))
    return peak if peak < size // 2 else peak - size


def seconds_apart(kitchen: Recording, bath: Recording) -> float:
    """By how many seconds the two play the same moment of the song at different times. Blocks for some seconds."""
    ahead = []  # how far each is at one moment: their files grow by steps, so it is asked often
    for _ in range(200):
        ahead.append(kitchen.frames - bath.frames)
        time.sleep(0.013)
    first, one = end_of(kitchen, 6)
    second, other = end_of(bath, 6)
    # the same moment of the song is at frame `first + n` in the kitchen and at `second + n - later` in the bath
    later = first + shift(one, other) - second
    return abs(statistics.median(ahead) - later) / RATE
