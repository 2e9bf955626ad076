import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from appliance.vision.frame import FrameError, brightness, cut, normalise, rotate, shrink
from appliance.vision.geometry import View, whole

ANY = st.one_of(
    npst.arrays(dtype, npst.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=6))
    for dtype in (np.uint8, np.uint16, np.int32, np.float32, np.float64, np.bool_, np.complex64)
)


@given(ANY)
def test_whatever_a_driver_gives_becomes_a_frame_or_a_clear_error(raw):
    try:
        frame = normalise(raw)
    except FrameError:
        assert (
            raw.size == 0
            or raw.ndim not in (2, 3)
            or raw.shape[2:] not in ((), (1,), (3,), (4,))
            or raw.dtype == np.complex64
        )
        return
    assert frame.dtype == np.uint8
    assert frame.shape == (*raw.shape[:2], 3)


def test_a_proper_frame_passes_untouched(portrait):
    assert np.array_equal(normalise(portrait), portrait)


@pytest.mark.parametrize(
    "change",
    [
        lambda f: f[:, :, 1],
        lambda f: f[:, :, 1:2],
        lambda f: np.dstack([f[:, :, [1, 1, 1]], np.full(f.shape[:2], 9, np.uint8)]),
        lambda f: f[:, :, [1, 1, 1]].astype(np.uint16) * 256 + 77,
        lambda f: f[:, :, [1, 1, 1]].astype(np.float32),
        lambda f: (f[:, :, [1, 1, 1]] / 255.0).astype(np.float64),
    ],
    ids=["grey", "one channel", "with alpha", "16 bits", "floats to 255", "floats to 1"],
)
def test_the_same_picture_in_another_form_is_the_same_frame(portrait, change):
    found = normalise(change(portrait)).astype(int)
    assert np.abs(found - portrait[:, :, [1, 1, 1]].astype(int)).max() <= 1


def test_numbers_that_are_none_are_black():
    raw = np.full((4, 4, 3), np.nan, np.float32)
    assert normalise(raw).max() == 0


def test_an_empty_frame_is_named_with_its_shape():
    with pytest.raises(FrameError, match=r"\(0, 640, 3\)"):
        normalise(np.zeros((0, 640, 3), np.uint8))


def test_turning_is_clockwise():
    frame = np.zeros((2, 4, 3), np.uint8)
    frame[0, 0] = 255
    assert rotate(frame, 0) is frame
    assert rotate(frame, 90)[0, 1].min() == 255
    assert rotate(frame, 180)[1, 3].min() == 255
    assert rotate(frame, 270)[3, 0].min() == 255


def test_a_huge_frame_is_looked_at_smaller_and_a_small_one_as_it_is():
    huge = np.zeros((3000, 4000, 3), np.uint8)
    small, factor = shrink(huge)
    assert small.shape == (1440, 1920, 3)
    assert abs(factor - 4000 / 1920) < 1e-9
    assert shrink(small) == (small, 1.0)


def test_brightness_is_a_share():
    assert brightness(np.zeros((40, 40, 3), np.uint8)) == 0
    assert brightness(np.full((40, 40, 3), 255, np.uint8)) == 1


def test_what_lies_outside_the_frame_is_black():
    frame = np.full((100, 200, 3), 200, np.uint8)
    square = cut(frame, whole(200, 100), 64)
    assert square.shape == (64, 64, 3)
    assert square[:15].max() == 0
    assert square[17:47].min() == 200
    assert square[49:].max() == 0


@given(st.floats(-500, 500), st.floats(-500, 500), st.floats(0.5, 900))
def test_any_view_can_be_cut(x, y, side):
    frame = np.full((50, 80, 3), 7, np.uint8)
    square = cut(frame, View(x, y, side), 32)
    assert square.shape == (32, 32, 3)
    assert set(np.unique(square)) <= {0, 7}
