"""From a sketch to a full score: melody, second voice, chords, bass, pad and drums, shaped by the mood's style."""

from __future__ import annotations

import random

from appliance.composer import accompaniment, grooves, melody
from appliance.composer.form import PHRASE_BARS, Role, plan
from appliance.composer.moods import BANDS, STYLES, Band, Style
from appliance.composer.score import Note, Part, Score
from appliance.composer.sketches import SKETCHES, Sketch, sketched
from appliance.composer.theory import pitch_class
from appliance.domain.emotions import Emotion


def write(emotion: Emotion, number: int) -> Score:
    """The score of one piece; the same arguments always give the same score."""
    source = sketched(emotion)
    sketch = SKETCHES[source][number - 1]
    return arrange(sketch, BANDS[sketch.band], STYLES[source], f"{emotion.value} {number}")


def arrange(sketch: Sketch, band: Band, style: Style, seed: str) -> Score:
    """The score of a sketch as this band plays it in this style; the same arguments always give the same score."""
    key = pitch_class(sketch.key)
    rng = random.Random(f"{seed} {sketch.title}")
    phrases = plan(sketch)
    metre = sketch.metre
    lead, second = melody.write(sketch, style, key, phrases, rng)
    comp, bass, pad = accompaniment.write(phrases, metre, key, sketch.mode, style, band.figure, band.walk)
    below = accompaniment.double(lead, phrases, metre, key)
    drums = grooves.write(band.groove, phrases, metre)

    art = style.articulation
    parts = [
        Part(band.lead, tuple(lead), 0.08, 1.0, 1.0, art),
        Part(band.second, tuple(second), -0.15, _linear(-1), 1.1, art),
        Part(band.lead, tuple(below), 0.3, _linear(-6), 1.0, art),
        Part(band.comp, tuple(comp), -0.35, _linear(-8.5), 0.9, min(1.0, art + 0.2)),
        Part(band.bass, tuple(bass), 0.0, _linear(-3), 0.25, max(0.8, min(art + 0.2, 1.0))),
    ]
    if band.pad is not None:
        parts.append(Part(band.pad, tuple(pad), 0.0, _linear(-13), 1.4, 1.02))
    parts += [Part(drum, tuple(notes), *_DRUM_PLACES[drum], 0.4) for drum, notes in drums.items()]

    bars = phrases[-1].start + phrases[-1].bars
    moments = sudden_bars(style, bars, rng)
    shaped = tuple(_shaped(part, style, metre, moments) for part in parts if part.notes)
    ends = tuple(phrase.start + phrase.bars for phrase in phrases if phrase.role is not Role.INTRO)
    return Score(sketch.title, metre, sketch.bpm, bars, shaped, ends)


def _linear(decibels: float) -> float:
    return float(10 ** (decibels / 20))


# Pan and level beside the melody.
_DRUM_PLACES = {
    drum: (pan, _linear(decibels))
    for drum, pan, decibels in (
        ("kick", 0.0, -4.5), ("snare", 0.05, -7.0), ("thud", 0.0, -5.0), ("tom", 0.15, -6.0), ("clap", -0.1, -11.0),
        ("brush", 0.1, -12.0), ("hat", 0.35, -15.0), ("shaker", 0.4, -15.0), ("tambourine", -0.4, -14.0),
        ("wood", -0.5, -9.0),
    )
}  # fmt: skip


def sudden_bars(style: Style, bars: int, rng: random.Random) -> dict[int, str]:
    """Which bars are suddenly `loud`, `soft` or `broken` off: never the first two, the last four or two in a row."""
    result: dict[int, str] = {}
    for bar in range(2, bars - 4):
        if bar - 1 not in result and rng.random() < style.sudden:
            result[bar] = rng.choice(("loud", "soft", "broken"))
    return result


def _shaped(part: Part, style: Style, metre: int, moments: dict[int, str]) -> Part:
    """Dynamics: the mood's level, an arch over each phrase, accents on strong beats, and what happens suddenly."""
    notes: list[Note] = []
    for note in part.notes:
        bar, beat = divmod(note.start, metre)
        moment = moments.get(int(bar))
        if moment == "broken" and beat >= metre / 2:
            continue
        within = (bar % PHRASE_BARS + beat / metre) / PHRASE_BARS
        arch = 1.0 - style.swell * (2 * within - 1) ** 2
        strong = 1.0 if beat == 0 else 0.5 if beat == metre // 2 else 0.25 if beat % 1 == 0 else 0.0
        accent = 1.0 - style.accent * (1.0 - strong)
        factor = {"loud": 1.7, "soft": 0.35}.get(moment or "", 1.0)
        velocity = min(1.0, max(0.03, note.velocity * (0.35 + 0.65 * style.level) * arch * accent * factor))
        notes.append(note._replace(velocity=velocity))
    return Part(part.instrument, tuple(notes), part.pan, part.gain, part.send, part.articulation)
