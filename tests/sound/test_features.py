"""What the features say of sounds whose nature is known."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.sound.features import FEATURES, POSITION, Unhearable, features_of
from appliance.sound.frames import Listener, listen_to

RATE = 22_050
Samples = npt.NDArray[np.float32]


def clock(seconds: float, rate: int = RATE) -> npt.NDArray[np.float64]:
    return np.arange(int(seconds * rate)) / rate


def tones(pitches: list[float], seconds: float = 1.0, rate: int = RATE) -> Samples:
    """MIDI pitches together, with a few partials each, dying away."""
    at = clock(seconds, rate)
    hertz = [440 * 2 ** ((pitch - 69) / 12) for pitch in pitches]
    wave = sum(np.sin(2 * np.pi * f * n * at) / n for f in hertz for n in (1, 2, 3))
    return np.asarray(0.1 * wave * np.exp(-2 * at), dtype=np.float32)


def song(chords: list[list[float]], beat: float = 0.5, times: int = 4) -> Samples:
    return np.concatenate([tones(chord, beat) for _ in range(times) for chord in chords])


def number(samples: Samples, name: str, rate: float = RATE) -> float:
    return float(features_of(listen_to(samples, rate))[POSITION[name]])


MAJOR = [[60, 64, 67], [65, 69, 72], [67, 71, 74], [60, 64, 67]]
MINOR = [[57, 60, 64], [62, 65, 69], [64, 67, 71], [57, 60, 64]]


def test_major_and_minor_are_told_apart_in_any_key_and_tuning() -> None:
    for shift in (0, 3, 6.3):
        major = song([[pitch + shift for pitch in chord] for chord in MAJOR])
        minor = song([[pitch + shift for pitch in chord] for chord in MINOR])
        for name in ("mode", "triad_mode"):
            assert number(major, name) > 0 > number(minor, name)


@pytest.mark.parametrize("bpm", [72.0, 100.0, 126.0, 150.0])
def test_the_tempo_of_clicks_is_found_within_one_in_a_hundred(bpm: float) -> None:
    samples = (0.01 * np.random.default_rng(2).standard_normal(20 * RATE)).astype(np.float32)
    for beat in np.arange(0.3, 19.5, 60 / bpm):
        at = int(beat * RATE)
        samples[at : at + 400] += np.random.default_rng(1).standard_normal(400).astype(np.float32) * 0.3
    found = 2 ** number(samples, "tempo")
    assert any(abs(found / bpm / factor - 1) < 0.01 for factor in (0.5, 1, 2))


def test_close_tones_are_rough_and_an_octave_is_smooth() -> None:
    assert number(song([[60, 61]], times=8), "rough") > 3 * number(song([[60, 72]], times=8), "rough")


def test_noise_is_flat_and_toneless_beside_a_chord() -> None:
    noise = (0.1 * np.random.default_rng(2).standard_normal(5 * RATE)).astype(np.float32)
    assert number(noise, "flatness") > number(song(MAJOR), "flatness") + 5
    assert number(noise, "tonal") < number(song(MAJOR), "tonal") - 0.2


def test_only_loudness_changes_with_the_volume() -> None:
    samples = song(MAJOR)
    loud, soft = features_of(listen_to(samples, RATE)), features_of(listen_to(samples / 8, RATE))
    assert loud[POSITION["loud"]] - soft[POSITION["loud"]] == pytest.approx(20 * np.log10(8), abs=0.1)
    others = [n for n, name in enumerate(FEATURES) if name not in {"loud", "silence"}]
    assert np.abs(loud - soft)[others] == pytest.approx(0, abs=0.15)


@pytest.mark.parametrize("rate", [8_000, 44_100, 96_000, 192_000])
def test_another_sample_rate_hears_the_same_tempo_and_mode(rate: int) -> None:
    samples = np.concatenate([tones(chord, 0.5, rate) for _ in range(4) for chord in MAJOR])
    assert number(samples, "mode", rate) == pytest.approx(number(song(MAJOR), "mode"), abs=0.1)
    assert number(samples, "tempo", rate) == pytest.approx(number(song(MAJOR), "tempo"), abs=0.05)


def test_a_constant_and_what_is_no_number_are_not_heard() -> None:
    samples = song(MAJOR)
    damaged = samples + np.float32(0.3)
    damaged[5000:5100] = np.nan
    damaged[9000] = np.inf
    assert number(damaged, "mode") == pytest.approx(number(samples, "mode"), abs=0.1)
    assert number(damaged, "loud") < 0


@settings(max_examples=25)
@given(st.lists(st.integers(1, 60_000), max_size=12))
def test_it_is_no_matter_in_which_blocks_samples_come(cuts: list[int]) -> None:
    samples = song(MAJOR, times=2)
    whole, cut = Listener(RATE), Listener(RATE)
    whole.hear(samples)
    begin = 0
    for length in [*cuts, len(samples)]:
        cut.hear(samples[begin : begin + length])
        begin += length
    assert len(whole.frames().power) == len(cut.frames().power)
    assert np.isfinite(features_of(cut.frames())).all()


def test_parts_that_do_not_adjoin_make_no_onset_where_they_meet() -> None:
    steady = (0.2 * np.sin(2 * np.pi * 330 * clock(4))).astype(np.float32)
    listener = Listener(RATE)
    listener.hear(steady * 0.05)
    listener.begin_part()
    listener.hear(steady)
    frames = listener.frames()
    assert set(frames.parts) == {0, 1}
    assert features_of(frames)[POSITION["onset_rate"]] < 0.5


@pytest.mark.parametrize(
    ("samples", "words"),
    [
        (np.zeros(10 * RATE, np.float32), "is silent"),
        (np.full(10 * RATE, 0.7, np.float32), "is silent"),
        (np.full(10 * RATE, np.nan, np.float32), "is silent"),
        (song(MAJOR)[:RATE], r"lasts 1.0 s; 2.5 s are needed"),
        (np.zeros(0, np.float32), "lasts 0.0 s"),
        (np.concatenate([song(MAJOR)[: RATE // 2], np.zeros(9 * RATE, np.float32)]), "holds 0.5 s of sound in 9 s"),
    ],
)
def test_silence_and_moments_are_refused_in_words(samples: Samples, words: str) -> None:
    with pytest.raises(Unhearable, match=words):
        features_of(listen_to(samples, RATE))


def test_a_rate_that_no_sound_has_is_refused() -> None:
    with pytest.raises(ValueError, match="100 Hz"):
        Listener(100)


def test_every_number_is_finite_for_noise_of_any_colour() -> None:
    random = np.random.default_rng(3)
    for colour in (-2.0, 0.0, 2.0):
        spectrum = np.fft.rfft(random.standard_normal(4 * RATE))
        spectrum *= np.arange(1, len(spectrum) + 1) ** (colour / 2)
        samples = np.fft.irfft(spectrum)
        numbers = features_of(listen_to((0.2 * samples / np.abs(samples).max()).astype(np.float32), RATE))
        assert numbers.shape == (len(FEATURES),)
        assert np.isfinite(numbers).all()
