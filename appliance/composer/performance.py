"""From beats to seconds: tempo, breathing at phrase ends, the slowing at the end, swing, articulation, human timing."""

from __future__ import annotations

import random
from typing import NamedTuple

import numpy as np

from appliance.composer.moods import Style
from appliance.composer.score import Score

ENDING_BEATS_SLOWER = 0.7
"""How far the tempo falls over the last two bars."""
RING_SECONDS = 1.5
"""How long the last chord is held beyond its bar."""


class Event(NamedTuple):
    """A note to sound: seconds from the beginning, seconds held, MIDI pitch, loudness 0..1."""

    start: float
    held: float
    pitch: int
    velocity: float


class BeatClock:
    """Beats → seconds, by integrating a tempo that is constant within each half beat."""

    def __init__(self, score: Score, style: Style) -> None:
        half_beats = score.bars * score.metre * 2
        position = np.arange(half_beats) / 2
        tempo = np.full(half_beats, float(score.bpm))
        for end in score.phrase_ends:
            distance = end * score.metre - position
            near = (distance > 0) & (distance <= 2)
            tempo[near] *= 1 - style.breath * (1 - (distance[near] - 0.5) / 2)
        last = 2 * score.metre
        left = score.bars * score.metre - position
        tempo *= np.where(left <= last, ENDING_BEATS_SLOWER + (1 - ENDING_BEATS_SLOWER) * left / last, 1.0)
        self._seconds = np.concatenate(([0.0], np.cumsum(30.0 / tempo)))
        self._beats = np.arange(half_beats + 1) / 2

    def at(self, beat: float) -> float:
        """Seconds from the beginning of the piece at a beat (clamped to its length)."""
        return float(np.interp(beat, self._beats, self._seconds))

    @property
    def end(self) -> float:
        """Seconds at the last bar line."""
        return float(self._seconds[-1])


def perform(score: Score, style: Style, seed: str) -> tuple[list[list[Event]], BeatClock]:
    """The events of each part in the score's order, and the clock they were played by."""
    rng = random.Random(seed)
    clock = BeatClock(score, style)
    last_bar = (score.bars - 1) * score.metre
    result: list[list[Event]] = []
    for part in score.parts:
        events: list[Event] = []
        for note in part.notes:
            swung = note.start + (style.swing if note.start % 1 == 0.5 else 0.0)
            start = clock.at(swung)
            held = (clock.at(note.start + note.beats) - clock.at(note.start)) * part.articulation
            if note.start >= last_bar:
                held = max(held, clock.end - start) + RING_SECONDS
            late = min(max(rng.gauss(0.0, style.jitter), -2 * style.jitter), 2 * style.jitter)
            louder = 1.0 + rng.uniform(-0.06, 0.06)
            events.append(Event(max(0.0, start + late), max(held, 0.03), note.pitch, min(1.0, note.velocity * louder)))
        result.append(events)
    return result, clock
