"""What a model must be able to name."""

from __future__ import annotations

from appliance.domain.emotions import Emotion

EXPRESSIONS: tuple[Emotion, ...] = (
    Emotion.ANGRY,
    Emotion.DISGUST,
    Emotion.FEAR,
    Emotion.HAPPY,
    Emotion.NEUTRAL,
    Emotion.SAD,
    Emotion.SURPRISE,
)
"""The seven expressions of FER2013, in alphabetical order. Every model names them, and may name other emotions too.

An emotion that a model does not name has the probability 0 in all that it reads.
"""
