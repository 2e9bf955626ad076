import dataclasses

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tools.render_faces.surface import Part, albedo, draw_look

LOOK = dataclasses.replace(
    draw_look(np.random.default_rng(1)), skin=0.6, lips=0.6, hair=0.05, hairline=0.7, temples=0.6, brow_strength=0.9,
    beard=0.0, moustache=0.0, iris=0.1, gaze=(0.0, 0.0), blotches=0.0, lashes=0.0,
)  # fmt: skip
FOREHEAD, LIP, BROW, CROWN = (0.0, -0.13, 0.68), (0.0, -0.135, 0.577), (0.03, -0.12, 0.667), (0.0, -0.05, 0.74)


def seen(*places: tuple[float, float, float], part: Part = Part.SKIN) -> list[float]:
    return list(albedo(np.array(places), np.full(len(places), part, np.int8), LOOK))


def test_lips_brows_and_hair_are_darker_than_the_skin() -> None:
    forehead, lip, brow, crown = seen(FOREHEAD, LIP, BROW, CROWN)
    assert forehead > lip > brow
    assert forehead > 2 * crown


def test_an_eye_is_dark_in_its_middle_and_white_around() -> None:
    middle, iris, white = seen(
        (0.0297, -0.124, 0.6485), (0.0342, -0.123, 0.6485), (0.039, -0.121, 0.6485), part=Part.EYE
    )
    assert middle < iris < white


def test_a_beard_covers_the_chin_and_not_the_cheeks() -> None:
    look = dataclasses.replace(LOOK, beard=1.0)
    chin, cheek = albedo(np.array([(0.0, -0.12, 0.552), (0.045, -0.09, 0.61)]), np.zeros(2, np.int8), look)
    assert chin < 0.5 * cheek


@given(
    st.integers(0, 2**32 - 1),
    st.lists(st.tuples(*[st.floats(-0.3, 0.8)] * 3), min_size=1, max_size=20),
    st.sampled_from(Part),
)
def test_every_place_gives_back_some_light_and_no_more_than_all(
    seed: int, places: list[tuple[float, float, float]], part: Part
) -> None:
    found = albedo(np.array(places), np.full(len(places), part, np.int8), draw_look(np.random.default_rng(seed)))
    assert ((found >= 0.01) & (found <= 1)).all()
