"""Percussion patterns: one character for each sixteenth, `X` loud, `x` ordinary, `o` soft, `.` silent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from appliance.composer.form import Layer, Phrase, Role
from appliance.composer.score import Note

_VELOCITIES = {"X": 1.0, "x": 0.75, "o": 0.45}

GROOVES: Mapping[str, Mapping[str, str]] = {
    "skip": {
        "kick": "x.....o.x.......",
        "clap": "....x.......x...",
        "shaker": "x.oox.oox.oox.oo",
    },
    "stroll": {
        "kick": "x.......x..o....",
        "tambourine": "....x.......x.o.",
        "shaker": "o.x.o.x.o.x.o.x.",
    },
    "waltz": {"kick": "x...........", "tambourine": "....o...x...", "shaker": "x...o.o.o.o."},
    "waltz brushes": {"brush": "....x...o...", "shaker": "o...o...o..."},
    "brushes": {"kick": "x.......o.......", "brush": "....x.......x..o", "shaker": "o.o.o.o.o.o.o.o."},
    "heartbeat": {"thud": "x..o............", "wood": "..............o."},
    "rumble": {"thud": "o...........o...", "shaker": "..........ooox.."},
    "pound": {
        "kick": "X..x..x.X..x..x.",
        "snare": "....X.......X..o",
        "hat": "x.x.x.x.x.x.x.x.",
    },
    "stamp": {
        "kick": "X.X...x.X.X.....",
        "snare": "....X.......X...",
        "tom": "......x.......xX",
        "hat": "x...x...x...x...",
    },
    "drip": {"wood": "......o......x..", "brush": "x.......o.......", "thud": "o..............."},
    "limp": {"thud": "x...........", "brush": ".....o..x...", "wood": "..........o."},
    "jolt": {"kick": "x.......o.......", "wood": "..x.....x.x.....", "snare": "............o.xo"},
}


def write(groove: str | None, phrases: Sequence[Phrase], metre: int) -> dict[str, list[Note]]:
    """The notes of each drum; the bar before a new phrase gets a short fill, the last bar of all a single stroke."""
    if groove is None:
        return {}
    steps = metre * 4
    drums: dict[str, list[Note]] = {drum: [] for drum in GROOVES[groove]}
    for phrase in phrases:
        if Layer.DRUMS not in phrase.layers:
            continue
        for bar in range(phrase.bars):
            at = (phrase.start + bar) * metre
            ending = phrase.role is Role.CODA and bar == phrase.bars - 1
            for drum, pattern in GROOVES[groove].items():
                line = (pattern * 2)[:steps]
                if ending:
                    line = line[:1]
                drums[drum] += [
                    Note(at + i / 4, 0.25, 60, _VELOCITIES[step] * phrase.level)
                    for i, step in enumerate(line)
                    if step != "."
                ]
            if bar == phrase.bars - 1 and not ending:
                busiest = max(GROOVES[groove], key=lambda drum: sum(c != "." for c in GROOVES[groove][drum]))
                fill = at + metre - 0.5
                drums[busiest] += [Note(fill + i / 8, 0.125, 60, (0.3 + 0.1 * i) * phrase.level) for i in (1, 3)]
    return drums
