import dataclasses

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.model.errors import ModelError
from appliance.model.manifest import Manifest
from appliance.model.preprocess import prepare, prepare_aligned

RNG = np.random.default_rng(7)


def noise(*shape: int) -> np.ndarray:
    return RNG.integers(0, 256, shape, dtype=np.uint8)


@pytest.fixture
def plain(manifest: Manifest) -> Manifest:
    """A manifest whose crop is the box itself."""
    return dataclasses.replace(manifest, crop=dataclasses.replace(manifest.crop, scale=1.0, up=0.0))


@pytest.fixture
def colour(manifest: Manifest) -> Manifest:
    return dataclasses.replace(manifest, input=dataclasses.replace(manifest.input, channels=3, colour="rgb"))


def test_a_face_crop_of_the_models_size_passes_bit_for_bit(manifest: Manifest) -> None:
    picture = noise(48, 48)
    assert (prepare_aligned(picture, manifest)[:, :, 0] == picture).all()


def test_a_box_of_the_models_size_passes_bit_for_bit(plain: Manifest) -> None:
    frame = noise(100, 120)
    assert (prepare(frame, (30, 20, 48, 48), plain)[:, :, 0] == frame[20:68, 30:78]).all()


def test_the_crop_is_a_little_larger_than_the_box_and_higher(manifest: Manifest) -> None:
    frame = noise(400, 400)
    side = round(100 * 1.05)
    left, top = round(200 - side / 2), round(200 - 5 - side / 2)
    expected = cv2.resize(frame[top : top + side, left : left + side], (48, 48), interpolation=cv2.INTER_AREA)
    assert (prepare(frame, (150, 150, 100, 100), manifest)[:, :, 0] == expected).all()


def test_small_faces_are_scaled_up_linearly(plain: Manifest) -> None:
    frame = noise(60, 60)
    expected = cv2.resize(frame[10:30, 10:30], (48, 48), interpolation=cv2.INTER_LINEAR)
    assert (prepare(frame, (10, 10, 20, 20), plain)[:, :, 0] == expected).all()


def test_beyond_the_edge_the_border_is_repeated(plain: Manifest) -> None:
    frame = noise(48, 48)
    found = prepare(frame, (-10, 0, 48, 48), plain)[:, :, 0]
    assert (found[:, 10:] == frame[:, :38]).all()
    assert (found[:, :10] == frame[:, :1]).all()


def test_colour_becomes_grey_as_opencv_makes_it(plain: Manifest) -> None:
    frame = noise(48, 48, 3)
    assert (prepare(frame, (0, 0, 48, 48), plain)[:, :, 0] == cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY)).all()


def test_a_colour_model_gets_red_first(colour: Manifest) -> None:
    picture = noise(48, 48, 3)
    assert (prepare_aligned(picture, colour) == picture[:, :, ::-1]).all()


def test_a_colour_model_takes_grey_pictures(colour: Manifest) -> None:
    picture = noise(48, 48)
    assert (prepare_aligned(picture, colour) == picture[:, :, None]).all()


def test_of_an_oblong_face_crop_the_middle_is_taken(manifest: Manifest) -> None:
    picture = noise(48, 60)
    assert (prepare_aligned(picture, manifest)[:, :, 0] == picture[:, 6:54]).all()


@given(
    box=st.tuples(*[st.floats(-200, 400)] * 2, *[st.floats(0.5, 300)] * 2),
    shape=st.sampled_from([(120, 160), (120, 160, 1), (120, 160, 3), (16, 16), (1, 1)]),
)
def test_any_box_gives_the_models_input_or_is_refused(
    manifest: Manifest, box: tuple[float, float, float, float], shape: tuple[int, ...]
) -> None:
    frame = np.full(shape, 77, np.uint8)
    try:
        found = prepare(frame, box, manifest)
    except ModelError:
        return
    assert found.shape == (48, 48, 1)
    assert found.dtype == np.uint8
    assert (found == 77).all()


@pytest.mark.parametrize(
    "box",
    [
        (0, 0, 0, 10),
        (0, 0, 10, -1),
        (float("nan"), 0, 5, 5),
        (0, 0, float("inf"), 5),
        (500, 0, 20, 20),
        (0, 0, 9e4, 9e4),
    ],
)
def test_an_impossible_box_is_refused(manifest: Manifest, box: tuple[float, float, float, float]) -> None:
    with pytest.raises(ModelError, match="box"):
        prepare(noise(100, 100), box, manifest)


@pytest.mark.parametrize(
    "frame",
    [
        np.zeros((10, 10), np.float32),
        np.zeros((10, 10, 4), np.uint8),
        np.zeros((0, 10), np.uint8),
        np.zeros(5, np.uint8),
    ],
)
def test_an_impossible_frame_is_refused(manifest: Manifest, frame: np.ndarray) -> None:
    with pytest.raises(ModelError, match="a frame must be"):
        prepare(frame, (0, 0, 5, 5), manifest)
    with pytest.raises(ModelError, match="a frame must be"):
        prepare_aligned(frame, manifest)


def test_the_frame_is_left_as_it_was(manifest: Manifest) -> None:
    frame = noise(100, 100)
    before = frame.copy()
    prepare(frame, (-5, 20, 60, 60), manifest)[...] = 0
    prepare_aligned(frame[:48, :48], manifest)[...] = 0
    assert (frame == before).all()


@pytest.mark.parametrize("roll", [-40.0, 20.0, 30.0])
def test_a_tilted_head_is_cut_out_upright(plain: Manifest, roll: float) -> None:
    frame = cv2.normalize(cv2.GaussianBlur(noise(300, 300), (0, 0), 6), None, 0, 255, cv2.NORM_MINMAX)
    turn = np.asarray(cv2.getRotationMatrix2D((150, 150), -roll, 1.0), np.float64)
    tilted = np.asarray(cv2.warpAffine(frame, turn, (300, 300)), np.uint8)
    side = 100 * (1 + 0.2 * abs(roll) / 45)  # a tilted head is larger than the box that detectors give
    upright = prepare(frame, (150 - side / 2, 150 - side / 2, side, side), plain).astype(float)
    assert np.abs(prepare(tilted, (100, 100, 100, 100), plain, roll) - upright).mean() < 8
    assert np.abs(prepare(tilted, (100, 100, 100, 100), plain) - upright).mean() > 20


def test_a_tilted_head_at_the_edge_is_cut_out_too(manifest: Manifest, colour: Manifest) -> None:
    for frame, into in ((noise(90, 80), manifest), (noise(90, 80, 1), manifest), (noise(90, 80, 3), colour)):
        assert prepare(frame, (-20, 60, 50, 50), into, 33.0).shape == into.input.shape
