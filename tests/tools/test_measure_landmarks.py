"""Points are freed of place, size and pose, and whitened by how they vary within an emotion."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tools.measure_landmarks import free_of_pose, mean_shape, whitening

SHAPES = np.random.default_rng(5).normal(size=(3, 20, 3))


@given(st.floats(-3, 3), st.floats(-3, 3), st.floats(0.1, 9), st.floats(-90, 90))
def test_a_face_is_the_same_wherever_it_is_and_however_it_is_turned(
    pan: float, roll: float, size: float, place: float
) -> None:
    about_y = np.array([[np.cos(pan), 0, np.sin(pan)], [0, 1, 0], [-np.sin(pan), 0, np.cos(pan)]])
    about_z = np.array([[np.cos(roll), -np.sin(roll), 0], [np.sin(roll), np.cos(roll), 0], [0, 0, 1]])
    mean = mean_shape(SHAPES)
    moved = size * SHAPES @ about_y @ about_z + place
    assert np.abs(free_of_pose(moved, mean) - free_of_pose(SHAPES, mean)).max() < 1e-6


def test_whitened_shapes_vary_by_one_within_an_emotion() -> None:
    rng = np.random.default_rng(6)
    words = np.arange(900) % 7
    shapes = rng.normal(size=(900, 12)) * np.arange(1, 13) + 40 * rng.normal(size=(7, 12))[words]
    mean, matrix = whitening(shapes, words, 8)
    places = (shapes - mean) @ matrix
    within = np.concatenate([places[words == word] - places[words == word].mean(axis=0) for word in range(7)])
    assert matrix.shape == (12, 8)
    assert np.abs(within.T @ within / len(within) - np.eye(8)).max() < 0.1
