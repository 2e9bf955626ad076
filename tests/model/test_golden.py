import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.model import archive, golden
from appliance.model.errors import BundleError
from appliance.model.golden import Golden

SHAPE = (48, 48, 1)


def stored(inputs: np.ndarray, probabilities: np.ndarray) -> bytes:
    return Golden(inputs, probabilities).to_bytes()


def test_golden_vectors_survive_storing(vectors: Golden) -> None:
    found = golden.parse_golden(vectors.to_bytes(), SHAPE, "x")
    assert (found.inputs == vectors.inputs).all()
    assert (found.probabilities == vectors.probabilities).all()


def test_numpy_reads_them_too(vectors: Golden) -> None:
    with np.load(io.BytesIO(vectors.to_bytes()), allow_pickle=False) as file:
        assert (file["inputs"] == vectors.inputs).all()


@pytest.mark.parametrize(
    ("inputs", "probabilities", "complaint"),
    [
        (np.zeros((2, 40, 40, 1), np.uint8), np.full((2, 7), 1 / 7, np.float32), "inputs: expected 1..64 of shape"),
        (np.zeros((0, 48, 48, 1), np.uint8), np.zeros((0, 7), np.float32), "inputs: expected 1..64"),
        (np.zeros((2, 48, 48, 1), np.float32), np.full((2, 7), 1 / 7, np.float32), "inputs: expected uint8"),
        (np.zeros((2, 48, 48, 1), np.uint8), np.full((2, 8), 1 / 8, np.float32), r"expected shape \(2, 7\)"),
        (np.zeros((2, 48, 48, 1), np.uint8), np.full((2, 7), np.nan, np.float32), "each row must sum to 1"),
        (np.zeros((2, 48, 48, 1), np.uint8), np.ones((2, 7), np.float32), "each row must sum to 1"),
    ],
)
def test_vectors_that_do_not_fit_are_refused(inputs: np.ndarray, probabilities: np.ndarray, complaint: str) -> None:
    with pytest.raises(BundleError, match=complaint):
        golden.parse_golden(stored(inputs, probabilities), SHAPE, "x")


def test_a_header_that_claims_more_than_is_there_is_refused(vectors: Golden) -> None:
    members = archive.unpack_archive(vectors.to_bytes(), {"inputs.npy": 10**6, "probabilities.npy": 10**6}, "x")
    members["inputs.npy"] = members["inputs.npy"].replace(b"(3, 48, 48, 1)", b"(9, 99, 99, 9)")
    with pytest.raises(BundleError, match="inputs: not an array"):
        golden.parse_golden(archive.pack_archive(members), SHAPE, "x")


def test_pickled_objects_are_never_loaded() -> None:
    buffer = io.BytesIO()
    np.save(buffer, np.array([{"a": 1}], dtype=object), allow_pickle=True)
    data = archive.pack_archive({"inputs.npy": buffer.getvalue(), "probabilities.npy": b""})
    with pytest.raises(BundleError, match="inputs"):
        golden.parse_golden(data, SHAPE, "x")


@given(st.binary(max_size=200))
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_a_junk_header_is_refused_with_our_own_error(junk: bytes) -> None:
    header = b"\x93NUMPY\x01\x00" + len(junk).to_bytes(2, "little") + junk
    with pytest.raises(BundleError):
        golden.parse_golden(archive.pack_archive({"inputs.npy": header, "probabilities.npy": b""}), SHAPE, "x")
