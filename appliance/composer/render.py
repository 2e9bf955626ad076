"""Plays a score with the house orchestra: events → notes → mix → master."""

from __future__ import annotations

from dataclasses import dataclass, field

from appliance.composer import arrange, mix, performance, synth
from appliance.composer.instruments import INSTRUMENTS, Colour, Instrument
from appliance.composer.moods import STYLES, Style
from appliance.composer.performance import Event
from appliance.composer.score import Part, Score
from appliance.composer.sketches import SKETCHES, sketched
from appliance.composer.synth import RATE, Wave
from appliance.composer.theory import frequency
from appliance.domain.emotions import Emotion

VERSION = 1
"""Raise it whenever any piece sounds different: pieces of an older version are then made again."""
PIECES = 5
"""How many pieces there are for each emotion."""
TAIL_SECONDS = 3.5
"""Room for the last chord to die away after the last bar line."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A finished piece: float32 samples of shape (n, 2) within -1..1."""

    emotion: Emotion
    number: int
    title: str
    samples: mix.Stereo = field(repr=False)
    rate: int = RATE

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return len(self.samples) / self.rate


def title(emotion: Emotion, number: int) -> str:
    """The title of a piece, known before it is made. Raises ValueError unless 1 ≤ number ≤ 5."""
    if not 1 <= number <= PIECES:
        raise ValueError(f"there are pieces 1 to {PIECES} for each emotion, not {number}")
    return SKETCHES[sketched(emotion)][number - 1].title


def compose(emotion: Emotion, number: int) -> Piece:
    """One of the five pieces of an emotion, 40–90 s, about -16 LUFS. Raises ValueError unless 1 ≤ number ≤ 5.

    Deterministic: the same piece has the same samples whenever it is made (on one machine with one numpy; elsewhere
    they may differ in the last bit).
    """
    name = title(emotion, number)
    score, style = arrange.write(emotion, number), STYLES[sketched(emotion)]
    return Piece(emotion, number, name, render(score, style, f"{emotion.value} {number}"))


def render(score: Score, style: Style, seed: str) -> mix.Stereo:
    """The mastered sound of a score, about -16 LUFS; the same arguments give the same samples."""
    return mix.master(*_mixed(score, style, seed))


def _mixed(score: Score, style: Style, seed: str) -> tuple[mix.Stereo, float]:
    """The mix before mastering, and the second at which its ending begins to fade: halfway through the last bar."""
    played, clock = performance.perform(score, style, seed)
    desk = mix.Desk(clock.end + TAIL_SECONDS)
    for part, events in zip(score.parts, played, strict=True):
        _play(desk, part, events, style)
    return desk.mix(style.reverb, style.wet), clock.at((score.bars - 0.5) * score.metre)


def _play(desk: mix.Desk, part: Part, events: list[Event], style: Style) -> None:
    """Lay the notes of one part on the desk; notes that are alike are made once, and kept no longer than needed."""
    instrument = INSTRUMENTS[part.instrument]
    alike: dict[tuple[int, float, int], list[Event]] = {}
    for event in events:
        held = instrument.ring if instrument.ring is not None else max(0.05, round(event.held, 2))
        alike.setdefault((event.pitch, held, min(2, int(event.velocity * 3))), []).append(event)
    for (pitch, held, layer), group in alike.items():
        brightness = min(1.0, style.brightness * (0.6 + 0.3 * layer))
        sound = instrument.play(frequency(pitch), held, Colour(brightness, style.tremble, style.warp))
        for event in group:
            _lay(desk, part, instrument, sound, event)


def _lay(desk: mix.Desk, part: Part, instrument: Instrument, sound: Wave, event: Event) -> None:
    wave = _damped(sound, event.held, instrument.release) if instrument.ring and instrument.release else sound
    gain = part.gain * instrument.gain * event.velocity
    if instrument.wide:
        desk.add(wave, event.start, 0.7 * gain, -0.8, part.send)
        desk.add(wave, event.start + 0.011, 0.7 * gain, 0.8, 0.0)
    else:
        desk.add(wave, event.start, gain, part.pan, part.send)


def _damped(wave: Wave, held: float, release: float) -> Wave:
    """A ringing sound let go after `held` seconds: it falls smoothly for `release` more."""
    length = held + release
    if length * RATE >= len(wave):
        return wave
    return wave[: synth.samples(length)] * synth.envelope(length, 1e-4, release)
