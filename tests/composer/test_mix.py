"""The mixing desk and the master."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from appliance.composer import mix, synth
from appliance.composer.synth import RATE


def sine(hertz: float, seconds: float, amplitude: float) -> mix.Stereo:
    tone = (amplitude * np.sin(2 * np.pi * hertz * np.arange(int(seconds * RATE)) / RATE)).astype(np.float32)
    return np.stack((tone, tone), axis=1)


@pytest.mark.parametrize("level", [-33.0, -23.0, -6.0])
def test_loudness_agrees_with_the_standards_reference_tone(level: float) -> None:
    # EBU Tech 3341, case 1: a 1 kHz sine in both channels at x dBFS reads x LUFS.
    assert mix.loudness(sine(1000.0, 5.0, 10 ** (level / 20))) == pytest.approx(level, abs=0.1)


def test_bass_counts_for_less_than_treble() -> None:
    assert mix.loudness(sine(40.0, 3.0, 0.1)) < mix.loudness(sine(1000.0, 3.0, 0.1)) - 3
    assert mix.loudness(sine(4000.0, 3.0, 0.1)) > mix.loudness(sine(1000.0, 3.0, 0.1)) + 2


def test_silence_around_the_music_does_not_count() -> None:
    tone = sine(1000.0, 5.0, 0.1)
    padded = np.concatenate((tone, np.zeros((10 * RATE, 2), dtype=np.float32)))
    assert mix.loudness(padded) == pytest.approx(mix.loudness(tone), abs=0.3)


def test_silence_has_no_loudness_and_is_left_alone() -> None:
    nothing = np.zeros((RATE, 2), dtype=np.float32)
    assert mix.loudness(nothing) == float("-inf")
    assert not mix.master(nothing, 0.5).any()


@settings(max_examples=40, deadline=None)
@given(hnp.arrays(np.float32, st.tuples(st.integers(1, 3000), st.just(2)), elements=st.floats(-8, 8, width=32)))
def test_nothing_passes_the_limiter(samples: mix.Stereo) -> None:
    assert np.abs(mix.limit(samples.copy())).max() <= mix.CEILING + 1e-6


def test_the_limiter_does_not_touch_what_is_soft_enough() -> None:
    tone = sine(300.0, 0.5, 0.5)
    assert np.array_equal(mix.limit(tone.copy()), tone)


def test_the_master_brings_any_level_to_the_same_loudness() -> None:
    noise = 0.3 * np.stack((synth.noise(4 * RATE, 1), synth.noise(4 * RATE, 2)), axis=1)
    for gain in (0.01, 1.0):
        result = mix.master((gain * noise).astype(np.float32), 3.5)
        assert mix.loudness(result) == pytest.approx(mix.LOUDNESS, abs=0.5)
        assert np.abs(result).max() <= mix.CEILING + 1e-6
        assert abs(result[-1]).max() < 1e-3
        assert np.abs(result[int(3.9 * RATE) :]).max() < 0.5 * np.abs(result[: 3 * RATE]).max()


def test_silence_at_the_end_is_trimmed_but_not_the_music() -> None:
    tone = sine(300.0, 1.0, 0.5)
    padded = np.concatenate((tone, np.zeros((3 * RATE, 2), dtype=np.float32)))
    assert len(tone) <= len(mix.trimmed(padded)) <= len(tone) + RATE // 2


def test_panning_keeps_the_power_and_moves_the_sound() -> None:
    wave = np.ones(RATE // 10, dtype=np.float32)
    powers = []
    for pan in (-1.0, 0.0, 1.0):
        desk = mix.Desk(0.1)
        desk.add(wave, 0.0, 0.5, pan, 0.0)
        left, right = (desk.mix(0.5, 0.0) ** 2).mean(axis=0)
        powers.append(left + right)
        assert (left > right) == (pan < 0) or pan == 0
    assert powers == pytest.approx([powers[0]] * 3, rel=1e-5)


def test_a_note_beyond_the_end_is_cut_off_there() -> None:
    desk = mix.Desk(0.1)
    desk.add(np.ones(RATE, dtype=np.float32), 0.05, 1.0, 0.0, 0.0)
    desk.add(np.ones(RATE, dtype=np.float32), 5.0, 1.0, 0.0, 0.0)
    result = desk.mix(0.5, 0.0)
    assert len(result) == RATE // 10
    assert result[-1].all()


def test_the_room_rings_on_after_the_sound_and_differs_between_the_ears() -> None:
    desk = mix.Desk(2.0)
    desk.add(np.ones(100, dtype=np.float32), 0.0, 1.0, 0.0, 1.0)
    result = desk.mix(1.0, 0.5)
    early, late = (np.sqrt((result[s : s + RATE // 10] ** 2).mean()) for s in (RATE // 10, RATE))
    assert early > 0
    assert late < early * 0.05
    assert not np.allclose(result[RATE // 10 : RATE, 0], result[RATE // 10 : RATE, 1])
