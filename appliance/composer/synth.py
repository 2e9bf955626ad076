"""The ways of making a tone: wavetable, additive, FM, plucked string and filtered noise. Mono float32 at `RATE`.

Sources: Chowning (1973), "The synthesis of complex audio spectra by means of frequency modulation"; Karplus & Strong
(1983), "Digital synthesis of plucked-string and drum timbres"; Jaffe & Smith (1983), "Extensions of the Karplus-Strong
plucked-string algorithm" (decay that does not depend on pitch, tuning, pick position).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache

import numpy as np
import numpy.typing as npt

RATE = 44_100
"""Samples a second."""

Wave = npt.NDArray[np.float32]
_TABLE = 16_384


def samples(seconds: float) -> int:
    """How many samples a time takes, at least one."""
    return max(1, int(seconds * RATE))


def times(seconds: float) -> Wave:
    """Seconds from the beginning, one for each sample."""
    return np.arange(samples(seconds), dtype=np.float32) / np.float32(RATE)


def noise(count: int, seed: int) -> Wave:
    """White noise, the same for the same seed, standard deviation 1."""
    return np.random.Generator(np.random.PCG64(seed)).standard_normal(count).astype(np.float32)


def band(wave: Wave, low: float, high: float, order: int = 2) -> Wave:
    """Keep low..high Hz with slopes of 6 dB an octave for each unit of `order`, without shifting phases."""
    spectrum = np.fft.rfft(wave)
    hertz = np.fft.rfftfreq(len(wave), 1 / RATE)
    gain = 1 / np.sqrt(1 + (hertz / high) ** (2 * order))
    gain *= 1 / np.sqrt(1 + (low / np.maximum(hertz, 1e-3)) ** (2 * order))
    return np.asarray(np.fft.irfft(spectrum * gain, len(wave)), dtype=np.float32)


def envelope(seconds: float, attack: float, release: float) -> Wave:
    """Rises smoothly for `attack` s, holds, and falls for `release` s: raised cosines, no clicks."""
    count = samples(seconds)
    result = np.ones(count, dtype=np.float32)
    up, down = min(samples(attack), count), min(samples(release), count)
    result[:up] *= 0.5 - 0.5 * np.cos(np.pi * np.arange(up, dtype=np.float32) / up)
    result[count - down :] *= 0.5 + 0.5 * np.cos(np.pi * np.arange(1, down + 1, dtype=np.float32) / down)
    return result


def _cosine(turns: npt.NDArray[np.float64]) -> Wave:
    """cos(2π·turns), reduced before the loss of precision to float32."""
    return np.asarray(np.cos(np.float32(2 * np.pi) * (turns - np.floor(turns)).astype(np.float32)), dtype=np.float32)


@cache
def _table(amplitudes: tuple[float, ...]) -> Wave:
    """One period of a harmonic sound with the given amplitudes; phases spread (Schroeder 1970) to keep peaks low."""
    spectrum = np.zeros(_TABLE // 2 + 1, dtype=np.complex128)
    count = len(amplitudes)
    for k, amplitude in enumerate(amplitudes, start=1):
        spectrum[k] = amplitude * np.exp(-1j * np.pi * k * (k - 1) / count)
    return np.asarray(np.fft.irfft(spectrum) * _TABLE / 2, dtype=np.float32)


def harmonics(frequency: float, shape: Callable[[int, float], float], limit: float = 11_000.0) -> tuple[float, ...]:
    """Amplitudes of the partials below `limit` Hz (at most 60) from `shape(number, hertz)`; their powers sum to one."""
    count = max(1, min(60, int(limit / frequency)))
    raw = [shape(k, k * frequency) for k in range(1, count + 1)]
    power = sum(a * a for a in raw) ** 0.5 or 1.0
    return tuple(a / power for a in raw)


def wavetable(turns: npt.NDArray[np.float64], amplitudes: tuple[float, ...]) -> Wave:
    """A harmonic sound from the phase of its fundamental, in turns."""
    return np.take(_table(amplitudes), (turns * _TABLE).astype(np.int64) & (_TABLE - 1))


def turns(frequency: float, seconds: float, cents: Wave | float = 0.0) -> npt.NDArray[np.float64]:
    """The phase in turns of a tone, its pitch bent by `cents` sample by sample."""
    count = samples(seconds)
    if isinstance(cents, float):
        return np.arange(count) * (frequency * 2 ** (cents / 1200) / RATE)
    return np.cumsum(frequency / RATE * np.exp2(cents.astype(np.float64) / 1200))


def partials(frequency: float, seconds: float, table: Sequence[tuple[float, float, float]]) -> Wave:
    """Additive synthesis of struck things; a partial is (frequency ratio, amplitude, seconds to fall by 60 dB)."""
    count = samples(seconds)
    index = np.arange(count)
    clock = index.astype(np.float32) / RATE
    result = np.zeros(count, dtype=np.float32)
    for number, (ratio, amplitude, decay) in enumerate(table):
        hertz = frequency * ratio
        if hertz > 14_000 or amplitude < 1e-4:
            continue
        end = min(count, samples(decay * 1.2))
        tone = _cosine(index[:end] * (hertz / RATE) - 0.25 + 0.13 * number)
        result[:end] += np.float32(amplitude) * tone * np.exp(np.float32(-6.91 / decay) * clock[:end])
    return result


def fm(
    frequency: float, seconds: float, ratio: float, index: Wave, carrier: float = 1.0, cents: Wave | float = 0.0
) -> Wave:
    """Chowning's simple FM: modulator at `ratio` × frequency, modulation index sample by sample (radians)."""
    phase = turns(frequency, seconds, cents)
    modulation = index * _cosine(phase * ratio - 0.25)
    return _cosine(phase * carrier + modulation.astype(np.float64) / (2 * np.pi) - 0.25)


def pluck(
    frequency: float, seconds: float, brightness: float, decay: float, damping: float = 1.0, position: float = 0.2
) -> Wave:
    """A plucked string after Karplus & Strong, all periods at once.

    The loop's losses multiply each partial once a period, so row r of a matrix of periods is the noise burst's spectrum
    times loss**r: one inverse FFT replaces the recursion. The rows are then stretched to the exact pitch.
    `decay` is the seconds in which the fundamental falls by 60 dB; `damping` how much faster high partials do;
    `position` where it is plucked (0 bridge, 0.5 middle).
    """
    period = RATE / frequency
    size = max(8, round(period))
    rows = int(seconds * frequency) + 3
    number = np.arange(size // 2 + 1)
    hertz = number * frequency
    burst = np.fft.rfft(noise(size, 1000 + size))
    burst = burst / np.maximum(np.abs(burst), 1e-9) * (0.6 + 0.4 * np.minimum(np.abs(burst) / size**0.5, 1.5))
    cutoff = 500.0 * 16.0**brightness
    harmonic = np.maximum(number, 1)
    colour = np.abs(np.sin(np.pi * harmonic * position)) / harmonic ** (0.9 - 0.5 * brightness)
    burst *= colour / (1 + (hertz / cutoff) ** 2)
    burst[0] = 0.0
    loss = 6.91 / decay / frequency + damping * 9e-7 * hertz**2 / frequency
    spectra = burst * np.exp(-np.arange(rows, dtype=np.float32)[:, None] * loss.astype(np.float32))
    string = np.fft.irfft(spectra, size, axis=1).reshape(-1)
    at = np.arange(samples(seconds)) * (size / period)
    result = np.interp(at, np.arange(len(string)), string)
    return (result / max(float(np.sqrt(np.mean(result[: 4 * size] ** 2))), 1e-9) * 0.5).astype(np.float32)
