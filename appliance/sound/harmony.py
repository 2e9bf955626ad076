"""Harmony of a song: key and mode, chords and how they change, consonance, register."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from appliance.sound.frames import Frames
from appliance.sound.plan import Array

_MAJOR_KEY = (0.238, 0.006, 0.111, 0.006, 0.137, 0.094, 0.016, 0.214, 0.009, 0.080, 0.008, 0.081)
_MINOR_KEY = (0.220, 0.006, 0.104, 0.123, 0.019, 0.103, 0.012, 0.214, 0.062, 0.022, 0.061, 0.052)
"""How often each pitch class above the tonic sounds (Albrecht & Shanahan 2013, "The use of large corpora to train a new
type of key-finding algorithm")."""
_MAJOR_TRIAD, _MINOR_TRIAD = (0, 4, 7), (0, 3, 7)
_DEGREES = ("1", "b2", "2", "b3", "3", "4", "b5", "5", "b6", "6", "b7", "7")
_KEY_SECONDS, _CHORD_SECONDS = 4.0, 1.0
_TONES = ("rough", "height", "bass", "spread", "tonal")

Chroma = npt.NDArray[np.float64]


def harmony(frames: Frames) -> dict[str, float]:
    """The numbers of harmony. `mode` is above 0 in major and below in minor, as are `mode_local` and `triad_mode`."""
    chroma = _semitones(frames.chroma) if len(frames.chroma) >= 4 else np.ones((4, 12))
    tones = frames.tones if len(frames.tones) >= 4 else np.zeros((4, len(_TONES)), np.float32)
    mean = chroma.sum(axis=0)
    mean = mean / (mean.sum() + 1e-9)
    result = {**_key(mean), **_local(chroma, frames.slow_step), **_chords(chroma, frames.slow_step)}
    result["entropy"] = float(-(mean * np.log(mean + 1e-9)).sum())
    power = (mean**2).sum() + 1e-9
    for semitones in range(1, 7):
        result[f"interval{semitones}"] = float((mean * np.roll(mean, semitones)).sum() / power)
    for number, name in enumerate(_TONES):
        result[name] = float(tones[:, number].mean())
        result[f"{name}_sd"] = float(tones[:, number].std())
    return result


def _semitones(chroma: Array) -> Chroma:
    """(m, 12) from three bins to a semitone: the song's tuning is the third that holds the most."""
    thirds = chroma.sum(axis=0, dtype=np.float64).reshape(12, 3).sum(axis=0)
    sharp = (0, 1, -1)[int(np.argmax(thirds))]
    turned = np.roll(chroma.astype(np.float64), 1 - sharp, axis=1)
    return np.asarray(turned.reshape(len(chroma), 12, 3).sum(axis=2))


def _key(mean: Chroma) -> dict[str, float]:
    major, minor = _fit(mean[None], _MAJOR_KEYS)[0], _fit(mean[None], _MINOR_KEYS)[0]
    both = np.concatenate((major, minor))
    tonic = int(np.argmax(both)) % 12
    degrees = np.roll(mean, -tonic)
    return {
        "major": float(major.max()),
        "minor": float(minor.max()),
        "mode": float(major.max() - minor.max()),
        "key_clear": float(both.max() - np.median(both)),
    } | {f"degree_{name}": float(value) for name, value in zip(_DEGREES, degrees, strict=True)}


def _local(chroma: Chroma, step: float) -> dict[str, float]:
    stretches = _summed(chroma, round(_KEY_SECONDS / step))
    major, minor = _fit(stretches, _MAJOR_KEYS).max(axis=1), _fit(stretches, _MINOR_KEYS).max(axis=1)
    return {"mode_local": float((major - minor).mean()), "key_local": float(np.maximum(major, minor).mean())}


def _chords(chroma: Chroma, step: float) -> dict[str, float]:
    stretches = _summed(chroma, round(_CHORD_SECONDS / step))
    major, minor = _fit(stretches, _MAJOR_TRIADS).max(axis=1), _fit(stretches, _MINOR_TRIADS).max(axis=1)
    shares = stretches / (stretches.sum(axis=1, keepdims=True) + 1e-9)
    centroids = shares @ _TONAL_SPACE
    steps = np.linalg.norm(np.diff(centroids, axis=0), axis=1) if len(centroids) > 1 else np.zeros(1)
    return {
        "triad": float(np.maximum(major, minor).mean()),
        "triad_mode": float((major - minor).mean()),
        "chord_change": float(steps.mean()),
        "chord_range": float(centroids.std(axis=0).mean()),
        "entropy_local": float(-(shares * np.log(shares + 1e-9)).sum(axis=1).mean()),
    }


def _summed(chroma: Chroma, frames: int) -> Chroma:
    """Sums over stretches of so many frames; what is left over at the end is dropped unless it is all there is."""
    whole = len(chroma) // max(1, frames)
    if whole == 0:
        return np.asarray(chroma.sum(axis=0, keepdims=True), dtype=np.float64)
    return np.asarray(chroma[: whole * frames].reshape(whole, frames, 12).sum(axis=1), dtype=np.float64)


def _fit(chroma: Chroma, patterns: Chroma) -> Chroma:
    """(m, 12): the correlation of each stretch with the pattern on each of the twelve roots, -1..1."""
    return np.asarray(_standard(chroma) @ patterns.T)


def _standard(rows: Chroma) -> Chroma:
    centred = rows - rows.mean(axis=-1, keepdims=True)
    return np.asarray(centred / (np.linalg.norm(centred, axis=-1, keepdims=True) + 1e-9))


def _rotations(pattern: tuple[float, ...]) -> Chroma:
    return _standard(np.array([np.roll(np.array(pattern, float), root) for root in range(12)]))


def _triad(members: tuple[int, ...]) -> tuple[float, ...]:
    return tuple(float(semitone in members) for semitone in range(12))


def _tonal_space() -> Chroma:
    """(12, 6): circles of fifths, minor and major thirds (Harte, Sandler & Gasser 2006, tonal centroid)."""
    k = np.arange(12)
    circles = ((1.0, 7 / 6), (1.0, 3 / 2), (0.5, 2 / 3))
    rows = [r * f(k * turn * np.pi) for r, turn in circles for f in (np.sin, np.cos)]
    return np.asarray(np.stack(rows, axis=1))


_MAJOR_KEYS, _MINOR_KEYS = _rotations(_MAJOR_KEY), _rotations(_MINOR_KEY)
_MAJOR_TRIADS, _MINOR_TRIADS = _rotations(_triad(_MAJOR_TRIAD)), _rotations(_triad(_MINOR_TRIAD))
_TONAL_SPACE = _tonal_space()
