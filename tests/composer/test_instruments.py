"""Every instrument of the house orchestra, and the ways of making its tones."""

from __future__ import annotations

import numpy as np
import pytest

from appliance.composer import synth
from appliance.composer.instruments import INSTRUMENTS, Colour
from appliance.composer.synth import RATE, Wave

UNTUNED = {"kick", "thud", "tom", "snare", "clap", "brush", "hat", "shaker", "tambourine", "wood"}
every_instrument = pytest.mark.parametrize("name", sorted(INSTRUMENTS))


def play(name: str, frequency: float, brightness: float = 0.5) -> Wave:
    instrument = INSTRUMENTS[name]
    return instrument.play(frequency, instrument.ring or 0.8, Colour(brightness))


def strength(wave: Wave, hertz: float) -> float:
    """How much of one frequency there is within ±1.5 %."""
    spectrum = np.abs(np.fft.rfft(wave * np.hanning(len(wave)), 1 << 17))
    frequencies = np.fft.rfftfreq(1 << 17, 1 / RATE)
    return float(spectrum[np.abs(frequencies - hertz) < hertz * 0.015].max())


@every_instrument
@pytest.mark.parametrize("frequency", [65.4, 261.6, 1046.5])
def test_it_sounds_is_finite_and_neither_clicks_nor_explodes(name: str, frequency: float) -> None:
    wave = play(name, frequency)
    assert wave.dtype == np.float32
    assert np.isfinite(wave).all()
    assert 0.2 < np.abs(wave).max() < 4
    assert abs(wave[0]) < 0.1
    assert abs(wave[-1]) < 0.02


@every_instrument
def test_it_sounds_the_same_each_time(name: str) -> None:
    assert np.array_equal(play(name, 330.0), play(name, 330.0))


@pytest.mark.parametrize("name", sorted(set(INSTRUMENTS) - UNTUNED))
def test_it_is_in_tune(name: str) -> None:
    wave = play(name, 440.0)
    assert strength(wave, 440.0) > 4 * strength(wave, 440.0 * 2 ** (1 / 12))
    assert strength(wave, 440.0) > 4 * strength(wave, 440.0 * 2 ** (-1 / 12))


@pytest.mark.parametrize("name", ["cello", "flute", "buzz", "nylon", "felt", "epiano", "brass", "marimba"])
def test_louder_is_brighter(name: str) -> None:
    def centroid(wave: Wave) -> float:
        power = np.abs(np.fft.rfft(wave)) ** 2
        return float((power * np.fft.rfftfreq(len(wave), 1 / RATE)).sum() / power.sum())

    assert centroid(play(name, 220.0, 0.9)) > centroid(play(name, 220.0, 0.1))


@pytest.mark.parametrize("frequency", [61.7, 196.0, 443.0, 1318.5])
def test_a_plucked_string_has_exactly_the_pitch_asked_for(frequency: float) -> None:
    wave = synth.pluck(frequency, 1.5, 0.5, 2.0)
    spectrum = np.abs(np.fft.rfft(wave * np.hanning(len(wave)), 1 << 19))
    hertz = np.fft.rfftfreq(1 << 19, 1 / RATE)
    near = np.abs(hertz - frequency) < frequency * 0.05
    found = hertz[near][spectrum[near].argmax()]
    assert abs(1200 * np.log2(found / frequency)) < 3


def test_a_plucked_string_loses_its_high_partials_first() -> None:
    wave = synth.pluck(110.0, 2.0, 0.8, 3.0)
    early, late = wave[: RATE // 4], wave[RATE : RATE + RATE // 4]
    high = strength(late, 1760.0) / strength(early, 1760.0)
    assert high < 0.5 * strength(late, 110.0) / strength(early, 110.0)


def test_an_envelope_longer_than_the_note_still_begins_and_ends_in_silence() -> None:
    short = synth.envelope(0.01, 0.5, 0.5)
    assert short[0] == 0
    assert short[-1] < 0.01
