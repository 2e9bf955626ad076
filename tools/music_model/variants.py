"""Pieces that Moodbox's composer makes for a given valence and arousal: music with a known feeling that is our own.

The means of expression follow the literature named in `appliance/composer/moods.py`. Who plays is drawn almost freely,
so that the feeling is learnt from how the music is made and not from a few instruments.
"""

from __future__ import annotations

import math
import random
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from appliance.composer import arrange, mix, render
from appliance.composer.moods import Band, Style
from appliance.composer.score import Score
from appliance.composer.sketches import SKETCHES, Sketch
from appliance.composer.synth import RATE
from appliance.domain.emotions import Emotion

PLEASANT: Mapping[Emotion, float] = {
    Emotion.HAPPY: 0.9, Emotion.NEUTRAL: 0.4, Emotion.SURPRISE: 0.4, Emotion.SAD: -0.5, Emotion.ANGRY: -0.6,
    Emotion.DISGUST: -0.8, Emotion.FEAR: -0.8,
}  # fmt: skip
"""The valence that the modes and chords of an emotion's sketches suggest: major, modal, chromatic, minor, dissonant."""

HOUSE_FEELINGS: Mapping[Emotion, tuple[float, float]] = {
    Emotion.ANGRY: (-0.6, 1.0), Emotion.DISGUST: (-0.7, -0.3), Emotion.FEAR: (-0.8, -0.2), Emotion.HAPPY: (1.0, 0.6),
    Emotion.NEUTRAL: (0.4, -0.5), Emotion.SAD: (-0.8, -0.9), Emotion.SURPRISE: (0.4, 0.9),
}  # fmt: skip
"""Valence and arousal that the house pieces of each emotion were written to have, in the order of `EMOTIONS`."""

PLAYERS: Mapping[str, float] = {
    "felt": -0.6, "cello": -0.5, "harp": -0.5, "nylon": -0.3, "glass": -0.3, "celesta": -0.2, "clarinet": -0.2,
    "vibraphone": -0.2, "epiano": -0.2, "bassoon": -0.1, "flute": 0.0, "pizzicato": 0.1, "marimba": 0.2, "ukulele": 0.3,
    "glockenspiel": 0.3, "xylophone": 0.5, "growl": 0.7, "brass": 0.8, "buzz": 1.0,
}  # fmt: skip
FIGURES: Mapping[str, float] = {
    "held": -0.8, "swells": -0.8, "broken": -0.4, "arpeggio": -0.1, "lurch": 0.0, "offbeat": 0.3, "strum": 0.3,
    "stabs": 0.3, "runs": 0.3, "pulse": 0.5, "chops": 0.8,
}  # fmt: skip
WALKS: Mapping[str, float] = {
    "held": -0.7, "roots": 0.0, "lurch": 0.0, "walking": 0.2, "leaping": 0.4, "pulse": 0.7, "gallop": 0.9,
}  # fmt: skip
GROOVES: Mapping[str, float] = {
    "heartbeat": -0.5, "rumble": -0.5, "brushes": -0.3, "drip": -0.3, "skip": 0.2, "stroll": 0.2, "jolt": 0.3,
    "stamp": 0.9, "pound": 1.0,
}  # fmt: skip
"""How excited each of them sounds, -1..1; those above are drawn the more often the nearer they are to the arousal."""
BEDS = ("strings", "pad", "reeds", "tremolo")
SECONDS = 24.0
"""How long a variant plays before its last chord dies away."""
BASSES = ("upright", "cello", "growl", "bassoon", "pizzicato", "drone")


@dataclass(frozen=True, slots=True)
class Variant:
    """One piece on paper, and the feeling that it is meant to have, each -1..1."""

    number: int
    valence: float
    arousal: float
    sketch: Sketch
    band: Band
    style: Style
    loudness: float
    """LUFS."""
    tilt: float
    """Decibels an octave by which the recording is brighter or darker than the mix."""


def variant(number: int) -> Variant:
    """The variant of this number, always the same."""
    rng = random.Random(f"variant {number}")
    valence, arousal = rng.uniform(-1, 1), rng.uniform(-1, 1)
    return Variant(
        number,
        valence,
        arousal,
        _sketch(rng, valence, arousal),
        _band(rng, arousal),
        _style(rng, valence, arousal),
        loudness=_held(-16 + 5 * arousal + rng.gauss(0, 3), -28, -8),
        tilt=_held(0.5 * arousal + rng.gauss(0, 1.2), -3, 3),
    )


def sounding(piece: Variant) -> mix.Stereo:
    """(n, 2) samples at `RATE`, -1..1."""
    whole = arrange.arrange(piece.sketch, piece.band, piece.style, f"variant {piece.number}")
    score = _excerpt(whole)
    samples = render.render(score, piece.style, f"variant {piece.number}")
    hertz = np.maximum(np.fft.rfftfreq(len(samples), 1 / RATE), 60)
    gain = 10 ** (piece.tilt * np.log2(hertz / 1000) / 20)
    for channel in (0, 1):
        samples[:, channel] = np.fft.irfft(np.fft.rfft(samples[:, channel]) * gain, len(samples))
    samples *= np.float32(10 ** ((piece.loudness - mix.loudness(samples)) / 20))
    return np.clip(samples, -1, 1, out=samples)


def _excerpt(score: Score) -> Score:
    """About 24 s of it, from the second phrase on, when everybody plays."""
    first = score.phrase_ends[0]
    bars = min(score.bars - first, max(2, round(SECONDS * score.bpm / 60 / score.metre)))
    begin, end = first * score.metre, (first + bars) * score.metre
    parts = [
        replace(part, notes=tuple(n._replace(start=n.start - begin) for n in part.notes if begin <= n.start < end))
        for part in score.parts
    ]
    ends = tuple(each - first for each in score.phrase_ends if first < each <= first + bars)
    return replace(score, bars=bars, parts=tuple(part for part in parts if part.notes), phrase_ends=ends)


def _sketch(rng: random.Random, valence: float, arousal: float) -> Sketch:
    """A hand-written sketch whose harmony suits the valence, at a tempo that suits the arousal, in another key."""
    wanted = valence + rng.gauss(0, 0.2)
    chances = {each: math.exp(-(((PLEASANT[each] - wanted) / 0.3) ** 2)) + 1e-9 for each in SKETCHES}
    emotion = rng.choices(list(chances), list(chances.values()))[0]
    sketch = rng.choice(SKETCHES[emotion])
    tempo = 60 * 2 ** (0.65 * (arousal + 1) + 0.1 * valence + rng.gauss(0, 0.2))
    return replace(sketch, bpm=_held(tempo, 54, 184), key=rng.choice(("C", "D", "E", "F", "G", "A", "Bb", "Eb")))


def _band(rng: random.Random, arousal: float) -> Band:
    def drawn(table: Mapping[str, float]) -> str:
        return rng.choices(list(table), [math.exp(-1.2 * (energy - arousal) ** 2) for energy in table.values()])[0]

    drums = rng.random() < 1 / (1 + math.exp(-2.5 * arousal))
    return Band(
        lead=drawn(PLAYERS),
        second=drawn(PLAYERS),
        comp=drawn(PLAYERS),
        figure=drawn(FIGURES),
        bass=rng.choice(BASSES),
        walk=drawn(WALKS),
        pad=rng.choice(BEDS) if rng.random() < 0.5 else None,
        groove=drawn(GROOVES) if drums else None,
    )


def _style(rng: random.Random, valence: float, arousal: float) -> Style:
    excited, pleasant = (arousal + 1) / 2, (valence + 1) / 2

    def near(low: float, high: float, share: float, spread: float = 0.15) -> float:
        """Between two ends at a share of the way, give or take."""
        return low + (high - low) * _held(share + rng.gauss(0, spread), 0, 1)

    centre = round(near(58, 78, 0.6 * pleasant + 0.3 * excited + 0.05))
    unpleasant = max(0.0, -valence)
    return Style(
        melody=(centre - 9, centre + 10),
        harmony=(max(43, centre - 17), max(43, centre - 17) + 21),
        bass=rng.choice((28, 31, 33, 36, 38)),
        articulation=near(1.06, 0.5, excited),
        level=near(0.35, 0.95, excited),
        swell=near(0.45, 0.1, excited),
        accent=near(0.06, 0.38, excited),
        jitter=near(0.003, 0.02, 1 - pleasant, 0.3),
        breath=near(0.16, 0.0, excited),
        brightness=near(0.28, 0.92, 0.8 * excited + 0.2 * pleasant),
        reverb=near(3.0, 0.7, excited, 0.25),
        wet=near(0.32, 0.1, excited, 0.25),
        swing=rng.choice((0.0, 0.0, 0.06)),
        max_leap=rng.choice((7, 9, 11)),
        leaps=rng.choice((0.0, 0.0, 0.05, 0.15)),
        sudden=rng.choice((0.0, 0.0, 0.0, 0.15)),
        dissonance=near(0.0, 0.5, unpleasant),
        tremble=near(0.0, 0.6, unpleasant * excited),
        warp=near(0.0, 28.0, unpleasant * (1 - excited), 0.1),
    )


def _held(value: float, low: float, high: float) -> float:
    return min(max(value, low), high)
