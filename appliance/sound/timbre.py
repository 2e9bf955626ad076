"""Loudness and timbre of a song: how loud, how even, how bright, how noisy, and how the spectrum is shaped."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from appliance.sound.frames import Frames
from appliance.sound.plan import BANDS, Array

CEPSTRA = 13
REGISTERS = 8
"""Groups of five bands each."""
CONTRASTS = 4
"""Groups of ten bands each."""
_BELOW_PEAK, _FAINTEST = 45.0, -70.0
_FLOOR = 1e-7
"""Below the mean band by 70 dB: what is fainter is taken for silence."""


def active(frames: Frames) -> npt.NDArray[np.bool_]:
    """(n,): frames within 45 dB of the loudest and above -70 dB of full scale."""
    level = decibels(frames.power)
    return np.asarray(level > max(float(level.max()) - _BELOW_PEAK, _FAINTEST))


def decibels(power: Array, floor: float = 1e-9) -> Array:
    """10 log10 of a power, from -90 on."""
    return np.asarray(10 * np.log10(power + np.float32(floor)), dtype=np.float32)


def relative_bands(frames: Frames, heard: npt.NDArray[np.bool_]) -> Array:
    """(n, 40): power in each band as a multiple of the mean of all bands over the whole song: the level drops out."""
    return np.asarray(frames.bands / (frames.bands[heard].mean() + 1e-12), dtype=np.float32)


def timbre(frames: Frames, heard: npt.NDArray[np.bool_], bands: Array) -> dict[str, float]:
    """The numbers of loudness and timbre; `bands` as from `relative_bands`, `heard` as from `active`."""
    return {
        **_loudness(frames, heard),
        **_brightness(frames, heard, bands[heard]),
        **_shape(bands[heard]),
        **_cepstrum(bands[heard]),
    }


def _loudness(frames: Frames, heard: npt.NDArray[np.bool_]) -> dict[str, float]:
    level = decibels(frames.power)
    loud = float(10 * np.log10(frames.power[heard].mean() + 1e-9))
    width = max(1, round(3 / frames.step))
    slow = np.convolve(level, np.full(width, 1 / width), "valid") if len(level) > 2 * width else level
    low, high = np.percentile(level[heard], (10, 90))
    return {
        "loud": loud,
        "loud_sd": float(level[heard].std()),
        "loud_low": float(low) - loud,
        "loud_high": float(high) - loud,
        "loud_slow_sd": float(slow.std()),
        "silence": 1 - float(heard.mean()),
    }


def _brightness(frames: Frames, heard: npt.NDArray[np.bool_], bands: Array) -> dict[str, float]:
    octave = np.log2(frames.centres)
    share = bands / (bands.sum(axis=1, keepdims=True) + 1e-9)
    soft = np.sqrt(share)
    soft = soft / soft.sum(axis=1, keepdims=True)
    result: dict[str, float] = {}
    for name, weight in (("power", share), ("soft", soft)):
        centre = weight @ octave
        spread = np.sqrt(np.maximum((weight * (octave - centre[:, None]) ** 2).sum(axis=1), 0))
        result |= {
            f"centroid_{name}": float(centre.mean()),
            f"centroid_{name}_sd": float(centre.std()),
            f"width_{name}": float(spread.mean()),
        }
    rolled = octave[np.minimum((np.cumsum(share, axis=1) < 0.85).sum(axis=1), BANDS - 1)]
    flatness = decibels(bands, _FLOOR).mean(axis=1) - decibels(bands.mean(axis=1), _FLOOR)
    crossings = frames.crossings[heard]
    return result | {
        "rolloff": float(rolled.mean()),
        "rolloff_sd": float(rolled.std()),
        "flatness": float(flatness.mean()),
        "flatness_sd": float(flatness.std()),
        "crossings": float(np.log(crossings.mean() + 1e-4)),
        "crossings_sd": float(np.log(crossings + 1e-3).std()),
    }


def _shape(bands: Array) -> dict[str, float]:
    mean = bands.mean(axis=0)
    level = decibels(mean / mean.sum(), _FLOOR).reshape(REGISTERS, -1).mean(axis=1)
    frame = decibels(bands, _FLOOR).reshape(len(bands), CONTRASTS, -1)
    contrast = (frame.max(axis=2) - frame.min(axis=2)).mean(axis=0)
    return {f"register{number}": float(value) for number, value in enumerate(level)} | {
        f"contrast{number}": float(value) for number, value in enumerate(contrast)
    }


def _cepstrum(bands: Array) -> dict[str, float]:
    """Mel-frequency cepstral coefficients 1..13 (Davis & Mermelstein 1980), and how fast they change."""
    level = decibels(bands, _FLOOR)
    level = np.maximum(level, level.max() - 70) / 10
    cepstra = level @ _COSINES
    change = np.abs(np.diff(cepstra, axis=0)).mean(axis=0)
    mean, deviation = cepstra.mean(axis=0), cepstra.std(axis=0)
    return (
        {f"cepstrum{number + 1}": float(mean[number]) for number in range(CEPSTRA)}
        | {f"cepstrum{number + 1}_sd": float(deviation[number]) for number in range(CEPSTRA)}
        | {"cepstrum_change_low": float(change[:4].mean()), "cepstrum_change_high": float(change[4:].mean())}
    )


def _cosine_transform() -> Array:
    number, band = np.arange(1, CEPSTRA + 1), np.arange(BANDS)
    cosines = np.cos(np.pi * np.outer(band + 0.5, number) / BANDS)
    return np.asarray(np.sqrt(2 / BANDS) * cosines, dtype=np.float32)


_COSINES = _cosine_transform()
