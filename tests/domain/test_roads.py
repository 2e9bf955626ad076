"""A road over the plane: slow to leave, slow to arrive, never beside its points."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from appliance.domain.roads import STRIDE, Road

places = st.tuples(st.floats(-1, 1), st.floats(-1, 1))


@given(st.lists(places, min_size=1, max_size=4), st.integers(0, 3))
def test_a_road_begins_at_its_first_point_and_ends_at_its_last(points: list[tuple[float, float]], stay: int) -> None:
    road = Road(tuple(points), stay)
    assert all(math.dist(road.target(song), points[0]) < 1e-9 for song in range(stay if road.songs > stay else 0))
    assert all(math.dist(road.target(song), points[-1]) < 1e-6 for song in range(road.songs - 1, road.songs + 5))


@given(st.lists(places, min_size=2, max_size=4))
def test_no_step_is_much_longer_than_the_stride(points: list[tuple[float, float]]) -> None:
    road = Road(tuple(points), 1)
    steps = [math.dist(road.target(song), road.target(song + 1)) for song in range(road.songs + 2)]
    assert max(steps) <= 1.5 * STRIDE + 1e-9


def test_from_sad_to_happy_it_takes_eight_songs_and_goes_through_the_middle() -> None:
    road = Road(((-0.6, -0.4), (0.0, 0.0), (0.87, 0.5)), stay=2)
    assert road.songs == 8
    assert road.target(1) == (-0.6, -0.4)
    assert min(math.hypot(*road.target(song)) for song in range(8)) < STRIDE / 2
