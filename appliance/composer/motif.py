"""Motifs: one bar of melody in scale degrees, and the classical ways of developing it. Every bar keeps its length.

The devices are those of Schoenberg, "Fundamentals of Musical Composition" (1967), chapters III and IX.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

LENGTHS = {"s": 0.25, "t": 1 / 3, "e": 0.5, "q": 1.0, "h": 2.0, "w": 4.0}
"""Beats (quarter notes) of sixteenth, triplet, eighth, quarter, half and whole."""

_TONE = re.compile(r"^(?:(?P<rest>r)|(?P<alter>[b#]?)(?P<degree>-?\d+))(?P<length>[steqhw])(?P<dot>\.?)$")


@dataclass(frozen=True, slots=True)
class Tone:
    """One note of a motif. `degree` 1 is the tonic, None a rest; `alter` in semitones; `beats` is its length."""

    degree: int | None
    beats: float
    alter: int = 0

    def moved(self, steps: int) -> Tone:
        """The tone so many scale steps higher."""
        return self if self.degree is None else replace(self, degree=self.degree + steps)


Bar = tuple[Tone, ...]


def parse(text: str) -> tuple[Bar, ...]:
    """Bars from text such as `1q 3e 4e 5h | b6q rq 5h`. Raises ValueError naming the first bad token."""
    return tuple(tuple(_tone(token) for token in bar.split()) for bar in text.split("|"))


def _tone(token: str) -> Tone:
    match = _TONE.match(token)
    if match is None:
        raise ValueError(f"{token!r} is not a tone; a degree and a length such as 5q, b2e. or rh is")
    beats = LENGTHS[match["length"]] * (1.5 if match["dot"] else 1.0)
    if match["rest"]:
        return Tone(None, beats)
    return Tone(int(match["degree"]), beats, {"": 0, "b": -1, "#": 1}[match["alter"]])


def beats(bar: Bar) -> float:
    """The length of a bar in quarter notes."""
    return sum(tone.beats for tone in bar)


def transpose(bar: Bar, steps: int) -> Bar:
    """Sequence: the same shape, so many scale steps higher."""
    return tuple(tone.moved(steps) for tone in bar)


def invert(bar: Bar) -> Bar:
    """Mirror the shape about its first note."""
    axis = next((tone.degree for tone in bar if tone.degree is not None), 1)
    return tuple(tone if tone.degree is None else Tone(2 * axis - tone.degree, tone.beats, -tone.alter) for tone in bar)


def retrograde(bar: Bar) -> Bar:
    """Play it backwards."""
    return tuple(reversed(bar))


def head(bar: Bar, length: float) -> Bar:
    """Its first `length` beats, the last note cut short if it reaches beyond."""
    result: list[Tone] = []
    left = length
    for tone in bar:
        if left <= 1e-9:
            break
        result.append(replace(tone, beats=min(tone.beats, left)))
        left -= tone.beats
    return tuple(result)


def fragment(bar: Bar, steps: int) -> Bar:
    """Liquidation: its first half, and again so many steps higher (in bars of odd length the rest is held)."""
    length = beats(bar)
    half = float(int(length / 2)) if length >= 2 else length / 2
    first = head(bar, half)
    rest = length - 2 * half
    held = (Tone(first[-1].degree, rest, first[-1].alter),) if rest > 1e-9 else ()
    return first + transpose(first, steps) + held


def simplify(bar: Bar) -> Bar:
    """Only the notes that begin on a beat, each held until the next: the bare line."""
    result: list[Tone] = []
    position = 0.0
    for tone in bar:
        on_beat = abs(position - round(position)) < 1e-6
        if result and not on_beat:
            result[-1] = replace(result[-1], beats=result[-1].beats + tone.beats)
        else:
            result.append(tone)
        position += tone.beats
    return tuple(result)


def ornament(bar: Bar) -> Bar:
    """Diminution: the first two notes of a beat or more are turned about their upper neighbour, if they last."""
    result: list[Tone] = []
    turned = 0
    for tone in bar:
        if tone.degree is None or tone.beats < 1.0 or turned == 2:
            result.append(tone)
            continue
        turned += 1
        result += [replace(tone, beats=tone.beats - 0.5), Tone(tone.degree + 1, 0.25), Tone(tone.degree, 0.25)]
    return tuple(result)


def land(bar: Bar, degree: int) -> Bar:
    """A cadence: the first half of the bar, then one long note on `degree`."""
    length = beats(bar)
    start = float(int(length / 2)) if length > 2 else length / 2
    return (*head(bar, start), Tone(degree, length - start))
