"""The test tone: two soft notes, the lower one from the left loudspeaker, then the higher one from the right."""

from __future__ import annotations

import array
import io
import math
import sys
import wave

RATE = 44_100
LEFT, RIGHT = 523.25, 783.99
"""Hertz: C5 and G5, a fifth apart."""
SILENCE = 0.25
"""Seconds before the first note and after the last: amplifiers and HDMI take a moment to wake up."""
NOTE = 0.9
"""Seconds of each note."""
LOUDNESS = 0.15
"""Of full scale, at the height of a note."""
_ATTACK, _DECAY = 0.04, 0.35  # seconds


def tone_file() -> bytes:
    """The tone as the content of a WAV file: 16 bits, stereo, RATE."""
    quiet = [0.0] * int(SILENCE * RATE)
    low, high = _note(LEFT), _note(RIGHT)
    rest = [0.0] * len(low)
    left = [*quiet, *low, *rest, *quiet]
    right = [*quiet, *rest, *high, *quiet]
    samples = array.array("h", (round(32_767 * value) for both in zip(left, right, strict=True) for value in both))
    if sys.byteorder == "big":
        samples.byteswap()
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(2)
        writer.setsampwidth(2)
        writer.setframerate(RATE)
        writer.writeframes(samples.tobytes())
    return file.getvalue()


def _note(pitch: float) -> list[float]:
    """A note that swells quickly and dies away, with a little of its octave, as a struck bar sounds."""
    count = int(NOTE * RATE)
    return [LOUDNESS * _swell(at / RATE) * _timbre(2 * math.pi * pitch * at / RATE) for at in range(count)]


def _timbre(phase: float) -> float:
    return (math.sin(phase) + 0.2 * math.sin(2 * phase)) / 1.2


def _swell(at: float) -> float:
    end = min(1.0, (NOTE - at) / _ATTACK)
    return min(1.0, at / _ATTACK) * math.exp(-max(0.0, at - _ATTACK) / _DECAY) * end
