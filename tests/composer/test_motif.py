"""Motifs keep their bar's length through every development."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.composer import motif
from appliance.composer.motif import Bar, Tone

tones = st.builds(
    Tone,
    degree=st.none() | st.integers(-5, 15),
    beats=st.sampled_from([0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0]),
    alter=st.sampled_from([-1, 0, 0, 0, 1]),
)
bars = st.lists(tones, min_size=1, max_size=8).map(tuple)


def test_a_line_of_text_becomes_bars_of_tones() -> None:
    assert motif.parse("1q b3e. re | #4h") == (
        (Tone(1, 1.0), Tone(3, 0.75, -1), Tone(None, 0.5)),
        (Tone(4, 2.0, 1),),
    )


@pytest.mark.parametrize("token", ["q", "5", "5x", "##5q", "r5q", "5q.."])
def test_what_is_no_tone_is_refused_by_name(token: str) -> None:
    with pytest.raises(ValueError, match="is not a tone") as caught:
        motif.parse(f"1q {token} 2q")
    assert repr(token) in str(caught.value)


@given(bars, st.integers(-4, 4))
def test_every_development_keeps_the_length_of_the_bar(bar: Bar, steps: int) -> None:
    length = motif.beats(bar)
    for developed in (
        motif.transpose(bar, steps),
        motif.invert(bar),
        motif.retrograde(bar),
        motif.fragment(bar, steps),
        motif.simplify(bar),
        motif.ornament(bar),
        motif.land(bar, steps),
    ):
        assert motif.beats(developed) == pytest.approx(length)
        assert all(tone.beats > 0 for tone in developed)


@given(bars, st.integers(-4, 4))
def test_developments_can_be_taken_back(bar: Bar, steps: int) -> None:
    assert motif.transpose(motif.transpose(bar, steps), -steps) == bar
    assert motif.retrograde(motif.retrograde(bar)) == bar
    assert motif.invert(motif.invert(bar)) == bar


@given(bars, st.integers(1, 8))
def test_a_cadence_ends_on_the_degree_asked_for(bar: Bar, degree: int) -> None:
    assert motif.land(bar, degree)[-1].degree == degree


@given(bars)
def test_the_bare_line_has_no_more_notes_than_beats_begun(bar: Bar) -> None:
    assert len(motif.simplify(bar)) <= min(len(bar), int(motif.beats(bar)) + 1)
