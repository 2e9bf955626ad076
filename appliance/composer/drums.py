"""Percussion: short sounds from noise and falling sines. `hard` 0..1 brightens them."""

from __future__ import annotations

import numpy as np

from appliance.composer import synth
from appliance.composer.synth import Wave


def _burst(seconds: float, low: float, high: float, fall: float, seed: int, attack: float = 0.001) -> Wave:
    """Noise between two frequencies with power 1 at its start, falling by 60 dB in `fall` s."""
    clock = synth.times(seconds)
    wave = synth.band(synth.noise(len(clock), seed), low, high)
    wave /= max(float(np.std(wave)), 1e-6)
    return np.asarray(wave * np.exp(-6.91 / fall * clock) * synth.envelope(seconds, attack, 0.02), dtype=np.float32)


def _falling(seconds: float, start: float, end: float, speed: float, fall: float) -> Wave:
    """A sine that slides from `start` to `end` Hz."""
    clock = synth.times(seconds).astype(np.float64)
    phase = end * clock + (start - end) / speed * (1 - np.exp(-speed * clock))
    tone = np.sin(2 * np.pi * phase) * np.exp(-6.91 / fall * clock)
    return np.asarray(tone * synth.envelope(seconds, 0.002, 0.03), dtype=np.float32)


def kick(hard: float) -> Wave:
    """A bass drum."""
    wave = _falling(0.4, 130.0, 52.0, 28.0, 0.38)
    click = _burst(0.03, 1500, 5000, 0.02, 21) * np.float32(0.15 * hard)
    wave[: len(click)] += click
    return wave


def thud(hard: float) -> Wave:
    """A heart, or a large drum far away."""
    return np.asarray(_falling(0.8, 72.0, 44.0, 9.0, 0.75) * (0.8 + 0.2 * hard), dtype=np.float32)


def tom(hard: float) -> Wave:
    """A floor tom."""
    wave = _falling(0.5, 150.0, 88.0, 12.0, 0.5)
    wave[: synth.samples(0.1)] += 0.2 * hard * _burst(0.1, 300, 3000, 0.08, 22)
    return wave


def snare(hard: float) -> Wave:
    """A snare drum: a struck skin and rattling wires."""
    wires = _burst(0.3, 1400, 4500 + 3500 * hard, 0.24, 23)
    wires[: synth.samples(0.15)] += 0.8 * _falling(0.15, 240.0, 180.0, 30.0, 0.13)
    return np.asarray(0.5 * wires, dtype=np.float32)


def clap(hard: float) -> Wave:
    """Hands: three bursts close together, then a short tail."""
    wave = np.zeros(synth.samples(0.22), dtype=np.float32)
    for i, at in enumerate((0.0, 0.011, 0.021)):
        burst = _burst(0.15 if i == 2 else 0.02, 900, 2200 + 1500 * hard, 0.14 if i == 2 else 0.03, 24 + i)
        begin = synth.samples(at) if at else 0
        wave[begin : begin + len(burst)] += 0.5 * burst
    return wave


def brush(hard: float) -> Wave:
    """A wire brush swept over a skin."""
    return np.asarray(0.5 * _burst(0.28, 1200, 4000 + 3000 * hard, 0.3, 30, attack=0.03), dtype=np.float32)


def hat(hard: float) -> Wave:
    """A closed hi-hat."""
    return np.asarray(0.5 * _burst(0.09, 6500, 10_000 + 2000 * hard, 0.07, 31), dtype=np.float32)


def shaker(hard: float) -> Wave:
    """Seeds in an egg: they need a moment to reach the far side."""
    return np.asarray(0.5 * _burst(0.1, 4500, 8000 + 2500 * hard, 0.1, 32, attack=0.018), dtype=np.float32)


def tambourine(hard: float) -> Wave:
    """Jingles: inharmonic high partials over noise."""
    wave = 0.35 * _burst(0.25, 5000, 9500, 0.2, 33)
    table = [(ratio, 0.12 + 0.06 * hard, 0.22) for ratio in (1.0, 1.31, 1.53, 1.87)]
    jingles = synth.partials(5200.0, 0.25, table) * synth.envelope(0.25, 0.001, 0.02)
    return np.asarray(wave + jingles, dtype=np.float32)


def wood(hard: float) -> Wave:
    """A wood block."""
    wave = synth.partials(880.0, 0.15, [(1.0, 0.9, 0.09), (1.72, 0.45 + 0.3 * hard, 0.06), (3.1, 0.2, 0.03)])
    return np.asarray(wave * synth.envelope(0.15, 0.001, 0.02), dtype=np.float32)
