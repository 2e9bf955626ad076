"""Musical form: how many phrases a piece has, in which order, over which chords, how loud, and who plays in each."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from appliance.composer.sketches import Sketch
from appliance.composer.theory import Chord

PHRASE_BARS = 4
TARGET_SECONDS = 58.0
"""How long a piece should last before its ending dies away."""
SLOW_BAR_SECONDS = 3.3
"""Longer bars make one bar of intro enough."""


class Role(StrEnum):
    """What a phrase is for."""

    INTRO = "intro"
    ASK = "ask"
    ANSWER = "answer"
    BRIDGE = "bridge"
    CALM = "calm"
    FINAL = "final"
    CODA = "coda"


class Layer(StrEnum):
    """Groups of players that enter and leave phrase by phrase."""

    LEAD = "lead"
    SECOND = "second"
    DOUBLE = "double"
    COMP = "comp"
    BASS = "bass"
    PAD = "pad"
    DRUMS = "drums"


BarChords = tuple[Chord, ...]
"""The chords of one bar, each an equal share of it."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """Some bars with one purpose. `start` counts bars from the beginning; `level` is loudness 0..1 before mood."""

    role: Role
    start: int
    chords: tuple[BarChords, ...]
    level: float
    layers: frozenset[Layer]

    @property
    def bars(self) -> int:
        """Its length in bars."""
        return len(self.chords)


# a: ask, A: answer, B: bridge, C: calm, F: final answer. By number of phrases.
_ORDERS = {4: "aABF", 5: "aABaF", 6: "aABCaF", 7: "aABaCBF", 8: "aABaACBF", 9: "aABaACBaF", 10: "aABACaBaAF"}
_ROLES = {"a": Role.ASK, "A": Role.ANSWER, "B": Role.BRIDGE, "C": Role.CALM, "F": Role.FINAL}
_LEVELS = {
    Role.INTRO: 0.9, Role.ASK: 0.85, Role.ANSWER: 0.95, Role.BRIDGE: 0.8, Role.CALM: 0.6, Role.FINAL: 1.0,
    Role.CODA: 0.8,
}  # fmt: skip


def harmony(text: str) -> tuple[BarChords, ...]:
    """Bars of chords from text such as `I vi ii,V I`."""
    return tuple(tuple(Chord.parse(name) for name in bar.split(",")) for bar in text.split())


def layers(role: Role, first: bool) -> frozenset[Layer]:
    """Who plays in a phrase; the first asking phrase is thinner, so that something is left to add."""
    rhythm = {Layer.COMP, Layer.BASS}
    match role:
        case Role.INTRO:
            return frozenset({Layer.PAD, *rhythm})
        case Role.ASK:
            return frozenset({Layer.LEAD, *rhythm} | (set() if first else {Layer.DRUMS, Layer.PAD}))
        case Role.ANSWER:
            return frozenset({Layer.LEAD, Layer.DRUMS, Layer.PAD, *rhythm})
        case Role.BRIDGE:
            return frozenset({Layer.SECOND, Layer.DRUMS, Layer.PAD, *rhythm})
        case Role.CALM:
            return frozenset({Layer.SECOND, Layer.COMP, Layer.PAD})
        case Role.FINAL | Role.CODA:
            return frozenset({Layer.LEAD, Layer.DOUBLE, Layer.DRUMS, Layer.PAD, *rhythm})


def plan(sketch: Sketch) -> list[Phrase]:
    """The whole piece as phrases: an intro of a bar or two, an order that suits the length, and a coda of two bars."""
    bar_seconds = sketch.metre * 60.0 / sketch.bpm
    intro = 1 if bar_seconds > SLOW_BAR_SECONDS else 2
    count = round((TARGET_SECONDS / bar_seconds - intro - 2) / PHRASE_BARS)
    order = _ORDERS[min(max(count, min(_ORDERS)), max(_ORDERS))]
    chords = {
        Role.ASK: harmony(sketch.verse),
        Role.ANSWER: harmony(sketch.answer),
        Role.BRIDGE: harmony(sketch.bridge),
        Role.CALM: harmony(sketch.verse),
        Role.FINAL: harmony(sketch.answer),
    }
    tonic_bar = (chords[Role.ANSWER][-1][-1],)
    result = [Phrase(Role.INTRO, 0, (tonic_bar,) * intro, _LEVELS[Role.INTRO], layers(Role.INTRO, first=True))]
    for index, letter in enumerate(order):
        role = _ROLES[letter]
        start = result[-1].start + result[-1].bars
        result.append(Phrase(role, start, chords[role], _LEVELS[role], layers(role, first=index == 0)))
    coda = (chords[Role.ANSWER][-2], tonic_bar)
    start = result[-1].start + result[-1].bars
    result.append(Phrase(Role.CODA, start, coda, _LEVELS[Role.CODA], layers(Role.CODA, first=False)))
    return result
