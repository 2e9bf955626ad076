"""The plan of a piece."""

from __future__ import annotations

import pytest

from appliance.composer import motif
from appliance.composer.form import Role, harmony, plan
from appliance.composer.moods import BANDS
from appliance.composer.sketches import SKETCHES, Sketch
from appliance.domain.emotions import EMOTIONS

ALL = [sketch for emotion in EMOTIONS for sketch in SKETCHES[emotion]]
every_sketch = pytest.mark.parametrize("sketch", ALL, ids=lambda sketch: sketch.title)


@every_sketch
def test_phrases_follow_each_other_without_gap(sketch: Sketch) -> None:
    position = 0
    for phrase in plan(sketch):
        assert phrase.start == position
        position += phrase.bars


@every_sketch
def test_a_piece_asks_contrasts_answers_and_closes(sketch: Sketch) -> None:
    roles = [phrase.role for phrase in plan(sketch)]
    assert roles[:2] == [Role.INTRO, Role.ASK]
    assert roles[-2:] == [Role.FINAL, Role.CODA]
    assert Role.BRIDGE in roles


@every_sketch
def test_it_ends_with_a_cadence_on_the_tonic(sketch: Sketch) -> None:
    *_, before, last = plan(sketch)[-1].chords
    assert last[-1].root == 0
    assert before[-1].root != 0


@every_sketch
def test_themes_fill_two_bars_and_harmonies_four(sketch: Sketch) -> None:
    theme = motif.parse(sketch.theme)
    assert [motif.beats(bar) for bar in theme] == [sketch.metre, sketch.metre]
    assert [len(harmony(text)) for text in (sketch.verse, sketch.answer, sketch.bridge)] == [4, 4, 4]
    assert sketch.band in BANDS


def test_no_two_pieces_share_a_title_or_a_theme() -> None:
    assert len(ALL) == 35
    assert len({sketch.title for sketch in ALL}) == 35
    assert len({sketch.theme for sketch in ALL}) == 35
