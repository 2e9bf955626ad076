"""How samples of one rate are cut into windows and gathered into bands: everything is defined in seconds and hertz."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

BANDS = 40
"""Bands on the mel scale, `LOWEST` to `HIGHEST` hertz."""
LOWEST, HIGHEST = 40.0, 10_500.0
WINDOW, HOP = 0.0464, 0.0232
"""Seconds of the short windows, for loudness, timbre and rhythm."""
SLOW_WINDOW, SLOW_HOP = 0.372, 0.186
"""Seconds of the long windows, for pitches: semitones are told apart down to about 100 Hz."""
PITCHES = (60.0, 2100.0)
"""Hertz between which pitches are sought: fundamentals and their strongest partials."""

Array = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Plan:
    """The windows and bands of one sample rate; lengths in samples."""

    rate: float
    size: int
    hop: int
    window: Array
    bands: Array
    """(2 * bins, 40): weights that sum to one in each band; each bin's twice, for its real and its imaginary part."""
    centres: Array
    """(40,): hertz."""
    slow_size: int
    slow_hop: int
    slow_window: Array
    slow_bins: slice
    """The bins in which pitches are sought."""
    slow_hertz: Array
    """The hertz of those bins."""


@lru_cache(maxsize=4)
def plan_for(rate: float) -> Plan:
    """The plan of a sample rate in hertz."""
    size, slow_size = fast_length(round(rate * WINDOW)), fast_length(round(rate * SLOW_WINDOW))
    weights, centres = mel_bands(rate, size)
    hertz = np.fft.rfftfreq(slow_size, 1 / rate)
    low, high = np.searchsorted(hertz, PITCHES)
    return Plan(
        rate=rate,
        size=size,
        hop=round(rate * HOP),
        window=np.hanning(size).astype(np.float32),
        bands=np.repeat(weights, 2, axis=0),
        centres=centres,
        slow_size=slow_size,
        slow_hop=round(rate * SLOW_HOP),
        slow_window=np.hanning(slow_size).astype(np.float32),
        slow_bins=slice(int(low), int(high)),
        slow_hertz=hertz[low:high].astype(np.float32),
    )


def mel_bands(rate: float, size: int) -> tuple[Array, Array]:
    """((bins, 40) weights, (40,) hertz): triangles evenly spaced on the mel scale (O'Shaughnessy 1987).

    A band above the highest bin, or between two bins, takes the bin nearest to it, so that a low sample rate gives
    no holes.
    """
    hertz = np.fft.rfftfreq(size, 1 / rate)
    edges = _hertz(np.linspace(_mel(LOWEST), _mel(HIGHEST), BANDS + 2))
    weights = np.zeros((len(hertz), BANDS), np.float32)
    for number in range(BANDS):
        low, centre, high = edges[number : number + 3]
        triangle = np.minimum((hertz - low) / (centre - low), (high - hertz) / (high - centre)).clip(0)
        if not triangle.any():
            triangle[int(np.argmin(np.abs(hertz - centre)))] = 1
        weights[:, number] = triangle / triangle.sum()
    return weights, edges[1:-1].astype(np.float32)


def _mel(hertz: float) -> float:
    return float(2595 * np.log10(1 + hertz / 700))


def _hertz(mel: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.asarray(700 * (10 ** (mel / 2595) - 1))


def fast_length(at_least: int) -> int:
    """The smallest even number of that size that has no prime factor above 5: an FFT of it is quick."""
    length = at_least + at_least % 2
    while not _smooth(length):
        length += 2
    return length


def _smooth(number: int) -> bool:
    for factor in (2, 3, 5):
        while number % factor == 0:
            number //= factor
    return number == 1
