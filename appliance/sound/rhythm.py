"""Rhythm of a song: onsets and how hard they are, pulse and tempo."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import numpy.typing as npt

from appliance.sound.frames import Frames
from appliance.sound.plan import Array

TEMPI = (30.0, 60.0, 90.0, 130.0, 200.0, 300.0)
"""Limits of the ranges of beats a minute in which a pulse is sought."""
PREFERRED, OCTAVES = 120.0, 0.9
"""The tempo that listeners prefer, and how far from it they go (Ellis 2007, "Beat tracking by dynamic programming")."""
_APART = 2
"""Frames between the two spectra that are compared."""
_LOUDNESS = 30.0
"""Scale before the logarithm: the mean band lies well above the knee of log(1 + x)."""


def rhythm(frames: Frames, bands: Array) -> dict[str, float]:
    """The numbers of rhythm; `bands` as from `timbre.relative_bands`. `tempo` is log2 of beats a minute."""
    level = np.log1p(np.float32(_LOUDNESS) * bands)
    same = frames.parts[_APART:] == frames.parts[:-_APART]
    rise = _rises(level, same)
    fall = np.where(same, np.maximum(0, level[:-_APART] - level[_APART:]).mean(axis=1), 0)
    low = np.where(same, np.maximum(0, level[_APART:, :8] - level[:-_APART, :8]).mean(axis=1), 0)
    high = np.where(same, np.maximum(0, level[_APART:, 28:] - level[:-_APART, 28:]).mean(axis=1), 0)
    local = np.convolve(rise, np.full(17, 1 / 17), "same")
    strong = float(np.percentile(rise, 95))
    return {
        "flux": float(rise.mean()),
        "flux_sd": float(rise.std()),
        "flux_strong": strong,
        "flux_low": float(low.mean()),
        "flux_high": float(high.mean()),
        "flux_peaky": strong / (float(rise.mean()) + 1e-6),
        "fall": float(fall.mean()),
        "attack": float(rise.std() / (fall.std() + 1e-6)),
        **_onsets(rise, local, frames.step),
        **_pulse(rise - local, frames.parts[_APART:], frames.step),
    }


def _rises(level: Array, same: npt.NDArray[np.bool_]) -> Array:
    """Spectral flux that a vibrato does not raise: each band against the strongest of its neighbours before.

    Böck & Widmer (2013), "Maximum filter vibrato suppression for onset detection".
    """
    before = level[:-_APART]
    wide = before.copy()
    np.maximum(wide[:, 1:], before[:, :-1], out=wide[:, 1:])
    np.maximum(wide[:, :-1], before[:, 1:], out=wide[:, :-1])
    return np.where(same, np.maximum(0, level[_APART:] - wide).mean(axis=1), 0).astype(np.float32)


def _onsets(rise: Array, local: Array, step: float) -> dict[str, float]:
    if len(rise) < 3:
        return {"onset_rate": 0.0, "onset_strength": 0.0, "onset_strength_sd": 0.0, "gap": 0.0, "gap_spread": 0.0}
    inner = rise[1:-1]
    peak = (inner > rise[:-2]) & (inner >= rise[2:])
    peak &= inner > 1.3 * local[1:-1] + 0.03 * rise.max() + 0.005
    strength = inner[peak]
    gaps = np.diff(np.flatnonzero(peak) * step)
    if len(gaps) < 2:
        gaps = np.ones(2)
    return {
        "onset_rate": float(peak.sum() / (len(rise) * step)),
        "onset_strength": float(strength.mean()) if len(strength) else 0.0,
        "onset_strength_sd": float(strength.std()) if len(strength) else 0.0,
        "gap": float(np.log2(np.median(gaps))),
        "gap_spread": min(3.0, float(gaps.std() / (gaps.mean() + 1e-6))),
    }


def _pulse(rise: Array, parts: npt.NDArray[np.int64], step: float) -> dict[str, float]:
    repeats, lags = _autocorrelation(rise, parts, step)
    tempi = 60 / lags
    within = (tempi > TEMPI[0]) & (tempi <= TEMPI[-1])
    found = {
        f"pulse{number}": float(repeats[(tempi > low) & (tempi <= high)].max(initial=0))
        for number, (low, high) in enumerate(pairwise(TEMPI))
    }
    if not repeats[within].any():
        return found | {"tempo": float(np.log2(PREFERRED)), "pulse": 0.0, "pulse_mean": 0.0}
    twice = np.interp(2 * lags, lags, repeats, right=0)
    preferred = np.exp(-0.5 * (np.log2(tempi / PREFERRED) / OCTAVES) ** 2)
    score = np.where(within, (repeats + 0.5 * np.maximum(twice, 0)) * preferred, -np.inf)
    best = int(np.argmax(score))
    return found | {
        "tempo": float(np.log2(60 / _top(repeats, lags, best))),
        "pulse": float(repeats[within].max()),
        "pulse_mean": float(np.maximum(repeats[within], 0).mean()),
    }


def _top(values: npt.NDArray[np.float64], at: npt.NDArray[np.float64], best: int) -> float:
    """Where between the samples a parabola through the best and its neighbours has its top."""
    if not 0 < best < len(values) - 1:
        return float(at[best])
    left, middle, right = values[best - 1 : best + 2]
    bend = left - 2 * middle + right
    shift = float(np.clip(0.5 * (left - right) / bend, -0.5, 0.5)) if bend < 0 else 0.0
    return float(at[best] + shift * (at[1] - at[0]))


def _autocorrelation(
    rise: Array, parts: npt.NDArray[np.int64], step: float
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """(correlations -1..1, lags in seconds): the mean over the parts, each weighed by its length."""
    longest = int(60 / TEMPI[0] / step) + 2
    total, weight = np.zeros(longest), 0
    for part in np.unique(parts):
        own = rise[parts == part].astype(np.float64)
        if len(own) * step < 3:
            continue
        own -= own.mean()
        spectrum = np.fft.rfft(own, 2 * len(own))
        repeats = np.fft.irfft(spectrum.real**2 + spectrum.imag**2)[: min(longest, len(own))]
        if repeats[0] > 1e-9:
            total[: len(repeats)] += len(own) * repeats / repeats[0]
            weight += len(own)
    lags = np.arange(1, longest) * step
    return total[1:] / max(weight, 1), lags
