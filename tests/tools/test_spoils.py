import numpy as np
import pytest

from tools.train_and_quantize import spoils


def faces() -> np.ndarray:
    return np.random.default_rng(5).integers(60, 200, (6, 48, 48), dtype=np.uint8)


@pytest.mark.parametrize("name", spoils.SPOILS)
def test_a_spoil_changes_every_face_the_same_way_each_time(name: str) -> None:
    found = spoils.spoiled(faces(), name)
    assert found.shape == faces().shape
    assert found.dtype == np.uint8
    assert (found != faces()).any(axis=(1, 2)).all()
    assert (found == spoils.spoiled(faces(), name)).all()


def test_whole_faces_stay_as_they_are() -> None:
    assert (spoils.spoiled(faces(), spoils.WHOLE) == faces()).all()


def test_half_of_the_heads_are_turned_to_each_side() -> None:
    one = np.repeat(faces()[:1], 4, axis=0)
    turned = spoils.spoiled(one, "turned by 30°")
    assert (turned[0] == turned[2]).all()
    assert (turned[0] != turned[1]).any()
