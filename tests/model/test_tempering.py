import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from appliance.model.bundle import Bundle
from appliance.model.classifier import ExpressionClassifier
from appliance.model.tempering import MOST, Tempering, tempered, troubles

EACH = Tempering(dark=0.3, flat=0.2, grainy=0.4, soft=0.1, small=0.5, covered=0.3)


def clear() -> np.ndarray:
    """A crop with light, contrast and detail."""
    rng = np.random.default_rng(1)
    down, across = np.mgrid[0:48, 0:48]
    smooth = 128 + 60 * np.sin(across / 6) + 40 * np.cos(down / 5)
    return np.clip(smooth + rng.normal(0, 4, smooth.shape), 0, 255).astype(np.uint8)[..., None]


def masked(face: np.ndarray) -> np.ndarray:
    """With something plain before the lower half."""
    worn = face.copy()
    worn[26:] = 120
    return worn


def test_a_clear_face_has_no_trouble() -> None:
    assert troubles(clear(), 60.0) == (0, 0, 0, 0, 0, 0)
    assert tempered(clear()[None], EACH, [60.0]).tolist() == [1.0]


@pytest.mark.parametrize(
    ("spoil", "what"),
    [
        (lambda face: face // 4, 0),
        (lambda face: 128 + (face.astype(int) - 128) // 4, 1),
        (lambda face: np.clip(face + np.random.default_rng(2).normal(0, 30, face.shape), 0, 255), 2),
        (masked, 5),
        (lambda face: np.full_like(face, 130) + np.linspace(-60, 60, 48).astype(int)[None, :, None], 3),
    ],
    ids=["dark", "flat", "grainy", "covered", "soft"],
)
def test_each_trouble_is_told_from_the_crop(spoil, what: int) -> None:
    found = troubles(np.asarray(spoil(clear()), np.uint8))
    assert found[what] > 0.5
    assert tempered(np.asarray(spoil(clear()), np.uint8)[None], EACH)[0] > 1


def test_a_face_of_half_the_width_has_one_halving_more() -> None:
    assert troubles(clear(), 24.0)[4] == pytest.approx(1)
    assert troubles(clear(), 12.0)[4] == pytest.approx(2)
    assert troubles(clear(), None)[4] == 0


@given(npst.arrays(np.uint8, (2, 16, 16, 3)), st.lists(st.floats(0, 1e4), min_size=2, max_size=2))
def test_any_crop_gives_a_factor_between_one_and_the_most(faces: np.ndarray, widths: list[float]) -> None:
    found = tempered(faces, EACH, widths)
    assert found.shape == (2,)
    assert ((found >= 1) & (found <= MOST)).all()


def test_no_faces_give_no_factors() -> None:
    assert tempered(np.zeros((0, 48, 48, 1), np.uint8), EACH).shape == (0,)


def test_a_tempered_model_is_less_sure_of_dark_faces_and_names_the_same(shipped: Bundle) -> None:
    plain = ExpressionClassifier(dataclasses.replace(shipped, manifest=_with(shipped, None)))
    careful = ExpressionClassifier(dataclasses.replace(shipped, manifest=_with(shipped, EACH)))
    faces = np.stack([clear(), clear() // 8])
    before, after = plain.classify(faces), careful.classify(faces)
    assert (before.argmax(1) == after.argmax(1)).all()
    assert np.allclose(before[0], after[0])
    assert after[1].max() < before[1].max()


def test_a_small_face_is_believed_less_where_its_width_is_known(shipped: Bundle) -> None:
    careful = ExpressionClassifier(dataclasses.replace(shipped, manifest=_with(shipped, EACH)))
    face = clear()[None]
    assert careful.classify(face, [12.0]).max() < careful.classify(face, [80.0]).max()
    assert np.allclose(careful.classify(face, [80.0]), careful.classify(face))


def _with(shipped: Bundle, tempering: Tempering | None):
    return dataclasses.replace(shipped.manifest, tempering=tempering)
