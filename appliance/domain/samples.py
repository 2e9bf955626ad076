"""What a household teaches of its faces: numbers that a model's features are, never pictures."""

from __future__ import annotations

from dataclasses import dataclass

from appliance.domain.emotions import Emotion


@dataclass(frozen=True, slots=True)
class FaceView:
    """One face as a model sees it."""

    features: bytes
    """int8 each, as the model gives them."""
    logits: tuple[float, ...]
    """Of the emotions that the model names, in canonical order."""
    shipped: tuple[float, ...]
    """The probabilities that the model gives of them."""


@dataclass(frozen=True, slots=True)
class SeenFace:
    """The only face in a look, while faces are collected."""

    time: float
    """CLOCK_MONOTONIC second of the look."""
    model: str
    """sha256 of the bundle of the model that saw it, in hex."""
    sharpness: float
    views: tuple[FaceView, FaceView]
    """As it is, and in the mirror."""
    light: float = 1.0
    """Mean brightness of the face, 0..1."""


@dataclass(frozen=True, slots=True)
class FaceSample:
    """A face with the word that was said of it."""

    id: int
    at: str
    """UTC, as 2026-01-31T12:00:00Z."""
    session: int
    round: int
    """In which round of its session it was taken, from 0: each asks for another kind of face."""
    word: Emotion
    model: str
    """As in `SeenFace`."""
    views: tuple[FaceView, FaceView]
    correction: int | None = None
    """The id of the correction that it is of, in session 0; None if it was collected."""


@dataclass(frozen=True, slots=True)
class HeadReport:
    """What the vision process made of the samples that it was given."""

    samples: int
    """How many of them are of the model in use."""
    used: bool
    why: str = ""
    """Why it is not used; empty if it is."""
    before: float = 0.0
    """Percent of the poses that the model reads as they were meant."""
    after: float = 0.0
    """The same with the head, each pose read by one that was made of all the others."""
    each: tuple[tuple[Emotion, int, int, int], ...] = ()
    """For each emotion: poses, right before, right after."""
