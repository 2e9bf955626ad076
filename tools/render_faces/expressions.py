"""What a face does when it shows an emotion, in ARKit's units.

The combinations are those of EMFACS (Friesen & Ekman 1983), each action unit as the face unit that comes nearest to it.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from appliance.domain.emotions import Emotion

Units = dict[str, float]
"""How far each face unit is moved: 1 is the whole of it as the model has it, which people exceed."""

Ranges = dict[str, tuple[float, float]]
"""Least and most of each movement. A name without a side moves both."""

_MOST: Final = 1.25
_SIDED: Final = {
    "browDown", "browOuterUp", "cheekSquint", "eyeBlink", "eyeSquint", "eyeWide", "mouthDimple", "mouthFrown",
    "mouthLowerDown", "mouthPress", "mouthSmile", "mouthStretch", "mouthUpperUp", "noseSneer",
}  # fmt: skip

WAYS: Final[dict[Emotion, tuple[Ranges, ...]]] = {
    Emotion.ANGRY: (
        {"browDown": (0.6, 1), "eyeSquint": (0.2, 0.9), "mouthPress": (0.3, 1), "mouthRollLower": (0, 0.5),
         "mouthShrugLower": (0, 0.5), "noseSneer": (0, 0.4), "eyeWide": (0, 0.3)},
        {"browDown": (0.7, 1), "eyeWide": (0, 0.7), "noseSneer": (0.2, 0.7), "mouthUpperUp": (0.2, 0.9),
         "mouthLowerDown": (0.3, 1), "mouthStretch": (0, 0.5), "jawOpen": (0.05, 0.45), "mouthFunnel": (0, 0.4)},
        {"browDown": (0.7, 1), "eyeSquint": (0, 0.7), "mouthFrown": (0.2, 0.8), "mouthPress": (0, 0.7),
         "jawForward": (0, 0.7), "mouthShrugLower": (0.1, 0.6)},
    ),
    Emotion.DISGUST: (
        {"noseSneer": (0.6, 1), "browDown": (0.2, 0.7), "mouthUpperUp": (0.3, 1), "cheekSquint": (0.2, 0.8),
         "eyeSquint": (0.3, 0.9), "mouthFrown": (0, 0.5), "mouthShrugLower": (0, 0.5)},
        {"noseSneer": (0.4, 1), "mouthUpperUp": (0.5, 1), "mouthLowerDown": (0, 0.5), "mouthFrown": (0.2, 0.8),
         "jawOpen": (0.02, 0.25), "eyeSquint": (0.2, 0.9), "browDown": (0, 0.6), "tongueOut": (0, 0.5)},
    ),
    Emotion.FEAR: (
        {"browInnerUp": (0.6, 1), "browOuterUp": (0.1, 0.7), "browDown": (0.1, 0.5), "eyeWide": (0.6, 1),
         "mouthStretch": (0.4, 1), "jawOpen": (0.05, 0.4), "mouthLowerDown": (0.1, 0.6)},
        {"browInnerUp": (0.5, 1), "browOuterUp": (0, 0.5), "browDown": (0, 0.4), "eyeWide": (0.6, 1),
         "mouthStretch": (0.5, 1), "mouthFrown": (0.1, 0.6), "mouthLowerDown": (0, 0.4)},
    ),
    Emotion.HAPPY: (
        {"mouthSmile": (0.4, 1), "cheekSquint": (0.3, 1), "eyeSquint": (0, 0.6), "mouthDimple": (0, 0.4)},
        {"mouthSmile": (0.6, 1), "cheekSquint": (0.3, 1), "eyeSquint": (0, 0.7), "mouthUpperUp": (0.2, 0.7),
         "mouthLowerDown": (0, 0.5), "jawOpen": (0, 0.3)},
        {"mouthSmile": (0.6, 1), "cheekSquint": (0.4, 1), "jawOpen": (0.2, 0.6), "mouthUpperUp": (0.1, 0.6),
         "browOuterUp": (0, 0.5), "eyeSquint": (0, 0.8)},
    ),
    Emotion.NEUTRAL: (
        {},
        {"mouthPress": (0, 0.2), "mouthShrugLower": (0, 0.15)},
        {"jawOpen": (0, 0.06)},
    ),
    Emotion.SAD: (
        {"browInnerUp": (0.4, 1), "browDown": (0, 0.4), "mouthFrown": (0.4, 1), "mouthShrugLower": (0.1, 0.7),
         "eyeBlink": (0, 0.4)},
        {"browInnerUp": (0.4, 1), "mouthFrown": (0.3, 1), "mouthStretch": (0, 0.3), "mouthLowerDown": (0, 0.3),
         "eyeSquint": (0, 0.5), "eyeBlink": (0, 0.45)},
        {"browInnerUp": (0.5, 1), "browDown": (0.1, 0.5), "mouthFrown": (0.3, 0.9), "mouthPress": (0, 0.6),
         "cheekSquint": (0, 0.5), "eyeBlink": (0.1, 0.5)},
    ),
    Emotion.SURPRISE: (
        {"browInnerUp": (0.6, 1), "browOuterUp": (0.6, 1), "eyeWide": (0.4, 1), "jawOpen": (0.25, 0.9)},
        {"browInnerUp": (0.6, 1), "browOuterUp": (0.6, 1), "eyeWide": (0.4, 1), "jawOpen": (0.15, 0.6),
         "mouthFunnel": (0.2, 0.8), "mouthPucker": (0, 0.3)},
    ),
}  # fmt: skip
"""The ways in which each emotion is shown, one of which is drawn each time."""

_TREMOR: Final = {
    "browInnerUp": 0.12, "browDown": 0.1, "browOuterUp": 0.1, "eyeBlink": 0.12, "eyeSquint": 0.15, "cheekSquint": 0.08,
    "mouthPress": 0.1, "mouthSmile": 0.06, "mouthFrown": 0.08, "mouthPucker": 0.08, "jawOpen": 0.02, "jawForward": 0.1,
}  # fmt: skip
"""What any face does besides, at most."""


def draw_expression(emotion: Emotion, rng: np.random.Generator) -> Units:
    """One way of showing the emotion, with its strength and with both sides not quite alike."""
    ways = WAYS[emotion]
    strength = rng.uniform(0.8, 1.3)
    units: Units = {}
    for name, most in _TREMOR.items():
        _move(units, name, rng.uniform(0, most), rng)
    for name, (least, most) in ways[rng.integers(len(ways))].items():
        _move(units, name, strength * rng.uniform(least, most), rng)
    return units


def _move(units: Units, name: str, amount: float, rng: np.random.Generator) -> None:
    skew = rng.normal(0, 0.07)
    sides = {"Left": 1 + skew, "Right": 1 - skew} if name in _SIDED else {"": 1.0}
    for side, share in sides.items():
        units[name + side] = float(np.clip(units.get(name + side, 0.0) + amount * share, 0, _MOST))
