"""Points of a face mesh: found on a face, and free of its place, size and pose."""

import importlib.util
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.portraits import smiling
from tests.tools.conftest import picture
from tools.train_and_quantize import landmarks
from tools.train_and_quantize.errors import DataError
from tools.train_and_quantize.face_mesh import POINTS, FaceMesh, aligned, found, mesh_file

HERE = importlib.util.find_spec("mediapipe") is not None


def face() -> np.ndarray:
    """The portrait's face, as FER2013 cuts them."""
    grey = cv2.cvtColor(smiling(), cv2.COLOR_BGR2GRAY)
    return cv2.resize(grey[66:172, 172:278], (48, 48), interpolation=cv2.INTER_AREA)


def turn(degrees: list[float]) -> np.ndarray:
    """A turn about the three axes."""
    made = np.eye(3)
    for axis, angle in enumerate(np.radians(degrees)):
        one = np.eye(3)
        first, second = (index for index in range(3) if index != axis)
        one[first, first] = one[second, second] = np.cos(angle)
        one[first, second], one[second, first] = -np.sin(angle), np.sin(angle)
        made = made @ one
    return made


@given(
    st.integers(0, 1000),
    st.lists(st.floats(-60, 60), min_size=3, max_size=3),
    st.floats(0.2, 5),
    st.lists(st.floats(-300, 300), min_size=3, max_size=3),
)
def test_where_how_large_and_which_way_a_face_is_makes_no_difference(
    seed: int, degrees: list[float], size: float, place: list[float]
) -> None:
    reference, shape = np.random.default_rng(seed).normal(size=(2, POINTS, 3)) * (70, 90, 30)
    shape = reference + shape / 10
    moved = size * shape @ turn(degrees) + place
    both = aligned(np.stack([shape, moved]).astype(np.float32), reference.astype(np.float32))
    assert np.abs(both[0] - both[1]).max() < 1e-3
    assert np.linalg.norm(both[0], axis=1).mean() == pytest.approx(1, abs=1e-4)


def test_a_face_in_its_mirror_image_is_another_one() -> None:
    shape = np.random.default_rng(1).normal(size=(POINTS, 3)).astype(np.float32)
    mirrored = shape * np.float32((-1, 1, 1))
    both = aligned(np.stack([shape, mirrored]), shape)
    assert np.abs(both[0] - both[1]).max() > 0.1


@pytest.mark.skipif(not HERE, reason="mediapipe is not installed")
def test_the_mesh_is_found_on_a_face_and_not_on_noise() -> None:
    noise = np.random.default_rng(0).integers(0, 255, (48, 48), dtype=np.uint8)
    seen = dict(found(FaceMesh(mesh_file()), [face(), noise]))
    assert list(seen) == [0]
    points = seen[0]
    assert points.shape == (POINTS, 3)
    nose, chin, forehead = (points[index, 1] for index in (1, 152, 10))
    assert forehead < nose < chin


def test_a_file_that_is_no_mesh_is_told(tmp_path: Path) -> None:
    file = tmp_path / "face_landmark.tflite"
    with pytest.raises(DataError, match="cannot be read: No such file"):
        FaceMesh(file)
    file.write_bytes(b"nothing" * 100)
    with pytest.raises(DataError, match="not a TFLite model"):
        FaceMesh(file)


@pytest.mark.skipif(not HERE, reason="mediapipe is not installed")
def test_pictures_without_a_face_end_in_a_line() -> None:
    from tools.train_and_quantize.dataset import Dataset

    pixels = np.stack([picture(label, 0) for label in range(3)])
    data = Dataset(("a", "b", "c"), pixels, np.arange(3), np.zeros((3, 10), np.float32))
    with pytest.raises(DataError, match="the mesh is found in no picture"):
        landmarks.faces(FaceMesh(mesh_file()), data)


@pytest.mark.slow
@pytest.mark.skipif(
    any(importlib.util.find_spec(each) is None for each in ("keras", "torch")),
    reason="training needs keras and torch: tools/train_and_quantize/requirements.txt",
)
def test_a_dense_network_learns_from_the_points_alone() -> None:
    rng = np.random.default_rng(0)
    labels = np.arange(700) % 7
    points = rng.normal(size=(1, POINTS, 3)) * 60 + rng.normal(size=(700, POINTS, 3))
    points[np.arange(700), labels * 9] += 40
    pixels = rng.integers(0, 255, (700, 48, 48), dtype=np.uint8)
    faces = landmarks.Faces(points.astype(np.float32), labels, pixels, 700)
    assert landmarks.measure(faces, faces, 5)["landmarks"]["accuracy"] > 90
