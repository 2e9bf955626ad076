"""From samples to frames: spectra of short windows in bands, and the pitches of long ones, block by block."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from appliance.sound.pitches import CHROMA_BINS, TONE_TRAITS, pitches
from appliance.sound.plan import BANDS, Array, Plan, plan_for

TOP_RATE = 50_000.0
"""Faster samples are averaged by twos, threes… until they are no faster; nothing above 10.5 kHz is listened to."""
LOUDEST = 8.0
"""Floating-point samples are held to ±8: 18 dB above full scale."""


@dataclass(frozen=True, slots=True)
class Frames:
    """What was heard, in order of time. n short frames of `step` seconds, m long ones of `slow_step`."""

    step: float
    slow_step: float
    centres: Array
    """(40,): the hertz of the bands."""
    bands: Array
    """(n, 40): power in each band; a sine of full scale has 1 in all."""
    power: Array
    """(n,): mean square of the samples."""
    crossings: Array
    """(n,): share of the samples at which the sign changes."""
    parts: npt.NDArray[np.int64]
    """(n,): the number of the part that a short frame belongs to; parts do not adjoin in time."""
    chroma: Array
    """(m, 36): strength of the pitch classes, three bins to a semitone."""
    tones: Array
    """(m, 5): roughness, height, bass, spread, tonality (see `pitches`)."""


class Listener:
    """Takes the mono samples of a song in blocks of any length, and keeps their frames. Memory: 3 MB a minute."""

    def __init__(self, rate: float) -> None:
        """Raises ValueError unless the rate is 2000 to 3,000,000 Hz."""
        if not 2000 <= rate <= 3_000_000:
            raise ValueError(f"a sample rate of {rate:g} Hz; 2000 to 3,000,000 can be listened to")
        self._every = int(np.ceil(rate / TOP_RATE)) if rate > TOP_RATE else 1
        self._plan = plan_for(rate / self._every)
        self._part = 0
        self._rest = self._slow_rest = np.zeros(0, np.float32)
        self._odd = np.zeros(0, np.float32)
        self._bands: list[Array] = []
        self._power: list[Array] = []
        self._crossings: list[Array] = []
        self._parts: list[npt.NDArray[np.int64]] = []
        self._chroma: list[Array] = []
        self._tones: list[Array] = []

    def begin_part(self) -> None:
        """What follows does not adjoin what came before."""
        self._part += 1
        self._rest = self._slow_rest = self._odd = np.zeros(0, np.float32)

    def hear(self, samples: Array) -> None:
        """Take (n,) samples, -1..1. NaN counts as silence, a constant is taken off each block."""
        if not len(samples):
            return
        if not np.abs(samples).max() <= LOUDEST:  # which is so for NaN too
            samples = np.nan_to_num(samples, nan=0.0, posinf=LOUDEST, neginf=-LOUDEST).clip(-LOUDEST, LOUDEST)
        clean = self._slower(samples)
        if not len(clean):
            return
        clean = clean - clean.mean(dtype=np.float64).astype(np.float32)
        self._short(np.concatenate((self._rest, clean)))
        self._long(np.concatenate((self._slow_rest, clean)))

    def frames(self) -> Frames:
        """Everything heard so far."""
        return Frames(
            step=self._plan.hop / self._plan.rate,
            slow_step=self._plan.slow_hop / self._plan.rate,
            centres=self._plan.centres,
            bands=_joined(self._bands, BANDS),
            power=np.concatenate([np.zeros(0, np.float32), *self._power]),
            crossings=np.concatenate([np.zeros(0, np.float32), *self._crossings]),
            parts=np.concatenate([np.zeros(0, np.int64), *self._parts]),
            chroma=_joined(self._chroma, CHROMA_BINS),
            tones=_joined(self._tones, TONE_TRAITS),
        )

    def _slower(self, samples: Array) -> Array:
        if self._every == 1:
            return samples
        joined = np.concatenate((self._odd, samples))
        whole = len(joined) - len(joined) % self._every
        self._odd = joined[whole:]
        return np.asarray(joined[:whole].reshape(-1, self._every).mean(axis=1), dtype=np.float32)

    def _short(self, samples: Array) -> None:
        plan = self._plan
        cut = _windows(samples, plan.size, plan.hop)
        self._rest = samples[len(cut) * plan.hop :]
        if not len(cut):
            return
        spectrum = np.fft.rfft(cut * plan.window, axis=1)
        squares = spectrum.view(spectrum.real.dtype) ** 2  # real and imaginary parts in turn
        power = squares.astype(np.float32) * np.float32(16 / plan.size**2)
        own = samples[: len(cut) * plan.hop].reshape(len(cut), plan.hop)
        self._bands.append(power @ plan.bands)
        self._power.append(np.einsum("ij,ij->i", own, own) / np.float32(plan.hop))
        signs = np.signbit(own)
        self._crossings.append((signs[:, 1:] != signs[:, :-1]).mean(axis=1).astype(np.float32))
        self._parts.append(np.full(len(cut), self._part, np.int64))

    def _long(self, samples: Array) -> None:
        plan = self._plan
        cut = _windows(samples, plan.slow_size, plan.slow_hop)
        self._slow_rest = samples[len(cut) * plan.slow_hop :]
        if not len(cut):
            return
        spectrum = np.abs(np.fft.rfft(cut * plan.slow_window, axis=1)[:, plan.slow_bins]).astype(np.float32)
        chroma, tones = pitches(spectrum * np.float32(4 / plan.slow_size), plan.slow_hertz)
        self._chroma.append(chroma)
        self._tones.append(tones)


def listen_to(samples: Array, rate: float) -> Frames:
    """The frames of one stretch of mono samples."""
    listener = Listener(rate)
    step = int(10 * rate)
    for begin in range(0, len(samples), step):
        listener.hear(samples[begin : begin + step])
    return listener.frames()


def _windows(samples: Array, size: int, hop: int) -> Array:
    """(k, size): a view of every whole window."""
    if len(samples) < size:
        return np.zeros((0, size), np.float32)
    return np.lib.stride_tricks.sliding_window_view(samples, size)[::hop]


def _joined(blocks: list[Array], columns: int) -> Array:
    return np.concatenate([np.zeros((0, columns), np.float32), *blocks])


__all__ = ["Frames", "Listener", "Plan", "listen_to"]
