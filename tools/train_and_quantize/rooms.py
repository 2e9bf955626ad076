"""Training pictures as living rooms show them: dark and noisy, lit from one side, blurred, compressed, partly covered.

`augment` changes pose, crop and resolution, which every camera does; this adds what evenings, cheap cameras, masks and
sunglasses do, to a share of the pictures, so that the network also learns how little it can see there.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tools.train_and_quantize import spoiling
from tools.train_and_quantize.augment import augment
from tools.train_and_quantize.recipe import Recipe, Rooms
from tools.train_and_quantize.spoiling import Picture


def changed(pixels: NDArray[np.uint8], size: int, recipe: Recipe, rng: np.random.Generator) -> NDArray[np.uint8]:
    """Pictures (n, h, w) → changed pictures (n, size, size), each in its own way."""
    rooms = recipe.rooms
    if not rooms.share:
        return augment(pixels, size, recipe.augment, rng)
    inside = rng.random(len(pixels)) < rooms.share
    worn = pixels.copy()
    for index in np.flatnonzero(inside):
        worn[index] = _covered(worn[index], rooms, rng)
    found = augment(worn, size, recipe.augment, rng)
    for index in np.flatnonzero(inside):
        found[index] = _seen(found[index], rooms, rng)
    return found


def _covered(face: Picture, rooms: Rooms, rng: np.random.Generator) -> Picture:
    """What is worn, or held before the face; it tilts with the head."""
    if rng.random() < rooms.glasses:
        half = rng.uniform(0.11, 0.19), rng.uniform(0.07, 0.14)
        shift = rng.uniform(-0.05, 0.05), rng.uniform(-0.05, 0.05)
        face = spoiling.sunglasses(face, rng.uniform(0, 100), half, shift)
    if rng.random() < rooms.mouth:
        shape = spoiling.MASK if rng.random() < 0.5 else spoiling.MOUTH
        middle = shape.mean(0)
        corners = middle + (shape - middle) * rng.uniform(0.8, 1.25, 2) + rng.uniform(-0.06, 0.06, 2)
        corners = corners + rng.uniform(-0.03, 0.03, corners.shape)
        slope = rng.uniform(-40, 40), rng.uniform(-40, 40)
        face = spoiling.covered(face, corners, rng.uniform(0, 255), slope)
    return face


def _seen(face: Picture, rooms: Rooms, rng: np.random.Generator) -> Picture:
    """The room's light, then the lens, then the sensor, then the camera's file."""
    if rng.random() < rooms.side:
        direction, least = rng.uniform(0, 2 * np.pi), rng.uniform(0.05, 0.6)
        face = spoiling.lit_from_one_side(face, direction, least, np.exp(rng.uniform(0, np.log(6))))
    if dark := rng.random() < rooms.dark:
        face = spoiling.darkened(face, rng.uniform(*rooms.gamma))
    if rng.random() < rooms.blur:
        if rng.random() < 0.5:
            face = spoiling.defocused(face, rng.uniform(*rooms.blur_sigma))
        else:
            face = spoiling.moved(face, int(rng.integers(3, 10)), rng.uniform(0, np.pi))
    if rng.random() < (max(rooms.noise, rooms.dark_noise) if dark else rooms.noise):
        grain = 1 if rng.random() < 0.7 else 2
        face = spoiling.noisy(face, rng.uniform(*rooms.noise_sigma), rng, grain)
    if rng.random() < rooms.jpeg:
        face = spoiling.compressed(face, int(rng.integers(rooms.jpeg_quality[0], rooms.jpeg_quality[1] + 1)))
    return face
