"""The mixing desk: notes onto a stereo bus, a room around them, and a master of even loudness.

Loudness follows ITU-R BS.1770-4 (K-weighting, 400 ms blocks, gates at -70 LUFS and 10 LU below the ungated level); its
high-shelf and high-pass are applied to the power spectrum of each 100 ms instead of as filters.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt

from appliance.composer import synth
from appliance.composer.synth import RATE, Wave

LOUDNESS = -16.0
"""LUFS of every piece."""
CEILING = 10 ** (-1.5 / 20)
"""No sample is larger; the rest of the headroom is for what Vorbis adds."""

Stereo = npt.NDArray[np.float32]
"""Samples of shape (n, 2)."""

_BLOCK = 1 << 16
_STEP = RATE // 10
_SHORTEST_FADE = 0.8


class Desk:
    """A dry stereo bus and a mono send to the room, of fixed length."""

    def __init__(self, seconds: float) -> None:
        count = synth.samples(seconds)
        self._dry = np.zeros((count, 2), dtype=np.float32)
        self._send = np.zeros(count, dtype=np.float32)

    def add(self, wave: Wave, start: float, gain: float, pan: float, send: float) -> None:
        """Lay a mono wave at `start` seconds; pan -1..1 at constant power. What reaches beyond the end is dropped."""
        begin = int(start * RATE)
        wave = wave[: max(0, len(self._send) - begin)]
        end = begin + len(wave)
        angle = (pan + 1) * np.pi / 4
        self._dry[begin:end, 0] += wave * np.float32(gain * np.cos(angle) * 2**0.5)
        self._dry[begin:end, 1] += wave * np.float32(gain * np.sin(angle) * 2**0.5)
        self._send[begin:end] += wave * np.float32(gain * send)

    def mix(self, reverb: float, wet: float) -> Stereo:
        """Dry and room together; the desk may not be used again."""
        result = self._dry
        for channel in (0, 1):
            _convolve_into(result[:, channel], self._send, impulse(reverb, channel), wet)
        return result


@cache
def impulse(reverb: float, channel: int) -> Wave:
    """A room: noise of unit energy that dies away by 60 dB in `reverb` s, high tones sooner; different for each ear."""
    count = synth.samples(reverb * 1.1)
    clock = synth.times(reverb * 1.1)[:count]
    white = synth.noise(count, 40 + channel)
    result = np.zeros(count, dtype=np.float32)
    for low, high, share in ((150.0, 700.0, 1.0), (700.0, 2500.0, 0.8), (2500.0, 6500.0, 0.45)):
        result += synth.band(white, low, high) * np.exp(-6.91 / (reverb * share) * clock)
    early = synth.samples(0.014)
    result = np.concatenate((np.zeros(early, dtype=np.float32), result * np.minimum(1, clock / 0.012)))
    return np.asarray(result / np.sqrt(np.sum(result**2)), dtype=np.float32)


def _convolve_into(target: npt.NDArray[np.float32], signal: Wave, response: Wave, gain: float) -> None:
    """Add gain × (signal * response) to `target` by overlap-add."""
    size = 1 << int(np.ceil(np.log2(len(response) + _BLOCK)))
    step = size - len(response)
    spectrum = np.fft.rfft(response, size) * gain
    for begin in range(0, len(signal), step):
        piece = np.fft.irfft(np.fft.rfft(signal[begin : begin + step], size) * spectrum, size)
        end = min(begin + size, len(target))
        target[begin:end] += piece[: end - begin].astype(np.float32)


def loudness(stereo: Stereo) -> float:
    """Integrated loudness in LUFS; -inf for silence or less than 400 ms."""
    steps = len(stereo) // _STEP
    if steps < 4:
        return float("-inf")
    tenths = np.concatenate([_powers(stereo[i * _STEP : (i + 64) * _STEP]) for i in range(0, steps, 64)])
    powers = np.convolve(tenths, np.full(4, 0.25), mode="valid")
    powers = powers[powers > 10 ** ((-70 + 0.691) / 10)]
    if not powers.size:
        return float("-inf")
    powers = powers[powers > powers.mean() / 10]
    return float(-0.691 + 10 * np.log10(powers.mean()))


def _powers(stereo: Stereo) -> npt.NDArray[np.float64]:
    """K-weighted mean square of each whole tenth of a second, both channels summed."""
    steps = len(stereo) // _STEP
    spectrum = np.fft.rfft(stereo[: steps * _STEP].reshape(steps, _STEP, 2), axis=1)
    power = (spectrum.real**2 + spectrum.imag**2).sum(axis=2)
    return np.asarray(power @ _k_weights(_STEP) * 2 / _STEP**2, dtype=np.float64)


@cache
def _k_weights(size: int) -> npt.NDArray[np.float64]:
    """Power gain of the K-weighting at the frequencies of an rfft of `size` samples: its analogue prototype."""
    s = 2j * np.pi * np.fft.rfftfreq(size, 1 / RATE)
    shelf_w, shelf_q, gain = 2 * np.pi * 1681.97, 0.7072, 10 ** (3.99984 / 20)
    damping = shelf_w / shelf_q * s
    shelf = (gain * s**2 + gain**0.4997 * damping + shelf_w**2) / (s**2 + damping + shelf_w**2)
    high_w, high_q = 2 * np.pi * 38.135, 0.5003
    high = s**2 / (s**2 + high_w / high_q * s + high_w**2)
    return np.asarray(np.abs(shelf * high) ** 2, dtype=np.float64)


def limit(stereo: Stereo) -> Stereo:
    """Turn down only what would pass the ceiling, a few milliseconds ahead and after, without distortion. In place."""
    block, reach = 64, 6
    count = -(-len(stereo) // block)
    peaks = np.zeros(count * block, dtype=np.float32)
    peaks[: len(stereo)] = _peaks(stereo)
    wanted = np.minimum(1.0, CEILING / np.maximum(peaks.reshape(count, block).max(axis=1), 1e-9))
    if wanted.min() >= 1.0:
        return stereo
    padded = np.pad(wanted, reach, mode="edge")
    lowest = np.min(np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1), axis=1)
    padded = np.pad(lowest, reach - 1, mode="edge")
    smooth = np.convolve(padded, np.full(2 * reach - 1, 1 / (2 * reach - 1)), mode="valid")
    centres = np.arange(count) * block + block / 2
    for begin in range(0, len(stereo), _BLOCK):
        piece = stereo[begin : begin + _BLOCK]
        gain = np.interp(np.arange(begin, begin + len(piece)), centres, smooth)
        piece *= gain.astype(np.float32)[:, None]
    return np.clip(stereo, -CEILING, CEILING, out=stereo)


def _peaks(stereo: Stereo) -> Wave:
    """The larger magnitude of each pair of samples."""
    return np.asarray(np.maximum(np.abs(stereo[:, 0]), np.abs(stereo[:, 1])), dtype=np.float32)


def trimmed(stereo: Stereo) -> Stereo:
    """Without the silence at its end: what follows the last sample above -54 dB of the peak, but for a moment."""
    peaks = _peaks(stereo)
    heard = peaks > peaks.max() * 0.002
    return stereo[: len(heard) - int(heard[::-1].argmax()) + synth.samples(0.25)] if heard.any() else stereo


def master(stereo: Stereo, ending: float) -> Stereo:
    """Trim, centre, fade from second `ending` on, and make it as loud as every other piece, unclipped. In place."""
    stereo = trimmed(stereo)
    stereo -= stereo.mean(axis=0, keepdims=True)
    count = min(len(stereo), max(synth.samples(_SHORTEST_FADE), len(stereo) - int(ending * RATE)))
    stereo[len(stereo) - count :] *= np.cos(np.linspace(0, np.pi / 2, count, dtype=np.float32))[:, None] ** 2
    for _ in range(3):
        level = loudness(stereo)
        if not np.isfinite(level) or abs(level - LOUDNESS) < 0.1:
            break
        stereo *= np.float32(10 ** ((LOUDNESS - level) / 20))
        limit(stereo)
    return stereo
