"""Chords, bass and pad: figures that turn a progression into notes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from itertools import pairwise

from appliance.composer.form import Layer, Phrase, Role
from appliance.composer.moods import Style
from appliance.composer.score import Note
from appliance.composer.theory import Chord, chord_scale, fold, lead_voices, snap

Voicing = tuple[int, ...]
Span = tuple[float, float]
"""Start and length in beats of a chord within its bar."""


def spans(count: int, metre: int) -> list[Span]:
    """How `count` chords share a bar: whole beats, the earlier ones longer."""
    cuts = [round(metre * i / count + 0.01) for i in range(count + 1)]
    return [(float(a), float(b - a)) for a, b in pairwise(cuts)]


def _held(voicing: Voicing, beats: float) -> list[Note]:
    return [Note(0.0, beats, pitch, 0.75) for pitch in voicing]


def _hits(times: Sequence[tuple[float, float, float]], voicing: Voicing, beats: float) -> list[Note]:
    """Whole chords at (start, length, velocity), strummed a little: the lower strings first."""
    return [
        Note(start + 0.025 * i, length, pitch, velocity)
        for start, length, velocity in times
        if start < beats
        for i, pitch in enumerate(voicing)
    ]


def _strum(voicing: Voicing, beats: float) -> list[Note]:
    pattern = [(0.0, 0.9, 0.8), (1.0, 0.4, 0.55), (1.5, 0.4, 0.7), (2.5, 0.4, 0.7), (3.0, 0.6, 0.65), (3.5, 0.4, 0.55)]
    return _hits(pattern, voicing, beats)


def _offbeat(voicing: Voicing, beats: float) -> list[Note]:
    return _hits([(i + 0.5, 0.35, 0.7 if i % 2 else 0.6) for i in range(int(beats))], voicing, beats)


def _waltz(voicing: Voicing, beats: float) -> list[Note]:
    return _hits([(float(i), 0.6, 0.6) for i in range(1, int(beats))], voicing[-3:], beats)


def _arpeggio(voicing: Voicing, beats: float) -> list[Note]:
    order = [*voicing, *voicing[-2:0:-1]]
    return [Note(i / 2, 1.0, order[i % len(order)], 0.7 if i % 4 == 0 else 0.55) for i in range(int(beats * 2))]


def _broken(voicing: Voicing, beats: float) -> list[Note]:
    order = (0, 1, 2, 1, -1, 2, 1, 2)
    return [
        Note(i / 2, min(2.0, beats - i / 2), voicing[order[i % 8]], 0.85 if i == 0 else 0.7)
        for i in range(int(beats * 2))
    ]


def _pulse(voicing: Voicing, beats: float) -> list[Note]:
    return _hits([(i / 2, 0.4, 0.75 if i % 2 == 0 else 0.5) for i in range(int(beats * 2))], voicing, beats)


def _chops(voicing: Voicing, beats: float) -> list[Note]:
    times = [(0.0, 0.4, 1.0), (0.75, 0.3, 0.8), (1.5, 0.4, 0.9), (2.5, 0.3, 0.8), (3.0, 0.4, 1.0), (3.5, 0.4, 0.85)]
    return _hits(times, voicing, beats)


def _stabs(voicing: Voicing, beats: float) -> list[Note]:
    return _hits([(0.0, 0.25, 0.8), (1.5, 0.25, 0.6), (2.75, 0.25, 0.7)], voicing, beats)


def _swells(voicing: Voicing, beats: float) -> list[Note]:
    return [Note(0.5 * i, beats - 0.5 * i, pitch, 0.7) for i, pitch in enumerate(voicing) if beats > 0.5 * i]


def _lurch(voicing: Voicing, beats: float) -> list[Note]:
    return _hits([(0.66, 0.5, 0.75), (1.66, 0.4, 0.5), (2.66, 0.7, 0.7), (3.5, 0.3, 0.45)], voicing, beats)


def _runs(voicing: Voicing, beats: float) -> list[Note]:
    rising = [*voicing, *(pitch + 12 for pitch in voicing)]
    return [Note(i / 4, 0.5, pitch, 0.5 + 0.06 * i) for i, pitch in enumerate(rising) if i / 4 < beats]


FIGURES: Mapping[str, Callable[[Voicing, float], list[Note]]] = {
    "held": _held, "strum": _strum, "offbeat": _offbeat, "waltz": _waltz, "arpeggio": _arpeggio, "broken": _broken,
    "pulse": _pulse, "chops": _chops, "stabs": _stabs, "swells": _swells, "lurch": _lurch, "runs": _runs,
}  # fmt: skip
"""Ways to play a chord: from a voicing and a length in beats to notes that begin at 0."""

# Bass patterns: (start, length, note, velocity): "r" root, "3" third, "f" fifth, "o" octave, "n" a step to the next.
_BASS: Mapping[str, tuple[tuple[float, float, str, float], ...]] = {
    "held": ((0, 9, "r", 0.7),),
    "roots": ((0, 0.9, "r", 0.85), (1.5, 0.4, "r", 0.6), (2, 0.9, "f", 0.75), (3.5, 0.4, "n", 0.6)),
    "walking": ((0, 0.8, "r", 0.85), (1, 0.8, "3", 0.7), (2, 0.8, "f", 0.75), (3, 0.8, "n", 0.7)),
    "waltz": ((0, 0.9, "r", 0.85), (2.5, 0.4, "n", 0.5)),
    "gallop": tuple((i + at, 0.22, "r", v) for i in range(8) for at, v in ((0, 1.0), (0.5, 0.7), (0.75, 0.75))),
    "pulse": tuple((i / 2, 0.4, "r" if i % 8 != 7 else "n", 0.95 if i % 2 == 0 else 0.75) for i in range(16)),
    "lurch": ((0, 0.6, "r", 0.85), (1.33, 0.4, "r", 0.5), (2, 0.6, "f", 0.75), (3.33, 0.5, "n", 0.6)),
    "leaping": ((0, 0.3, "r", 0.9), (1, 0.3, "o", 0.7), (2, 0.3, "f", 0.8), (3, 0.3, "o", 0.65)),
}


def _bass_bar(
    pattern: str, root: int, chord: Chord, following: int, scale: Collection[int], beats: float
) -> list[Note]:
    third = root + chord.intervals[1]
    fifth = root + next((i for i in chord.intervals if i in (6, 7, 8)), chord.intervals[-1])
    side = 1 if following < root else -1
    step = fifth if following == root else snap(following + 2 * side, scale, side)
    names = {"r": root, "3": third, "f": fifth, "o": root + 12, "n": step}
    return [
        Note(start, min(length, beats - start), names[name], velocity)
        for start, length, name, velocity in _BASS[pattern]
        if start < beats
    ]


def write(
    phrases: Sequence[Phrase], metre: int, key: int, mode: str, style: Style, figure: str, walk: str
) -> tuple[list[Note], list[Note], list[Note]]:
    """The notes of chords, bass and pad. Each last bar of the coda is one held chord."""
    flat = [
        (phrase, (phrase.start + index) * metre + start, beats, chord, index == phrase.bars - 1)
        for phrase in phrases
        for index, bar in enumerate(phrase.chords)
        for chord, (start, beats) in zip(bar, spans(len(bar), metre), strict=True)
    ]
    chords = [chord for _, _, _, chord, _ in flat]
    voicings = lead_voices(chords, key, *style.harmony, voices=3)
    roots = [fold(key + chord.root, style.bass, style.bass + 11) for chord in chords]
    comp: list[Note] = []
    bass: list[Note] = []
    pad: list[Note] = []
    for i, (phrase, at, beats, chord, last) in enumerate(flat):
        ending = phrase.role is Role.CODA and last
        following = roots[min(i + 1, len(roots) - 1)]
        if Layer.COMP in phrase.layers:
            comp += _placed(FIGURES["held" if ending else figure](voicings[i], beats), at, phrase.level)
        if Layer.BASS in phrase.layers:
            pattern = "held" if ending else walk
            bass += _placed(
                _bass_bar(pattern, roots[i], chord, following, chord_scale(mode, key, chord), beats), at, phrase.level
            )
        if Layer.PAD in phrase.layers:
            pad += _placed(_held(voicings[i], beats), at, phrase.level)
    return comp, bass, pad


def double(melody: Sequence[Note], phrases: Sequence[Phrase], metre: int, key: int) -> list[Note]:
    """A second voice a third to a sixth under the melody, on notes of the chord, in phrases that ask for it."""
    result: list[Note] = []
    for phrase in phrases:
        if Layer.DOUBLE not in phrase.layers:
            continue
        first, end = phrase.start * metre, (phrase.start + phrase.bars) * metre
        for note in melody:
            if first <= note.start < end and note.beats >= 0.5:
                bar, within = divmod(note.start - first, metre)
                chords = phrase.chords[int(bar)]
                chord = chords[min(int(within * len(chords) / metre), len(chords) - 1)]
                below = snap(note.pitch - 4, chord.classes(key), -1)
                below = below if below < note.pitch else below - 12
                result.append(note._replace(pitch=below, velocity=note.velocity * 0.8))
    return result


def _placed(notes: list[Note], at: float, level: float) -> list[Note]:
    return [note._replace(start=note.start + at, velocity=note.velocity * level) for note in notes]
