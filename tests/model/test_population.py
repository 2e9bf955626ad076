import numpy as np
import pytest
from hypothesis import given
from hypothesis.extra import numpy as npst

from appliance.model.errors import BundleError
from appliance.model.golden import pack_arrays
from appliance.model.population import Population, parse_population

USUAL = Population(np.ones(3, np.float32), np.diag([1, 2, 4]).astype(np.float32))


def test_the_usual_face_lies_at_zero_and_each_difference_counts_as_it_is_rare() -> None:
    placed = USUAL.place(np.array([[1, 1, 1], [4, 4, 4]], np.float32))
    assert placed.tolist() == [[0, 0, 0], [1, 2, 4]]


@given(npst.arrays(np.float32, (4, 3), elements={"min_value": -16, "max_value": 1e6}))
def test_any_features_have_a_place(features: np.ndarray) -> None:
    assert np.isfinite(USUAL.place(features)).all()


def test_it_is_read_back_as_it_was_stored() -> None:
    found = parse_population(USUAL.to_bytes(), 3, "here")
    assert (found.mean == USUAL.mean).all()
    assert (found.whitening == USUAL.whitening).all()


@pytest.mark.parametrize(
    ("mean", "whitening", "complaint"),
    [
        (np.ones(2, np.float32), np.eye(3, dtype=np.float32), r"here: mean: expected finite numbers of shape \(3,\)"),
        (np.ones(3, np.float32), np.eye(2, dtype=np.float32), r"here: whitening: expected finite numbers of shape"),
        (np.full(3, np.nan, np.float32), np.eye(3, dtype=np.float32), "here: mean: expected finite numbers"),
        (np.ones(3), np.eye(3, dtype=np.float32), "here: mean: expected float32"),
    ],
)
def test_what_does_not_fit_the_features_is_named(mean: np.ndarray, whitening: np.ndarray, complaint: str) -> None:
    with pytest.raises(BundleError, match=complaint):
        parse_population(pack_arrays({"mean.npy": mean, "whitening.npy": whitening}), 3, "here")
