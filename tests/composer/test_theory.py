"""Pitches, chords and voice leading."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.composer.theory import (
    MODES,
    Chord,
    chord_scale,
    fold,
    frequency,
    lead_voices,
    parallels,
    pitch_class,
    scale_pitch,
    snap,
)

TRIADS = ["I", "i", "ii", "bII", "IV", "iv", "V", "V7", "bVI", "vi", "viio7", "i7", "Imaj7", "bIII+", "ii%7", "I5"]
modes = st.sampled_from(sorted(MODES))
tonics = st.integers(0, 11)
chords = st.sampled_from(TRIADS).map(Chord.parse)
pitches = st.integers(20, 110)
classes = st.frozensets(st.integers(0, 11), min_size=1)


def test_a4_is_440_hertz_and_an_octave_doubles_it() -> None:
    assert frequency(69) == 440.0
    assert frequency(81) == pytest.approx(880.0)


def test_notes_have_names() -> None:
    assert [pitch_class(name) for name in ("C", "F#", "Bb", "Cb")] == [0, 6, 10, 11]


@pytest.mark.parametrize("name", ["", "H", "c", "F##", "1"])
def test_what_is_no_note_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="is not a note"):
        pitch_class(name)


def test_numerals_name_chords_over_a_tonic() -> None:
    assert Chord.parse("V7").classes(0) == {7, 11, 2, 5}
    assert Chord.parse("iv").classes(9) == {2, 5, 9}
    assert Chord.parse("bVI").classes(0) == {8, 0, 3}
    assert Chord.parse("viio7").classes(0) == {11, 2, 5, 8}


@pytest.mark.parametrize("text", ["", "VIII", "X", "I13", "iI", "b", "##I"])
def test_what_is_no_chord_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a chord"):
        Chord.parse(text)


@given(modes, tonics, st.integers(-20, 30))
def test_scale_degrees_rise_and_return_an_octave_higher(mode: str, tonic: int, degree: int) -> None:
    here = scale_pitch(mode, tonic, degree)
    assert here < scale_pitch(mode, tonic, degree + 1)
    assert scale_pitch(mode, tonic, degree + len(MODES[mode])) == here + 12


@given(pitches, classes, st.sampled_from([-1, 0, 1]))
def test_snapping_finds_the_nearest_fitting_pitch(pitch: int, fitting: frozenset[int], direction: int) -> None:
    found = snap(pitch, fitting, direction)
    assert found % 12 in fitting
    assert all((pitch + d) % 12 not in fitting for d in range(-abs(found - pitch) + 1, abs(found - pitch)))
    assert snap(found, fitting, direction) == found


@given(pitches, st.integers(30, 80), st.integers(11, 40))
def test_folding_keeps_the_note_and_enters_the_register(pitch: int, low: int, width: int) -> None:
    folded = fold(pitch, low, low + width)
    assert low <= folded <= low + width
    assert (folded - pitch) % 12 == 0


@given(modes, tonics, chords)
def test_a_chords_scale_holds_the_chord_and_nothing_that_rubs_against_its_foreign_notes(
    mode: str, tonic: int, chord: Chord
) -> None:
    notes, scale = chord.classes(tonic), chord_scale(mode, tonic, chord)
    own = {(tonic + step) % 12 for step in MODES[mode]}
    assert notes <= scale <= own | notes
    assert all((note + side) % 12 not in scale - notes for note in notes - own for side in (-1, 1))


@given(st.lists(chords, min_size=1, max_size=8), tonics, st.integers(40, 56))
def test_voices_stay_in_range_spell_the_chord_and_never_cross(row: list[Chord], tonic: int, low: int) -> None:
    voicings = lead_voices(row, tonic, low, low + 20)
    for chord, voicing in zip(row, voicings, strict=True):
        assert len(voicing) == 3
        assert all(a < b for a, b in pairwise(voicing))
        assert low <= voicing[0]
        assert voicing[-1] <= low + 20
        assert {p % 12 for p in voicing} <= chord.classes(tonic)
        assert len(chord.essential(tonic)) > 3 or chord.essential(tonic) <= {p % 12 for p in voicing}


@given(st.lists(chords, min_size=2, max_size=8), tonics)
def test_voices_move_by_small_steps(row: list[Chord], tonic: int) -> None:
    for before, after in pairwise(lead_voices(row, tonic, 50, 70)):
        assert sum(abs(a - b) for a, b in zip(before, after, strict=True)) <= 18


def test_a_cadence_is_led_without_parallel_fifths() -> None:
    voicings = lead_voices([Chord.parse(name) for name in ("I", "IV", "V", "I", "vi", "ii", "V7", "I")], 0, 52, 72)
    assert sum(parallels(a, b) for a, b in pairwise(voicings)) == 0


def test_parallel_fifths_and_octaves_are_counted() -> None:
    assert parallels((48, 55, 64), (50, 57, 65)) == 1
    assert parallels((48, 60), (50, 62)) == 1
    assert parallels((48, 55), (48, 55)) == 0
    assert parallels((48, 55), (47, 55)) == 0
