"""The test tone."""

from __future__ import annotations

import io

import numpy as np
import pytest
import soundfile

from appliance.outputs.tone import LEFT, NOTE, RATE, RIGHT, SILENCE, tone_file
from tests.outputs.spectrum import Samples, heard_from, strength


@pytest.fixture(scope="module")
def tone() -> Samples:
    samples, rate = soundfile.read(io.BytesIO(tone_file()))
    assert rate == RATE
    return samples


def test_the_lower_note_is_heard_from_the_left_and_then_the_higher_one_from_the_right(tone: Samples) -> None:
    left, right = tone.T
    first, second = slice(0, int((SILENCE + NOTE) * RATE)), slice(int((SILENCE + NOTE) * RATE), None)
    assert strength(left[first], RATE, LEFT) > 20 * strength(left[first], RATE, RIGHT)
    assert strength(right[second], RATE, RIGHT) > 20 * strength(right[second], RATE, LEFT)
    assert not np.any(left[second])
    assert not np.any(right[first])
    assert heard_from(left, RATE, LEFT) < heard_from(right, RATE, RIGHT)


def test_it_is_soft_and_begins_and_ends_without_a_click(tone: Samples) -> None:
    assert 0.1 < np.abs(tone).max() < 0.2
    assert np.abs(np.diff(tone, axis=0)).max() < 0.03
    assert not np.any(tone[:100])
    assert not np.any(tone[-100:])
