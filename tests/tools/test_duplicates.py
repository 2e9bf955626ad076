import cv2
import numpy as np

from tools.train_and_quantize.duplicates import near_duplicates

RNG = np.random.default_rng(4)


def smooth(count: int) -> np.ndarray:
    """Pictures with large shapes, as faces have."""
    return np.stack([cv2.resize(RNG.integers(0, 256, (6, 6), dtype=np.uint8), (48, 48)) for _ in range(count)])


def test_the_same_picture_is_found() -> None:
    others = smooth(50)
    assert near_duplicates(others[7:9], others).all()


def test_a_brighter_and_recompressed_copy_is_found() -> None:
    others = smooth(50)
    brighter = cv2.convertScaleAbs(others[3], alpha=0.8, beta=30)
    copy = cv2.imdecode(cv2.imencode(".jpg", brighter)[1], cv2.IMREAD_GRAYSCALE)
    assert near_duplicates(copy[None], others).all()


def test_other_pictures_are_not_found() -> None:
    assert not near_duplicates(smooth(50), smooth(50)).any()


def test_flat_pictures_are_no_match_for_each_other() -> None:
    assert not near_duplicates(np.full((1, 48, 48), 9, np.uint8), np.full((2, 48, 48), 200, np.uint8)).any()
