"""How each emotion sounds: one row of parameters for each, from the literature on emotion in music.

Sources:
- Juslin & Laukka (2003), "Communication of emotions in vocal expression and music performance", Psychological Bulletin
  129(5): tempo, level and its variability, high-frequency energy, attack, articulation, timing.
- Gabrielsson & Lindström (2010), "The role of structure in the musical expression of emotions", in
  Handbook of Music and Emotion: mode, register, intervals, dissonance, rhythm.
- Scherer & Oshinsky (1977), "Cue utilization in emotion attribution from auditory stimuli", Motivation and Emotion
  1(4): disgust is slow, rich in partials, little moved; surprise fast, high, rising, sharp.
- Huron (2006), "Sweet Anticipation": surprise is an expectation broken, by leaps, rests, sudden loudness.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from appliance.domain.emotions import Emotion


@dataclass(frozen=True, slots=True)
class Style:
    """The means of expression that all pieces of one emotion share."""

    melody: tuple[int, int]
    """Lowest and highest MIDI pitch of the melody."""
    harmony: tuple[int, int]
    """The same for the accompanying chords; at least 18 semitones wide."""
    bass: int
    """The lowest pitch of the bass."""
    articulation: float
    """Share of its length for which a melody note sounds."""
    level: float
    """Loudness of an ordinary phrase, 0..1: it steers timbre and balance, for whole pieces are normalised."""
    swell: float
    """How much loudness rises and falls within a phrase, 0..1."""
    accent: float
    """How much louder a downbeat is than an offbeat, 0..1."""
    jitter: float
    """Irregular timing: standard deviation in seconds."""
    breath: float
    """How much the tempo slackens at the end of a phrase, 0..1."""
    brightness: float
    """Upper partials, 0..1."""
    reverb: float
    """Seconds until the room has died away by 60 dB."""
    wet: float
    """Share of the room in the mix, 0..1."""
    swing: float = 0.0
    """How late the second eighth of a beat falls, in beats."""
    max_leap: int = 9
    """Widest melodic interval in semitones before the line is folded back."""
    leaps: float = 0.0
    """Chance that a note jumps an octave away from the line."""
    sudden: float = 0.0
    """Chance that a bar is suddenly very loud, very soft, or breaks off."""
    dissonance: float = 0.0
    """Chance that a note on a strong beat is not led to the chord."""
    tremble: float = 0.0
    """Depth of a fast, uneven tremolo in sustained sounds, 0..1."""
    warp: float = 0.0
    """Cents by which sustained and plucked sounds drift out of tune and back."""


STYLES: Mapping[Emotion, Style] = {
    Emotion.HAPPY: Style(
        melody=(69, 88), harmony=(55, 76), bass=38, articulation=0.55, level=0.7, swell=0.2, accent=0.25, jitter=0.003,
        breath=0.0, brightness=0.75, reverb=0.9, wet=0.12, swing=0.06, max_leap=9,
    ),
    Emotion.SAD: Style(
        melody=(52, 71), harmony=(45, 67), bass=33, articulation=1.06, level=0.4, swell=0.35, accent=0.08, jitter=0.010,
        breath=0.16, brightness=0.32, reverb=2.6, wet=0.30, max_leap=7,
    ),
    Emotion.FEAR: Style(
        melody=(62, 86), harmony=(50, 74), bass=30, articulation=0.7, level=0.45, swell=0.6, accent=0.2, jitter=0.028,
        breath=0.06, brightness=0.45, reverb=3.2, wet=0.34, max_leap=11, sudden=0.14, dissonance=0.45, tremble=0.6,
        leaps=0.04,
    ),
    Emotion.ANGRY: Style(
        melody=(52, 72), harmony=(43, 64), bass=28, articulation=0.72, level=0.95, swell=0.1, accent=0.35, jitter=0.004,
        breath=0.0, brightness=0.9, reverb=0.8, wet=0.10, max_leap=8, dissonance=0.12,
    ),
    Emotion.DISGUST: Style(
        melody=(45, 65), harmony=(45, 64), bass=29, articulation=0.85, level=0.55, swell=0.25, accent=0.18,
        jitter=0.016, breath=0.08, brightness=0.5, reverb=1.3, wet=0.16, max_leap=7, dissonance=0.35, warp=28.0,
    ),
    Emotion.SURPRISE: Style(
        melody=(67, 89), harmony=(52, 76), bass=36, articulation=0.5, level=0.65, swell=0.25, accent=0.35, jitter=0.005,
        breath=0.0, brightness=0.8, reverb=1.4, wet=0.18, max_leap=16, leaps=0.2, sudden=0.28, dissonance=0.06,
    ),
    Emotion.NEUTRAL: Style(
        melody=(60, 79), harmony=(50, 71), bass=36, articulation=0.9, level=0.55, swell=0.08, accent=0.1, jitter=0.005,
        breath=0.03, brightness=0.45, reverb=1.4, wet=0.18, max_leap=7,
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Band:
    """Who plays: instruments by name, and the patterns that accompany (see `accompaniment` and `grooves`)."""

    lead: str
    second: str
    """Takes the melody in contrasting phrases."""
    comp: str
    figure: str
    """How the chords are played."""
    bass: str
    walk: str
    """How the bass moves."""
    pad: str | None = None
    groove: str | None = None


BANDS: Mapping[str, Band] = {
    "porch": Band("marimba", "flute", "ukulele", "strum", "upright", "roots", None, "skip"),
    "parade": Band("flute", "glockenspiel", "ukulele", "strum", "upright", "walking", None, "stroll"),
    "toybox": Band("glockenspiel", "marimba", "nylon", "offbeat", "upright", "roots", None, "skip"),
    "carousel": Band("flute", "marimba", "nylon", "waltz", "upright", "waltz", None, "waltz"),
    "sunshine": Band("ukulele", "vibraphone", "marimba", "arpeggio", "upright", "roots", None, "stroll"),
    "parlour": Band("felt", "cello", "felt", "broken", "cello", "held", "strings"),
    "window": Band("cello", "felt", "felt", "broken", "cello", "held", "pad"),
    "harbour": Band("clarinet", "cello", "harp", "broken", "cello", "held", "pad"),
    "attic": Band("glass", "tremolo", "pizzicato", "stabs", "drone", "held", "tremolo", "heartbeat"),
    "forest": Band("celesta", "flute", "tremolo", "swells", "drone", "held", "glass", "rumble"),
    "stairs": Band("pizzicato", "glass", "celesta", "stabs", "drone", "held", "tremolo", "heartbeat"),
    "engine": Band("buzz", "brass", "growl", "pulse", "growl", "gallop", None, "pound"),
    "anvil": Band("brass", "buzz", "growl", "chops", "growl", "pulse", None, "stamp"),
    "swamp": Band("bassoon", "clarinet", "pizzicato", "lurch", "bassoon", "lurch", "reeds", "drip"),
    "drain": Band("clarinet", "bassoon", "vibraphone", "lurch", "growl", "held", "reeds", "drip"),
    "canteen": Band("bassoon", "marimba", "reeds", "waltz", "pizzicato", "waltz", None, "limp"),
    "circus": Band("xylophone", "brass", "pizzicato", "stabs", "pizzicato", "leaping", None, "jolt"),
    "clockwork": Band("celesta", "xylophone", "pizzicato", "stabs", "pizzicato", "leaping", "strings", "jolt"),
    "fireworks": Band("flute", "brass", "harp", "runs", "pizzicato", "leaping", None, "jolt"),
    "office": Band("epiano", "vibraphone", "nylon", "arpeggio", "upright", "roots", "pad", "brushes"),
    "walkway": Band("vibraphone", "epiano", "epiano", "pulse", "upright", "roots", "pad", "brushes"),
    "reading": Band("nylon", "clarinet", "epiano", "waltz", "upright", "waltz", "pad", "waltz brushes"),
    "lobby": Band("clarinet", "nylon", "nylon", "arpeggio", "upright", "roots", "pad", "brushes"),
}
