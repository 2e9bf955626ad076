"""Pitches, modes, chords and voice leading. Pure functions over MIDI numbers (60 = middle C) and semitones."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

MODES: Mapping[str, tuple[int, ...]] = {
    "major": (0, 2, 4, 5, 7, 9, 11),
    "lydian": (0, 2, 4, 6, 7, 9, 11),
    "mixolydian": (0, 2, 4, 5, 7, 9, 10),
    "dorian": (0, 2, 3, 5, 7, 9, 10),
    "aeolian": (0, 2, 3, 5, 7, 8, 10),
    "harmonic minor": (0, 2, 3, 5, 7, 8, 11),
    "phrygian": (0, 1, 3, 5, 7, 8, 10),
    "locrian": (0, 1, 3, 5, 6, 8, 10),
    "hungarian": (0, 2, 3, 6, 7, 8, 11),
    "octatonic": (0, 1, 3, 4, 6, 7, 9, 10),
    "whole tone": (0, 2, 4, 6, 8, 10),
}
"""Semitones above the tonic, rising, within one octave."""

_LETTERS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_NUMERALS = {"I": 0, "II": 2, "III": 4, "IV": 5, "V": 7, "VI": 9, "VII": 11}
_ROMAN = re.compile(r"^(?P<shift>[b#]?)(?P<numeral>[IV]+|[iv]+)(?P<quality>.*)$")

# What follows the numeral: intervals over the root of an upper-case (major) and of a lower-case (minor) chord.
_QUALITIES: Mapping[str, tuple[tuple[int, ...], tuple[int, ...]]] = {
    "": ((0, 4, 7), (0, 3, 7)),
    "5": ((0, 7), (0, 7)),
    "6": ((0, 4, 7, 9), (0, 3, 7, 9)),
    "7": ((0, 4, 7, 10), (0, 3, 7, 10)),
    "maj7": ((0, 4, 7, 11), (0, 3, 7, 11)),
    "add9": ((0, 2, 4, 7), (0, 2, 3, 7)),
    "sus2": ((0, 2, 7), (0, 2, 7)),
    "sus4": ((0, 5, 7), (0, 5, 7)),
    "+": ((0, 4, 8), (0, 4, 8)),
    "o": ((0, 3, 6), (0, 3, 6)),
    "o7": ((0, 3, 6, 9), (0, 3, 6, 9)),
    "%7": ((0, 3, 6, 10), (0, 3, 6, 10)),
    "b5": ((0, 4, 6), (0, 3, 6)),
}


def pitch_class(name: str) -> int:
    """0..11 for a note's name such as `C`, `F#` or `Bb`. Raises ValueError."""
    if not re.fullmatch(r"[A-G][b#]?", name):
        raise ValueError(f"{name!r} is not a note; a letter A to G with an optional b or # is")
    return (_LETTERS[name[0]] + {"": 0, "#": 1, "b": -1}[name[1:]]) % 12


def frequency(pitch: float) -> float:
    """Hertz of a MIDI pitch, equal temperament, A4 (69) = 440 Hz."""
    return float(440.0 * 2.0 ** ((pitch - 69.0) / 12.0))


def scale_pitch(mode: str, tonic: int, degree: int) -> int:
    """MIDI pitch of a scale degree: 1 is `tonic` itself, 0 the note below; degrees go on through the octaves."""
    steps = MODES[mode]
    octave, index = divmod(degree - 1, len(steps))
    return tonic + 12 * octave + steps[index]


@dataclass(frozen=True, slots=True)
class Chord:
    """A chord relative to a tonic: semitones of its root above it (0..11), and its intervals over the root."""

    root: int
    intervals: tuple[int, ...]

    @classmethod
    def parse(cls, text: str) -> Chord:
        """A chord from a roman numeral counted in the major scale: `I`, `bVII`, `iv`, `V7`. Raises ValueError."""
        match = _ROMAN.match(text)
        if match is None or match["numeral"].upper() not in _NUMERALS or match["quality"] not in _QUALITIES:
            raise ValueError(f"{text!r} is not a chord; a roman numeral such as I, bVI, iv, V7 or viio is")
        root = _NUMERALS[match["numeral"].upper()] + {"": 0, "b": -1, "#": 1}[match["shift"]]
        return cls(root % 12, _QUALITIES[match["quality"]][match["numeral"].islower()])

    def classes(self, tonic: int) -> frozenset[int]:
        """Its pitch classes (0..11) over a tonic (any MIDI pitch)."""
        return frozenset((tonic + self.root + interval) % 12 for interval in self.intervals)

    def essential(self, tonic: int) -> frozenset[int]:
        """Its pitch classes without the perfect fifth, which a chord of four notes can spare."""
        spare = (7,) if len(self.intervals) > 3 else ()
        return frozenset((tonic + self.root + i) % 12 for i in self.intervals if i not in spare)


def chord_scale(mode: str, tonic: int, chord: Chord) -> frozenset[int]:
    """Pitch classes that sound right over a chord: the mode, less notes a semitone off a foreign chord note."""
    scale = {(tonic + step) % 12 for step in MODES[mode]}
    chord_notes = chord.classes(tonic)
    foreign = chord_notes - scale
    clashing = {(note + side) % 12 for note in foreign for side in (-1, 1)} - chord_notes
    return frozenset((scale - clashing) | chord_notes)


def snap(pitch: int, classes: Collection[int], direction: int = 0) -> int:
    """The nearest pitch whose class is in `classes`; of two as near the upper if `direction` > 0, else the lower."""
    for distance in range(12):
        sides = (distance, -distance) if direction > 0 else (-distance, distance)
        for side in sides:
            if (pitch + side) % 12 in classes:
                return pitch + side
    raise ValueError("no pitch classes to snap to")


def fold(pitch: int, low: int, high: int) -> int:
    """The pitch moved by octaves into low..high (at least an octave wide)."""
    while pitch < low:
        pitch += 12
    while pitch > high:
        pitch -= 12
    return pitch


def lead_voices(chords: Sequence[Chord], tonic: int, low: int, high: int, voices: int = 3) -> list[tuple[int, ...]]:
    """A rising voicing for each chord within low..high, each voice moving as little as it can.

    Parallel fifths and octaves, clusters low down and a drift from the middle cost extra. The range must span
    at least an octave and a half, so that every chord has a voicing.
    """
    result: list[tuple[int, ...]] = []
    centre = (low + high) / 2
    for chord in chords:
        classes, essential = chord.classes(tonic), chord.essential(tonic)
        pitches = [p for p in range(low, high + 1) if p % 12 in classes]
        candidates = [
            voicing
            for voicing in combinations(pitches, voices)
            if essential <= {p % 12 for p in voicing} or voices < len(essential)
        ]
        before = result[-1] if result else None

        def cost(voicing: tuple[int, ...], before: tuple[int, ...] | None = before) -> float:
            drift = abs(sum(voicing) / len(voicing) - centre)
            muddy = sum(4 for a, b in pairwise(voicing) if b - a < 3 and a < 52)
            if before is None:
                return drift + muddy + 0.2 * (voicing[-1] - voicing[0])
            movement = sum(abs(a - b) for a, b in zip(before, voicing, strict=True))
            return movement + 0.25 * drift + muddy + 5.0 * parallels(before, voicing)

        result.append(min(candidates, key=cost))
    return result


def parallels(before: Sequence[int], after: Sequence[int]) -> int:
    """How many pairs of voices move in parallel perfect fifths or octaves."""
    return sum(
        1
        for i, j in combinations(range(len(before)), 2)
        if before[i] != after[i]
        and (before[j] - before[i]) % 12 in (0, 7)
        and (after[j] - after[i]) == (before[j] - before[i])
    )
