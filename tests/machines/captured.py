"""Which song a captured sound is of, by comparing it with the files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile

RATE = 4410
SECONDS = 6
"""Of what is captured."""
_REACH = 60
"""Seconds from a file's beginning that are compared."""

Sound = npt.NDArray[np.float64]


def read_raw(file: Path, begins: int) -> Sound:
    """Mono at `RATE` of `SECONDS` s of 16-bit stereo at 44.1 kHz, from a byte on."""
    with file.open("rb") as raw:
        raw.seek(begins // 4 * 4)
        samples = np.frombuffer(raw.read(SECONDS * 44_100 * 4), np.int16)
    return _slower(samples.reshape(-1, 2).mean(axis=1), 44_100)


def reference(file: Path) -> Sound:
    """Mono at `RATE` of a file's beginning."""
    with soundfile.SoundFile(file) as song:
        return _slower(song.read(_REACH * song.samplerate, always_2d=True).mean(axis=1), song.samplerate)


def best_match(heard: Sound, known: Mapping[str, Sound]) -> tuple[str, float]:
    """The name of the sound that holds what was heard, and how alike they are there, at most 1."""
    return max(((name, alike(heard, sound)) for name, sound in known.items()), key=lambda match: match[1])


def alike(heard: Sound, sound: Sound) -> float:
    """The largest normalised cross-correlation of what was heard with any stretch of a sound, at most 1."""
    count = len(heard)
    if len(sound) < count:
        sound = np.pad(sound, (0, count - len(sound)))
    size = 1 << (len(sound) + count).bit_length()
    product = np.fft.irfft(np.fft.rfft(sound, size) * np.conj(np.fft.rfft(heard, size)), size)
    power = np.cumsum(np.concatenate([[0.0], sound**2]))
    energy = power[count:] - power[:-count]
    scale = np.sqrt(np.maximum(energy, 1e-6 * max(float(energy.max()), 1e-12)) * max(float((heard**2).sum()), 1e-12))
    return float((product[: len(energy)] / scale).max())


def _slower(samples: npt.NDArray[np.floating], rate: int) -> Sound:
    """Averages of stretches, interpolated to `RATE`."""
    step = max(1, rate // RATE)
    cut = samples[: len(samples) // step * step].reshape(-1, step).mean(axis=1)
    at = np.arange(int(len(cut) / (rate / step) * RATE)) * (rate / step) / RATE
    return np.asarray(np.interp(at, np.arange(len(cut)), cut))
