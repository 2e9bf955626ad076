from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.vision.exposure import BRIGHT, DARK, EMPTY, LEAST, MOST, SETTLES, STEP, Exposure


def watch(lights, every=0.5):
    """The stops asked for after each look at a face, which is as bright as `lights` say whatever is asked."""
    exposure, asked = Exposure(), []
    for number, light in enumerate(lights):
        exposure.update(light, number * every)
        asked.append(exposure.stops)
    return asked


@given(st.lists(st.none() | st.floats(0, 1), max_size=80), st.floats(0.05, 5))
def test_the_exposure_stays_in_its_limits_and_goes_by_single_steps(lights, every):
    asked = [0.0, *watch(lights, every)]
    assert all(LEAST <= stops <= MOST for stops in asked)
    assert all(later == 0 or abs(later - earlier) <= STEP for earlier, later in pairwise(asked))


@given(st.lists(st.floats(DARK, BRIGHT), max_size=40))
def test_a_face_that_is_well_lit_is_let_be(lights):
    assert not any(watch(lights))


@pytest.mark.parametrize(("light", "end"), [(0.05, MOST), (0.95, LEAST)])
def test_a_face_too_dark_or_too_bright_moves_the_exposure_to_its_limit(light, end):
    asked = watch([light] * 40)
    assert asked[-1] == end
    steps = [number for number, (a, b) in enumerate(zip([0.0, *asked], asked, strict=False)) if a != b]
    assert all(b - a >= SETTLES / 0.5 for a, b in pairwise(steps))


@given(st.floats(0.01, 0.99))
def test_a_camera_that_obeys_comes_to_rest(face):
    exposure, asked = Exposure(), []
    for number in range(60):
        exposure.update(min(1.0, face * 2**exposure.stops), 0.5 * number)
        asked.append(exposure.stops)
    assert len(set(asked[30:])) == 1


def test_when_everybody_has_gone_the_camera_has_its_own_way_again():
    exposure = Exposure()
    assert exposure.update(0.05, 0.0)
    assert not exposure.update(None, EMPTY - 1)
    assert exposure.stops == STEP
    assert exposure.update(None, EMPTY + 1)
    assert exposure.stops == 0
