"""What is heard in a recording: which notes, where and when."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float64]


def strength(samples: Samples, rate: float, pitch: float) -> float:
    """How loud a pitch (hertz) is in a mono recording: the amplitude of that sine, in the recording's unit."""
    times = np.arange(len(samples)) / rate
    return float(2 * abs(np.mean(samples * np.hanning(len(samples)) * 2 * np.exp(-2j * np.pi * pitch * times))))


def heard_from(samples: Samples, rate: float, pitch: float) -> float:
    """The second at which a pitch is loudest in a mono recording, by pieces of a tenth of a second."""
    piece = int(rate / 10)
    parts = [strength(samples[at : at + piece], rate, pitch) for at in range(0, len(samples) - piece, piece)]
    return float(np.argmax(parts)) / 10
