import dataclasses

import cv2
import numpy as np
import pytest

from tools.train_and_quantize.augment import augment, lower_resolution
from tools.train_and_quantize.recipe import Augment

NOTHING = Augment(
    rotation=0, scale=(1.0, 1.0), shift=0, contrast=(1.0, 1.0), brightness=0, slope=0, erase=0, low=0
)  # fmt: skip


def faces(count: int = 64, side: int = 48) -> np.ndarray:
    return np.random.default_rng(3).integers(0, 256, (count, side, side), dtype=np.uint8)


def blob(x: int, y: int) -> np.ndarray:
    """A picture with one bright spot."""
    made = np.zeros((1, 48, 48), np.uint8)
    cv2.circle(made[0], (x, y), 4, 255, -1)
    return made


def centre(picture: np.ndarray) -> tuple[float, float]:
    weights = picture.astype(float)
    return float((weights.sum(0) @ np.arange(weights.shape[1])) / weights.sum()), float(
        (weights.sum(1) @ np.arange(weights.shape[0])) / weights.sum()
    )


@pytest.mark.parametrize("size", [36, 40, 48])
def test_pictures_come_out_at_the_wanted_size(size: int) -> None:
    found = augment(faces(), size, Augment(), np.random.default_rng(1))
    assert found.shape == (64, size, size)
    assert found.dtype == np.uint8


def test_the_same_seed_gives_the_same_pictures() -> None:
    first, second = (augment(faces(), 48, Augment(), np.random.default_rng(5)) for _ in range(2))
    assert (first == second).all()


def test_without_any_range_pictures_stay_or_are_mirrored() -> None:
    given_faces = faces()
    found = augment(given_faces, 48, NOTHING, np.random.default_rng(1))
    same = (found == given_faces).all(axis=(1, 2))
    mirrored = (found == given_faces[:, :, ::-1]).all(axis=(1, 2))
    assert (same | mirrored).all()
    assert 10 < same.sum() < 54


def test_the_source_pictures_are_left_alone() -> None:
    given_faces = faces()
    before = given_faces.copy()
    augment(given_faces, 48, Augment(), np.random.default_rng(1))
    assert (given_faces == before).all()


def test_the_middle_stays_the_middle_when_the_size_changes() -> None:
    found = augment(blob(24, 24), 36, NOTHING, np.random.default_rng(1))[0]
    assert centre(found) == pytest.approx((17.5, 17.9), abs=0.6)


def test_shifts_stay_within_their_share() -> None:
    ranges = dataclasses.replace(NOTHING, shift=0.1)
    found = augment(np.repeat(blob(24, 24), 200, axis=0), 48, ranges, np.random.default_rng(1))
    places = np.array([centre(picture) for picture in found])
    assert np.abs(places - 23.5).max() <= 0.1 * 48 + 0.6
    assert np.ptp(places[:, 0]) > 6


def test_a_higher_scale_makes_faces_larger() -> None:
    ranges = dataclasses.replace(NOTHING, scale=(1.5, 1.5))
    found = augment(blob(24, 24), 48, ranges, np.random.default_rng(1))[0]
    assert (found > 127).sum() == pytest.approx(2.25 * (blob(24, 24) > 127).sum(), rel=0.15)


def test_erasing_paints_over_some_and_leaves_the_rest() -> None:
    flat = np.full((200, 48, 48), 100, np.uint8)
    found = augment(flat, 48, dataclasses.replace(NOTHING, erase=0.5), np.random.default_rng(1))
    share = (found != 100).mean(axis=(1, 2))
    assert 60 < (share > 0).sum() < 140
    assert share.max() <= 0.3


def test_low_resolution_takes_fine_detail_away_and_keeps_the_size() -> None:
    picture = faces(1)[0]
    found = lower_resolution(picture, 12)
    assert found.shape == picture.shape
    assert found.std() < 0.5 * picture.std()
    assert found.mean() == pytest.approx(picture.mean(), abs=2)


def test_light_that_falls_off_darkens_one_side() -> None:
    flat = np.full((50, 48, 48), 100, np.uint8)
    found = augment(flat, 48, dataclasses.replace(NOTHING, slope=1.0), np.random.default_rng(1)).astype(float)
    corners = np.stack([found[:, 0, 0], found[:, 0, -1], found[:, -1, 0], found[:, -1, -1]])
    assert (np.ptp(corners, axis=0) > 10).all()
