import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.vision.scan import turns
from appliance.vision.turns import Turns

WIDTH, HEIGHT = 1280, 720
VIEWS = turns(WIDTH, HEIGHT, far=True)


@pytest.fixture
def looked():
    return Turns(VIEWS, WIDTH, HEIGHT)


def room(brightness=100, spot=None):
    frame = np.full((HEIGHT, WIDTH, 3), brightness, np.uint8)
    if spot:
        x, y = spot
        frame[y : y + 90, x : x + 40] = 30
    return frame


def holds(view, spot):
    return view.x <= spot[0] <= view.x + view.side and view.y <= spot[1] <= view.y + view.side


def settle(looked):
    for _ in range(len(VIEWS)):
        looked.due(room(), (), 1)


def test_while_nothing_changes_the_views_have_their_turns_in_order(looked):
    assert [looked.due(room(), (), 1)[0] for _ in range(2 * len(VIEWS))] == VIEWS * 2


@pytest.mark.parametrize("spot", [(100, 100), (620, 300), (1200, 600)])
def test_where_something_changes_is_searched_next(looked, spot):
    settle(looked)
    (view,) = looked.due(room(spot=spot), (), 1)
    assert view.side == 320
    assert holds(view, spot)


def test_a_change_that_stays_is_searched_again_and_then_let_be(looked):
    settle(looked)
    spot = (620, 300)
    given_out = [looked.due(room(spot=spot), (), 1)[0] for _ in range(4 * len(VIEWS))]
    early, late = given_out[: len(VIEWS)], given_out[-len(VIEWS) :]
    assert sum(holds(view, spot) and view.side == 320 for view in early) >= 4
    assert set(late) == set(VIEWS)


def test_light_switched_on_is_no_change(looked):
    settle(looked)
    assert [looked.due(room(160), (), 1)[0] for _ in VIEWS] == VIEWS


def test_people_who_are_known_may_move(looked):
    settle(looked)
    assert [looked.due(room(spot=(620, 300 + 5 * i)), [(600.0, 200.0, 80.0, 80.0)], 1)[0] for i in range(23)] == VIEWS


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 2**16), count=st.integers(1, 3))
def test_every_view_is_searched_within_two_rounds_whatever_flickers(seed, count):
    rng = np.random.default_rng(seed)
    looked = Turns(VIEWS, WIDTH, HEIGHT)
    searched = []
    for _ in range(-(-2 * len(VIEWS) // count)):
        noisy = rng.integers(0, 255, (36, 64, 1), np.uint8).repeat(20, 0).repeat(20, 1).repeat(3, 2)
        searched += looked.due(noisy, (), count)
    assert set(searched) == set(VIEWS)


def test_a_tiny_frame_has_turns_too():
    tiny = Turns(turns(40, 30, far=True), 40, 30)
    assert tiny.due(np.zeros((30, 40, 3), np.uint8), (), 3)
