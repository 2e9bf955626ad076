"""The melody: the sketch's theme developed phrase by phrase and led over the chords."""

from __future__ import annotations

import random

from appliance.composer import motif
from appliance.composer.form import BarChords, Phrase, Role
from appliance.composer.moods import Style
from appliance.composer.motif import Bar
from appliance.composer.score import Note
from appliance.composer.sketches import Sketch
from appliance.composer.theory import chord_scale, fold, scale_pitch, snap


def tonic_for(key: int, low: int, high: int) -> int:
    """The tonic that a theme of an octave above it, and a little below, best fits low..high with."""
    middle = (low + high) / 2 - 4
    return min(range(key, 128, 12), key=lambda pitch: abs(pitch - middle))


def develop(role: Role, theme: tuple[Bar, ...], again: bool, rng: random.Random) -> tuple[Bar, ...]:
    """The bars of a phrase, made from the theme: statement, sequence, mirror, fragment, bare line or ornament.

    What comes `again` is not quite the same.
    """
    first, second = theme
    step = rng.choice((1, 2, -1))
    if again:
        second = motif.ornament(second) if role is Role.ANSWER else motif.transpose(second, step)
    match role:
        case Role.INTRO:
            return ()
        case Role.ASK:
            return first, second, motif.transpose(first, step), motif.land(second, 5)
        case Role.ANSWER:
            return first, second, motif.transpose(second, step), motif.land(motif.transpose(first, 1), 1)
        case Role.BRIDGE:
            mirrored = motif.transpose(motif.invert(first), 4)
            return mirrored, motif.transpose(mirrored, -1), motif.fragment(second, 1), motif.land(second, 2)
        case Role.CALM:
            bare = motif.simplify(first)
            return bare, motif.simplify(second), motif.retrograde(bare), motif.land(bare, 5)
        case Role.FINAL:
            turned = motif.ornament(motif.transpose(second, step))
            return motif.ornament(first), second, turned, motif.land(motif.transpose(first, 2), 1)
        case Role.CODA:
            return motif.land(motif.simplify(first), 2), (motif.Tone(1, motif.beats(first)),)


def write(
    sketch: Sketch, style: Style, key: int, phrases: list[Phrase], rng: random.Random
) -> tuple[list[Note], list[Note]]:
    """The notes of the lead and of the second player, at phrase loudness (accents are for the performance)."""
    theme = motif.parse(sketch.theme)
    line = MelodyLine(sketch, style, tonic_for(key, *style.melody), rng)
    parts: tuple[list[Note], list[Note]] = ([], [])
    heard: set[Role] = set()
    for phrase in phrases:
        notes = line.phrase(phrase, develop(phrase.role, theme, phrase.role in heard, rng))
        heard.add(phrase.role)
        parts[1 if phrase.role in (Role.BRIDGE, Role.CALM) else 0].extend(notes)
    return parts


class MelodyLine:
    """Turns degrees into pitches one after the other, remembering the last so that the melody stays singable."""

    def __init__(self, sketch: Sketch, style: Style, tonic: int, rng: random.Random) -> None:
        self._mode, self._metre = sketch.mode, sketch.metre
        self._style, self._tonic, self._rng = style, tonic, rng
        self._last: int | None = None
        self._last_degree: int | None = None

    def phrase(self, phrase: Phrase, bars: tuple[Bar, ...]) -> list[Note]:
        """The notes of one phrase, in beats from the beginning of the piece."""
        notes: list[Note] = []
        for index, (bar, chords) in enumerate(zip(bars, phrase.chords, strict=False)):
            position = 0.0
            for tone in bar:
                if tone.degree is not None:
                    pitch = self._pitch(tone, position, chords)
                    start = (phrase.start + index) * self._metre + position
                    notes.append(Note(start, tone.beats, pitch, phrase.level))
                position += tone.beats
        return notes

    def _pitch(self, tone: motif.Tone, position: float, chords: BarChords) -> int:
        assert tone.degree is not None
        style, rng = self._style, self._rng
        chord = chords[min(int(position * len(chords) / self._metre), len(chords) - 1)]
        wanted = fold(scale_pitch(self._mode, self._tonic, tone.degree) + tone.alter, *style.melody)
        motion = 0 if self._last_degree is None else tone.degree - self._last_degree
        lands = tone.beats >= 2
        # A step onto the middle of the bar may pass; what begins a bar, leaps or stays belongs to the chord.
        strong = position == 0 or lands or (position % 2 == 0 and abs(motion) != 1)
        led = strong and (lands or rng.random() >= style.dissonance)
        fitting = chord.classes(self._tonic) if led else chord_scale(self._mode, self._tonic, chord)
        if tone.alter == 0:
            wanted = fold(snap(wanted, fitting, motion), *style.melody)
        if self._last is not None:
            wanted = self._near(wanted)
            if wanted == self._last and motion and tone.alter == 0 and not lands:
                wanted = snap(wanted + (1 if motion > 0 else -1), fitting, motion)
        self._last, self._last_degree = wanted, tone.degree
        if rng.random() < style.leaps:
            return fold(wanted + rng.choice((12, -12, 12)), style.melody[0] - 7, style.melody[1] + 7)
        return wanted

    def _near(self, pitch: int) -> int:
        """The pitch in the octave that keeps the leap singable, if the register allows it."""
        assert self._last is not None
        low, high = self._style.melody
        for other in (pitch, pitch - 12, pitch + 12):
            if abs(other - self._last) <= self._style.max_leap and low <= other <= high:
                return other
        return pitch
