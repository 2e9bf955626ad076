"""What is handed from writing to performing: notes in beats, grouped into parts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class Note(NamedTuple):
    """One note: start and length in beats (quarter notes) from the beginning, MIDI pitch, loudness 0..1."""

    start: float
    beats: float
    pitch: int
    velocity: float


@dataclass(frozen=True, slots=True)
class Part:
    """All notes of one instrument and where it sits: pan -1 (left)..1, gain linear, `send` its share of the reverb."""

    instrument: str
    notes: tuple[Note, ...]
    pan: float = 0.0
    gain: float = 1.0
    send: float = 1.0
    articulation: float = 1.0
    """The share of its length for which a note sounds: 0.4 is staccato, above 1 legato that overlaps."""


@dataclass(frozen=True, slots=True)
class Score:
    """A whole piece on paper."""

    title: str
    metre: int
    """Beats in a bar."""
    bpm: float
    bars: int
    parts: tuple[Part, ...]
    """The melody first."""
    phrase_ends: tuple[int, ...]
    """Bars after which a phrase ends: where the time may breathe."""
