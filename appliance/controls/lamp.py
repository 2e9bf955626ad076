"""The lamp: from the box's status to a pattern, from a pattern and the time to light. Pure.

While the camera is open the lamp is never dark. While it is closed the lamp is dark, but for flashes of a tenth of a
second that tell of trouble or of the start.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from appliance.domain.emotions import PROFILES, Emotion
from appliance.domain.status import AUTO, CollectPhaseName, Status

Colour = tuple[float, float, float]
"""Red, green, blue, 0..1."""


class Move(StrEnum):
    """How the light moves. The first five are for an open camera, the others for a closed one."""

    STEADY = "steady"
    BREATHING = "breathing"
    BLINKING = "blinking"
    COUNTING = "counting"
    FLICKERING = "flickering"
    DARK = "dark"
    FLASHING = "flashing"
    STARTING = "starting"


@dataclass(frozen=True, slots=True)
class Pattern:
    """What the lamp shows; a lamp of one colour leaves the colour out."""

    move: Move
    colour: Colour
    count: int = 1
    """Of dips, where the light counts."""

    @property
    def moves(self) -> bool:
        """Whether the light changes by itself."""
        return self.move not in (Move.STEADY, Move.DARK)


RED: Colour = (1.0, 0.0, 0.0)
COLOURS: Mapping[str, Colour] = {emotion: profile.lamp for emotion, profile in PROFILES.items()}
WHITE: Colour = COLOURS[Emotion.NEUTRAL]
"""The light without a mood, too: `unsure` and `nobody`."""

_START = 20.0  # seconds from the start in which parts that are not there yet are no trouble
_BREATH, _SHALLOW = 4.0, 0.3  # seconds a breath; its darkest point
_BLINK, _DIP, _DIM = 1.0, 0.25, 0.2  # seconds from dip to dip; of the dip; its light
_COUNT, _REST = 0.4, 0.9  # seconds from dip to dip of a number; lit until the number is told again
_FLICKER = 0.24  # seconds, half of them dim
_FLASH, _TENTH = 2.0, 0.1
_LEAST = 0.02  # the weakest duty that still shows


def pattern(status: Status) -> Pattern:
    """The pattern for a status."""
    camera, switched_on = status.vision.camera, status.vision.switch == "on"
    wanted = status.mood.mood if status.override == AUTO else status.override
    # Told to open, it may be open already, while the first look is still to come.
    is_open = camera == "open" or (camera in ("off", "starting") and switched_on)
    starting = status.uptime < _START
    trouble = bool(status.problems) and not starting
    if is_open:
        if status.collect_phase:
            return _collecting(status.collect_phase, status.collecting)
        colour = COLOURS.get(wanted, WHITE)
        if trouble:
            return Pattern(Move.BLINKING, colour)
        return Pattern(Move.STEADY if status.override == AUTO else Move.BREATHING, colour)
    if trouble:
        return Pattern(Move.FLASHING, RED)
    if starting and switched_on:
        return Pattern(Move.STARTING, WHITE)
    return Pattern(Move.DARK, WHITE)


def _collecting(phase: CollectPhaseName, word: Emotion | None) -> Pattern:
    """Which face is to be pulled: its colour, and its place in `PROFILES`, for a lamp of one colour."""
    if word is None:
        return Pattern(Move.FLICKERING, WHITE)
    if phase == "ready":
        return Pattern(Move.COUNTING, COLOURS[word], 1 + list(PROFILES).index(word))
    return Pattern(Move.FLICKERING if phase == "taking" else Move.BLINKING, COLOURS[word])


def brightness(move: Move, seconds: float, count: int = 1) -> float:
    """How bright the eye shall see it so many seconds after the pattern has begun, 0..1; `count` is the pattern's."""
    match move:
        case Move.STEADY:
            return 1.0
        case Move.DARK:
            return 0.0
        case Move.BREATHING:
            return _SHALLOW + (1 - _SHALLOW) * (0.5 + 0.5 * math.cos(2 * math.pi * seconds / _BREATH))
        case Move.BLINKING:
            return _DIM if seconds % _BLINK < _DIP else 1.0
        case Move.COUNTING:
            phase = seconds % (count * _COUNT + _REST)
            return _DIM if phase < count * _COUNT and phase % _COUNT < _COUNT / 2 else 1.0
        case Move.FLICKERING:
            return _DIM if seconds % _FLICKER < _FLICKER / 2 else 1.0
        case Move.FLASHING:
            return 1.0 if seconds % _FLASH < _TENTH else 0.0
        case Move.STARTING:
            phase = seconds % _FLASH
            return 1.0 if phase < _TENTH or 3 * _TENTH <= phase < 4 * _TENTH else 0.0


def duty(level: float, most: float) -> float:
    """The share of time an LED is on, 0..1, for a level as the eye sees it; light never vanishes by rounding."""
    return max(_LEAST, most * level**2) if level > 0 else 0.0
