"""What skin, hair, lips, brows, eyes and teeth look like: a procedural texture, by the place on the average head.

Places are in metres, as `Head.average` has them: eyes at z 0.648, the line between the lips at 0.581.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]


class Part(IntEnum):
    """What a vertex is part of."""

    SKIN = 0
    EYE = 1
    TEETH = 2


_EYES: Final = (0.0297, -0.1238, 0.6485)
"""The front of the left eyeball; the right one's mirrors it."""
_EYEBALL: Final = 0.0155
_MOUTH: Final = 0.5807
_CORNER: Final = 0.0245


@dataclass(frozen=True)
class Look:
    """How somebody looks besides the shape. Albedos are 0..1, lengths in metres."""

    skin: float
    lips: float
    """Times the skin's."""
    hair: float
    hairline: float
    """Height of the hair's edge above the middle of the forehead."""
    temples: float
    """How far the hair comes down at the temples; beyond the ears for long hair."""
    brow_height: float
    brow_thickness: float
    brow_strength: float
    beard: float
    """0 none, 1 as dark as the hair."""
    moustache: float
    iris: float
    lashes: float
    gaze: tuple[float, float]
    """Where the eyes look, from straight ahead: to the left and up, in metres on the eyeball."""
    blotches: float
    creases: float
    phase: Values
    """Offsets of the noise, (6,)."""


def draw_look(rng: np.random.Generator) -> Look:
    """Somebody's looks by chance."""
    skin = float(rng.uniform(0.16, 0.85))
    least, most = ((0.02, 0.1), (0.1, 0.35), (0.35, 0.8))[rng.choice(3, p=[0.6, 0.25, 0.15])]
    bearded = rng.random() < 0.25
    return Look(
        skin=skin,
        lips=float(rng.uniform(0.55, 0.95)),
        hair=float(rng.uniform(least, most)),
        hairline=float(rng.uniform(0.695, 0.735)) if rng.random() < 0.85 else 1.0,
        temples=float(rng.uniform(0.52, 0.68)),
        brow_height=float(rng.normal(0.6645, 0.0012)),
        brow_thickness=float(rng.uniform(0.0022, 0.0055)),
        brow_strength=float(rng.uniform(0.35, 0.95)),
        beard=float(rng.uniform(0.2, 0.9)) if bearded else 0.0,
        moustache=float(rng.uniform(0.2, 0.9)) if bearded or rng.random() < 0.05 else 0.0,
        iris=float(rng.uniform(0.04, 0.4)),
        lashes=float(rng.uniform(0, 0.8)),
        gaze=(float(rng.normal(0, 0.0016)), float(rng.normal(-0.0004, 0.0006))),
        blotches=float(rng.uniform(0.0, 0.09)),
        creases=float(rng.uniform(0.2, 1.1)),
        phase=rng.uniform(0, 2 * np.pi, 6),
    )


def albedo(places: Values, part: NDArray[np.int8], look: Look) -> Values:
    """How much light each place gives back, 0..1. `places` (n, 3) on the average head, `part` (n,) of `Part`."""
    x, y, z = np.abs(places[:, 0]), places[:, 1], places[:, 2]
    value = look.skin * (1 + look.blotches * _noise(places, look.phase))
    value = _mixed(value, 0.82 * look.skin, 0.5 * _near(np.hypot((x - 0.03) / 0.02, (z - 0.636) / 0.011)))
    value = _mixed(value, look.skin * look.lips, _lips(x, y, z))
    value = _mixed(value, look.hair, look.beard * _beard(x, y, z))
    value = _mixed(value, look.hair, look.moustache * _moustache(x, y, z))
    value = _mixed(value, look.hair, look.brow_strength * _brows(x, y, z, look))
    value = _mixed(value, 0.08, look.lashes * _lashes(x, y, z))
    streaks = look.hair * (1 + 0.35 * np.sin(900 * places[:, 0] + 5 * _noise(places, look.phase)))
    value = _mixed(value, streaks, _hair(x, y, z, look))
    value = _mixed(value, 0.03, _inside_mouth(x, y, z))
    value = np.where(part == Part.EYE, _eyes(places, look), value)
    return np.clip(np.where(part == Part.TEETH, _teeth(places), value), 0.01, 1)


def _mixed(below: Values, above: Values | float, share: Values) -> Values:
    return below + (above - below) * share


def _near(distance: Values) -> Values:
    """1 well within a distance of 1, 0 well beyond it."""
    return np.clip((1.15 - distance) / 0.3, 0, 1)


def _noise(places: Values, phase: Values) -> Values:
    return (
        np.sin(140 * places[:, 0] + phase[0]) * np.sin(170 * places[:, 2] + phase[1])
        + 0.6 * np.sin(420 * places[:, 0] + phase[2]) * np.sin(380 * places[:, 2] + phase[3])
        + 0.4 * np.sin(900 * places[:, 0] + phase[4]) * np.sin(1000 * places[:, 2] + phase[5])
    )


def _lips(x: Values, y: Values, z: Values) -> Values:
    along = np.clip(1 - (x / _CORNER) ** 2, 0, 1)
    above, below = 0.0075 * along**0.8 - 0.0012 * np.exp(-((x / 0.004) ** 2)), 0.0105 * along**0.8
    height = np.where(z > _MOUTH, (z - _MOUTH) / np.maximum(above, 1e-4), (_MOUTH - z) / np.maximum(below, 1e-4))
    return np.where((x < _CORNER) & (y < -0.1), _near(height), 0.0)


def _inside_mouth(x: Values, y: Values, z: Values) -> Values:
    return ((x < 0.03) & (z > 0.55) & (z < 0.61) & (y > -0.113 + 6 * np.maximum(x - 0.012, 0) ** 1.3)).astype(float)


def _brows(x: Values, y: Values, z: Values, look: Look) -> Values:
    middle = look.brow_height + 0.0045 * np.sin(np.clip((x - 0.012) / 0.045, 0, 1) * np.pi * 0.8) - 0.001
    thickness = look.brow_thickness * np.clip(1.25 - (x - 0.012) / 0.055, 0.25, 1)
    inside = np.clip((x - 0.010) / 0.004, 0, 1) * np.clip((0.058 - x) / 0.006, 0, 1)
    return np.where(y < -0.06, _near(np.abs(z - middle) / thickness) * inside, 0.0)


def _lashes(x: Values, y: Values, z: Values) -> Values:
    ring = np.hypot((x - 0.0297) / 0.0155, (z - 0.6485) / 0.0068)
    return np.where((y < -0.09) & (z > 0.647), np.clip(1 - np.abs(ring - 1) / 0.22, 0, 1), 0.0)


def _beard(x: Values, y: Values, z: Values) -> Values:
    edge = 0.569 + 0.9 * np.maximum(x - 0.026, 0)
    around = np.hypot(x / 0.028, (z - 0.58) / 0.016)
    return np.where((z < edge) & (y < 0.0) & (around > 1), np.clip((edge - z) / 0.014, 0, 1), 0.0)


def _moustache(x: Values, y: Values, z: Values) -> Values:
    return np.where((y < -0.09) & (x < 0.03), _near(np.abs(z - 0.5945 + 0.25 * x) / 0.006), 0.0)


def _hair(x: Values, y: Values, z: Values, look: Look) -> Values:
    edge = look.hairline - 9.0 * np.maximum(x - 0.03, 0) ** 1.6 + 0.004 * np.sin(x * 260 + look.phase[0])
    front = np.clip((z - np.maximum(edge, look.temples)) / 0.009, 0, 1)
    back = np.clip((y + 0.01) / 0.01, 0, 1) * (z > look.temples) if look.hairline < 1 else np.zeros_like(z)
    return np.maximum(front, back)


def _eyes(places: Values, look: Look) -> Values:
    side = np.sign(places[:, 0])
    across = places[:, 0] - side * _EYES[0] - look.gaze[0]
    up = places[:, 2] - _EYES[2] - look.gaze[1]
    radius = np.hypot(across, up)
    white = 0.78 - 0.3 * np.clip(radius / _EYEBALL, 0, 1)
    iris = np.where(radius < 0.0026, 0.02, look.iris)
    return np.where(radius < 0.0063, iris, white)


def _teeth(places: Values) -> Values:
    gaps = np.clip(1 - np.abs(np.sin(places[:, 0] * np.pi / 0.0068)) / 0.25, 0, 1)
    return 0.75 * (1 - 0.35 * gaps) * np.clip(1.15 - np.abs(places[:, 0]) / 0.03, 0.2, 1)
