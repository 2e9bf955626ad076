"""The house orchestra: each instrument makes one note from a frequency, a length, a loudness and the mood's colour."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from appliance.composer import drums, synth
from appliance.composer.synth import RATE, Wave


@dataclass(frozen=True, slots=True)
class Colour:
    """How a note is coloured: brightness 0..1 (mood and loudness together), depth of tremolo 0..1, drift in cents."""

    brightness: float
    tremble: float = 0.0
    warp: float = 0.0


@dataclass(frozen=True, slots=True)
class Instrument:
    """`play(frequency, seconds, colour)` gives a mono wave; let go after `seconds`, it rings for `release` more."""

    play: Callable[[float, float, Colour], Wave]
    gain: float
    """Makes a phrase of it as loud (-18 LUFS) as one of any other instrument."""
    release: float
    ring: float | None = None
    """Struck and plucked sounds are made once, this many seconds long, and damped when let go; None: made to length."""
    wide: bool = False
    """Played twice, a little apart in tune, left and right."""


def _drift(seconds: float, colour: Colour, frequency: float) -> Wave:
    """Slow waves of pitch, in cents, that begin where the note's pitch would have it."""
    clock = synth.times(seconds)
    offset = np.float32((frequency * 0.37) % 6.28)
    slow = np.sin(2 * np.pi * np.float32(0.9) * clock + offset) + 0.5 * np.sin(2 * np.pi * np.float32(1.7) * clock)
    return np.asarray(colour.warp * slow, dtype=np.float32)


def _tremolo(wave: Wave, colour: Colour, speed: float = 11.0) -> Wave:
    if colour.tremble == 0:
        return wave
    clock = np.arange(len(wave), dtype=np.float32) / RATE
    uneven = 2 * np.pi * speed * clock + 1.3 * np.sin(2 * np.pi * 0.9 * clock)
    return np.asarray(wave * (1 - colour.tremble * (0.5 + 0.5 * np.sin(uneven))), dtype=np.float32)


def _blown(
    slope: float,
    *,
    odd: bool = False,
    breath: float = 0.0,
    attack: float = 0.05,
    vibrato: float = 14.0,
    formant: float = 0.0,
) -> Callable[[float, float, Colour], Wave]:
    """Winds and bowed strings: harmonics fall by `slope` and brighten with loudness; late `vibrato` in cents."""

    def play(frequency: float, seconds: float, colour: Colour) -> Wave:
        release = 0.09
        length = seconds + release
        clock = synth.times(length)
        late = np.minimum(1.0, np.maximum(0.0, (clock - 0.25) / 0.5))
        cents = vibrato * late * np.sin(2 * np.pi * np.float32(5.1) * clock) + _drift(length, colour, frequency)
        steep = slope * (1.5 - 0.9 * colour.brightness)

        def shape(number: int, hertz: float) -> float:
            level = number**-steep * (0.12 if odd and number % 2 == 0 and hertz < 2500 else 1.0)
            if formant:
                level *= 0.35 + np.exp(-(((hertz - formant) / (0.55 * formant)) ** 2))
            return float(level / (1 + (hertz / 5200.0) ** 2))

        phase = synth.turns(frequency, length, cents.astype(np.float32))
        full = synth.wavetable(phase, synth.harmonics(frequency, shape))
        soft = synth.wavetable(phase, synth.harmonics(frequency, lambda n, _: n ** -(steep + 1.3)))
        bloom = np.minimum(1.0, clock / np.float32(3 * attack))
        wave = soft + bloom * (full - soft)
        if breath:
            wave = wave + breath * synth.band(synth.noise(len(wave), 7), frequency * 0.9, frequency * 4)
        return _tremolo(wave * synth.envelope(length, attack, release), colour).astype(np.float32)

    return play


def _pad(slope: float, attack: float = 0.5, speed: float = 0.0) -> Callable[[float, float, Colour], Wave]:
    """A soft bed: three strings a few cents apart, slow in and out."""

    def play(frequency: float, seconds: float, colour: Colour) -> Wave:
        release = 0.5
        length = seconds + release
        steep = slope * (1.35 - 0.7 * colour.brightness)
        amplitudes = synth.harmonics(frequency, lambda n, hertz: n**-steep / (1 + (hertz / 3000.0) ** 2))
        drift = _drift(length, colour, frequency)
        wave = sum(
            synth.wavetable(synth.turns(frequency, length, drift + np.float32(detune)) + start, amplitudes)
            for detune, start in ((-5.0, 0.0), (0.7, 0.33), (5.5, 0.71))
        )
        shaped = np.asarray(wave, dtype=np.float32) * synth.envelope(length, min(attack, seconds * 0.6), release) * 0.55
        return _tremolo(shaped, colour, speed) if speed else shaped

    return play


def _string(decay: float, damping: float, position: float, lift: float = 0.0) -> Callable[[float, float, Colour], Wave]:
    """A plucked string; `lift` adds to its brightness."""

    def play(frequency: float, seconds: float, colour: Colour) -> Wave:
        bright = min(1.0, max(0.0, colour.brightness + lift))
        fall = decay * (220.0 / frequency) ** 0.35
        wave = synth.pluck(frequency, seconds, bright, fall, damping, position)
        if colour.warp:
            count = len(wave)
            bend = np.cumsum(np.exp2(_drift(count / RATE + 1e-4, colour, frequency)[:count] / 1200))
            wave = np.interp(bend, np.arange(count), wave).astype(np.float32)
        return wave * synth.envelope(len(wave) / RATE, 0.002, 0.05)[: len(wave)]

    return play


def _struck(
    table: tuple[tuple[float, float, float], ...], decay: float, knock: float = 0.0
) -> Callable[[float, float, Colour], Wave]:
    """A bar or bell: (ratio, amplitude, share of the decay) for each partial; higher notes ring shorter."""

    def play(frequency: float, seconds: float, colour: Colour) -> Wave:
        fall = decay * (440.0 / frequency) ** 0.45
        hard = 0.35 + 1.1 * colour.brightness
        rows = [(r, a * (hard if i else 1.0), fall * share) for i, (r, a, share) in enumerate(table)]
        wave = synth.partials(frequency, seconds, rows)
        if knock:
            click = synth.band(synth.noise(samples := synth.samples(0.02), 11), 800, 5000)
            wave[:samples] += knock * hard * click * np.linspace(1, 0, samples, dtype=np.float32) ** 2
        return wave * synth.envelope(seconds, 0.002, 0.05)

    return play


def _felt(frequency: float, seconds: float, colour: Colour) -> Wave:
    """A soft piano: slightly stretched partials that die the sooner the higher, and the felt's thud."""
    fall = 5.0 * (220.0 / frequency) ** 0.5
    steep = 1.9 - 0.9 * colour.brightness
    stretch = 0.0004
    table = [
        (n * (1 + stretch * n * n) ** 0.5, n**-steep * (0.6 if n == 7 else 1.0), fall / (1 + 0.33 * (n - 1)))
        for n in range(1, 13)
    ]
    wave = 0.8 * synth.partials(frequency, seconds, table)
    count = synth.samples(0.05)
    thud = synth.band(synth.noise(count, 5), 80, 700) * np.linspace(1, 0, count, dtype=np.float32) ** 2
    wave[:count] += 0.12 * thud
    return wave * synth.envelope(seconds, 0.006, 0.1)


def _tines(frequency: float, seconds: float, colour: Colour) -> Wave:
    """An electric piano by FM: a 1:1 body and a short, high tine."""
    clock = synth.times(seconds)
    fall = np.exp(clock * np.float32(-2.2 * (frequency / 300.0) ** 0.4))
    body = synth.fm(frequency, seconds, 1.0, (0.5 + 1.3 * colour.brightness) * fall)
    tine = synth.fm(frequency, seconds, 14.0 if frequency < 500 else 7.0, 0.25 * np.exp(-9 * clock))
    wave = (0.8 * body + 0.2 * tine) * fall
    return np.asarray(wave * synth.envelope(seconds, 0.003, 0.05), dtype=np.float32)


def _brass(frequency: float, seconds: float, colour: Colour) -> Wave:
    """A brass section by FM: the modulation index follows the loudness."""
    release = 0.08
    length = seconds + release
    shape = synth.envelope(length, 0.035, release)
    clock = synth.times(length)
    settle = 0.75 + 0.25 * np.exp(-clock * 6)
    index = (0.6 + 2.4 * colour.brightness) * shape * settle
    wave = synth.fm(frequency, length, 1.0, index) + 0.6 * synth.fm(frequency * 1.004, length, 1.0, 0.8 * index)
    return np.asarray(0.6 * wave * shape * settle, dtype=np.float32)


def _fuzz(drive: float, cutoff: float, attack: float = 0.006) -> Callable[[float, float, Colour], Wave]:
    """A distorted guitar's kin: two saws pressed through tanh and a loudspeaker's band."""

    def play(frequency: float, seconds: float, colour: Colour) -> Wave:
        release = 0.05
        length = seconds + release
        saw = synth.harmonics(frequency, lambda n, hertz: 1 / n / (1 + (hertz / 4000.0) ** 2), 8000.0)
        raw = synth.wavetable(synth.turns(frequency, length, -4.0), saw)
        raw = raw + synth.wavetable(synth.turns(frequency, length, 4.0) + 0.4, saw)
        clock = synth.times(length)
        pressed = np.tanh(drive * (0.4 + 0.6 * colour.brightness) * raw * (0.7 + 0.3 * np.exp(-clock * 5)))
        wave = synth.band(pressed.astype(np.float32), 60.0, cutoff * (0.5 + 0.6 * colour.brightness))
        return np.asarray(0.7 * wave * synth.envelope(length, attack, release), dtype=np.float32)

    return play


def _drum(make: Callable[[float], Wave]) -> Callable[[float, float, Colour], Wave]:
    return lambda _frequency, _seconds, colour: make(colour.brightness)


_BAR = ((1.0, 1.0, 1.0), (3.93, 0.28, 0.35), (9.24, 0.10, 0.15))
_VIBES = ((1.0, 1.0, 1.0), (4.0, 0.22, 0.45), (10.0, 0.05, 0.2))
_XYLO = ((1.0, 1.0, 0.6), (3.0, 0.4, 0.4), (6.1, 0.2, 0.25), (10.3, 0.1, 0.12))
_GLOCK = ((1.0, 1.0, 1.0), (2.76, 0.32, 0.5), (5.4, 0.14, 0.25), (8.93, 0.05, 0.15))
_CELESTA = ((1.0, 1.0, 1.0), (2.0, 0.10, 0.6), (4.0, 0.22, 0.5), (9.0, 0.03, 0.2))
_GLASS = ((1.0, 0.8, 1.0), (1.003, 0.6, 1.0), (2.32, 0.3, 0.8), (4.25, 0.2, 0.6), (6.63, 0.08, 0.4))

INSTRUMENTS: Mapping[str, Instrument] = {
    "marimba": Instrument(_struck(_BAR, 1.3, 0.05), 0.36, 0.3, 1.6),
    "vibraphone": Instrument(_struck(_VIBES, 4.0), 0.22, 0.5, 3.0),
    "xylophone": Instrument(_struck(_XYLO, 0.9, 0.08), 0.45, 0.2, 0.9),
    "glockenspiel": Instrument(_struck(_GLOCK, 3.0, 0.02), 0.25, 0.6, 2.2),
    "celesta": Instrument(_struck(_CELESTA, 3.0), 0.25, 0.6, 2.4),
    "glass": Instrument(_struck(_GLASS, 5.0), 0.26, 1.2, 4.0),
    "ukulele": Instrument(_string(1.3, 1.0, 0.31, -0.05), 0.51, 0.12, 1.6),
    "nylon": Instrument(_string(2.6, 1.2, 0.25, -0.15), 0.41, 0.2, 2.6),
    "harp": Instrument(_string(3.4, 0.7, 0.4, -0.1), 0.34, 0.6, 3.0),
    "pizzicato": Instrument(_string(0.7, 1.6, 0.2, -0.1), 0.62, 0.2, 0.9),
    "upright": Instrument(_string(1.6, 2.5, 0.15, -0.35), 0.41, 0.1, 1.8),
    "felt": Instrument(_felt, 0.25, 0.3, 4.0),
    "epiano": Instrument(_tines, 0.29, 0.25, 3.0),
    "flute": Instrument(_blown(2.1, breath=0.03, attack=0.045, vibrato=11.0), 0.21, 0.0),
    "clarinet": Instrument(_blown(1.1, odd=True, attack=0.05, vibrato=4.0), 0.16, 0.0),
    "bassoon": Instrument(_blown(0.9, attack=0.05, vibrato=6.0, formant=480.0), 0.16, 0.0),
    "cello": Instrument(_blown(1.25, attack=0.11, vibrato=13.0, formant=420.0), 0.17, 0.0),
    "brass": Instrument(_brass, 0.38, 0.0),
    "buzz": Instrument(_fuzz(2.2, 4200.0), 0.22, 0.0),
    "growl": Instrument(_fuzz(1.6, 1700.0), 0.30, 0.0),
    "strings": Instrument(_pad(1.2, attack=0.4), 0.19, 0.0, wide=True),
    "pad": Instrument(_pad(1.7, attack=0.7), 0.20, 0.0, wide=True),
    "reeds": Instrument(_pad(0.9, attack=0.15), 0.19, 0.0, wide=True),
    "tremolo": Instrument(_pad(1.3, attack=0.25, speed=11.0), 0.15, 0.0, wide=True),
    "drone": Instrument(_pad(1.2, attack=0.8), 0.17, 0.0, wide=True),
    "kick": Instrument(_drum(drums.kick), 0.63, 0.0, 0.5),
    "thud": Instrument(_drum(drums.thud), 0.64, 0.0, 0.9),
    "tom": Instrument(_drum(drums.tom), 0.50, 0.0, 0.6),
    "snare": Instrument(_drum(drums.snare), 0.56, 0.0, 0.35),
    "clap": Instrument(_drum(drums.clap), 0.74, 0.0, 0.3),
    "brush": Instrument(_drum(drums.brush), 0.84, 0.0, 0.4),
    "hat": Instrument(_drum(drums.hat), 1.21, 0.0, 0.12),
    "shaker": Instrument(_drum(drums.shaker), 1.86, 0.0, 0.12),
    "tambourine": Instrument(_drum(drums.tambourine), 0.78, 0.0, 0.3),
    "wood": Instrument(_drum(drums.wood), 0.99, 0.0, 0.2),
}
