"""Which pitches sound in each long window, and how rough they are together."""

from __future__ import annotations

import numpy as np

from appliance.sound.plan import Array

CHROMA_BINS = 36
"""Bins of pitch classes: three to a semitone, so that a tuning other than 440 Hz can be told."""
TONE_TRAITS = 5
_PEAKS = 14
_FAINT = 0.02
"""Peaks below this share of the window's strongest are noise or masked."""
_SILENT = 1e-6


def pitches(spectrum: Array, hertz: Array) -> tuple[Array, Array]:
    """((m, 36) chroma, (m, 5) tones) of m magnitude spectra whose bins lie at `hertz`, evenly spaced.

    Tones: sensory roughness (Plomp & Levelt 1965 as parametrised by Sethares 1993), mean height in MIDI semitones,
    share of the strength below 200 Hz, spread in semitones, and the share of the energy that lies in peaks (0..1).
    """
    inner = spectrum[:, 1:-1]
    peak = (inner > spectrum[:, :-2]) & (inner >= spectrum[:, 2:])
    peak &= inner > np.maximum(_FAINT * spectrum.max(axis=1, keepdims=True), _SILENT)
    heights = np.where(peak, inner, 0)
    count = min(_PEAKS, heights.shape[1])
    at = np.argpartition(heights, heights.shape[1] - count, axis=1)[:, -count:]
    strength = np.take_along_axis(heights, at, axis=1)
    tone = _interpolated(spectrum, at + 1, hertz)
    weight = np.sqrt(strength)
    total = weight.sum(axis=1) + 1e-9
    semitone = 12 * np.log2(np.maximum(tone, 20) / 440) + 69
    height = (weight * semitone).sum(axis=1) / total
    tones = np.stack(
        (
            _roughness(tone, strength),
            height,
            (weight * (tone < 200)).sum(axis=1) / total,
            np.sqrt((weight * (semitone - height[:, None]) ** 2).sum(axis=1) / total),
            np.minimum(1, 1.5 * (strength**2).sum(axis=1) / ((spectrum**2).sum(axis=1) + 1e-12)),
        ),
        axis=1,
    )
    return _chroma(semitone, weight), tones.astype(np.float32)


def _interpolated(spectrum: Array, at: np.ndarray, hertz: Array) -> Array:  # type: ignore[type-arg]
    """The hertz of the peaks at these bins: the top of a parabola through three bins."""
    rows = np.arange(len(spectrum))[:, None]
    left, middle, right = spectrum[rows, at - 1], spectrum[rows, at], spectrum[rows, at + 1]
    bend = left - 2 * middle + right
    shift = np.where(np.abs(bend) > 1e-12, 0.5 * (left - right) / np.where(bend == 0, 1, bend), 0).clip(-0.5, 0.5)
    return np.asarray(hertz[0] + (at + shift) * (hertz[1] - hertz[0]), dtype=np.float32)


def _roughness(tone: Array, strength: Array) -> Array:
    """(m,): beating of all pairs of peaks, for each unit of their strength."""
    lower = np.minimum(tone[:, :, None], tone[:, None, :])
    apart = np.abs(tone[:, :, None] - tone[:, None, :]) * (0.24 / (0.0207 * lower + 18.96))
    weaker = np.minimum(strength[:, :, None], strength[:, None, :])
    beating = (weaker * (np.exp(-3.5 * apart) - np.exp(-5.75 * apart))).sum(axis=(1, 2)) / 2
    return np.asarray(beating / (strength.sum(axis=1) + 1e-9), dtype=np.float32)


def _chroma(semitone: Array, weight: Array) -> Array:
    result = np.zeros((len(semitone), CHROMA_BINS), np.float32)
    bins = np.rint(semitone * 3).astype(np.int64) % CHROMA_BINS
    np.add.at(result, (np.arange(len(semitone))[:, None], bins), weight)
    return result
