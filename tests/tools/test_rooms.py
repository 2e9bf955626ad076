import dataclasses

import numpy as np
import pytest

from tools.train_and_quantize import rooms
from tools.train_and_quantize.augment import augment
from tools.train_and_quantize.recipe import Augment, Recipe, Rooms

STILL = Augment(rotation=0, scale=(1.0, 1.0), shift=0, contrast=(1.0, 1.0), brightness=0, slope=0, erase=0, low=0)
NEVER = Rooms(share=1.0, dark=0, side=0, noise=0, mouth=0, glasses=0, blur=0, jpeg=0)


def faces(count: int = 40) -> np.ndarray:
    down, across = np.mgrid[0:48, 0:48]
    return np.stack([((down * 5) ^ (across * (3 + n))) % 200 + 30 for n in range(count)]).astype(np.uint8)


def changed(room: Rooms, pixels: np.ndarray) -> np.ndarray:
    """How much each picture differs from itself or its mirror image."""
    found = rooms.changed(pixels, 48, Recipe("x", augment=STILL, rooms=room), np.random.default_rng(2)).astype(int)
    ways = [np.abs(found - way).mean((1, 2)) for way in (pixels, pixels[:, :, ::-1])]
    return np.minimum(*ways)


def test_a_dark_picture_is_as_noisy_as_the_recipe_says_of_dark_ones() -> None:
    dark = dataclasses.replace(NEVER, dark=1.0, gamma=(1.0, 1.0), noise_sigma=(5.0, 5.0))
    assert (changed(dark, faces()) == 0).all()
    assert (changed(dataclasses.replace(dark, dark_noise=1.0), faces()) > 0).all()
    assert (changed(dataclasses.replace(dark, dark=0.0, dark_noise=1.0), faces()) == 0).all()


@pytest.mark.parametrize("what", ["dark", "side", "noise", "mouth", "glasses", "blur", "jpeg"])
def test_each_trouble_spoils_as_often_as_the_recipe_says(what: str) -> None:
    assert (changed(NEVER, faces()) == 0).all()
    spoiled = changed(dataclasses.replace(NEVER, **{what: 0.5}), faces())
    assert 10 < (spoiled > 0).sum() < 30
    assert (changed(dataclasses.replace(NEVER, **{what: 1.0}), faces()) > 0).all()


def test_only_the_share_of_the_pictures_is_taken_into_a_room() -> None:
    assert 3 < (changed(dataclasses.replace(NEVER, share=0.3, dark=1.0), faces()) > 0).sum() < 22


def test_without_a_share_a_recipe_draws_the_pictures_it_always_drew() -> None:
    recipe = Recipe("x")
    found = rooms.changed(faces(), 40, recipe, np.random.default_rng(7))
    assert (found == augment(faces(), 40, recipe.augment, np.random.default_rng(7))).all()


def test_the_same_seed_gives_the_same_rooms_and_leaves_the_source_alone() -> None:
    given, recipe = faces(), Recipe("x", rooms=Rooms(share=0.8))
    first, second = (rooms.changed(given, 40, recipe, np.random.default_rng(3)) for _ in range(2))
    assert (first == second).all()
    assert (given == faces()).all()
    assert first.shape == (40, 40, 40)
