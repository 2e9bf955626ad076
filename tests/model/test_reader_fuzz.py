"""Hostile bundles: whatever the bytes, the reader gives a whole bundle or raises one of its own errors.

MOODBOX_FUZZ sets how many examples each test tries; 60000 take about ten minutes, and want pytest's `--timeout 0`.
"""

import hashlib
import json
import os
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from appliance.model import archive, bundle, golden
from appliance.model.bundle import LIMITS
from appliance.model.errors import ModelError
from tests.model import tiny

DATA = tiny.make()
MEMBERS = archive.unpack_archive(DATA, LIMITS, "tiny")
VECTORS = archive.unpack_archive(MEMBERS["golden.npz"], {"inputs.npy": 2_000_000, "probabilities.npy": 20_000}, "tiny")
THOROUGH = settings(
    max_examples=int(os.environ.get("MOODBOX_FUZZ", "150")), deadline=None, suppress_health_check=list(HealthCheck)
)

EDIT = st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 40), st.binary(max_size=40))
"""Where (as a share of the whole), how many bytes go, and which come."""

JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=8) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)


def edited(data: bytes, edits: list[tuple[float, int, bytes]]) -> bytes:
    for where, gone, come in edits:
        at = int(where * (len(data) + 1))
        data = data[:at] + come + data[at + gone :]
    return data


def read(data: bytes) -> bundle.Bundle | None:
    """The bundle, after a look at everything that others rely on; None if the reader refuses it."""
    try:
        found = bundle.parse_bundle(data)
    except ModelError:
        return None
    shape = found.manifest.input.shape
    assert found.golden.inputs.shape[1:] == shape
    assert len(found.golden.inputs) == len(found.golden.probabilities)
    assert sorted(found.manifest.labels) == sorted(tiny.LABELS)
    assert len(set(found.manifest.canonical)) == 7
    assert hashlib.sha256(found.model).hexdigest() == found.manifest.members["model.tflite"]
    assert "/" not in found.manifest.name + found.manifest.version
    return found


def with_members(**changed: bytes) -> bytes:
    """The bundle with some members changed (`golden`, `manifest`) and the hashes made right again."""
    members = dict(MEMBERS)
    members["golden.npz"] = changed.get("golden", members["golden.npz"])
    table = json.loads(members["manifest.json"])
    table["members"]["golden.npz"] = hashlib.sha256(members["golden.npz"]).hexdigest()
    members["manifest.json"] = changed.get("manifest", json.dumps(table).encode())
    return archive.pack_archive(members)


def test_the_untouched_bundle_is_read() -> None:
    assert read(DATA) is not None
    assert read(with_members()) is not None


@THOROUGH
@given(st.lists(EDIT, min_size=1, max_size=6))
def test_edited_bytes(edits: list[tuple[float, int, bytes]]) -> None:
    read(edited(DATA, edits))


@THOROUGH
@given(st.lists(EDIT, min_size=1, max_size=6))
def test_edited_ends_where_a_zip_keeps_its_directory(edits: list[tuple[float, int, bytes]]) -> None:
    read(DATA[:-400] + edited(DATA[-400:], edits))


@THOROUGH
@given(st.lists(EDIT, min_size=1, max_size=6))
def test_edited_manifests(edits: list[tuple[float, int, bytes]]) -> None:
    read(with_members(manifest=edited(MEMBERS["manifest.json"], edits)))


@st.composite
def twisted(draw: st.DrawFn) -> bytes:
    """A manifest of valid JSON, one of whose values, however deep, has become something else."""
    table: Any = json.loads(MEMBERS["manifest.json"])
    place, key = table, draw(st.sampled_from(sorted(table)))
    while isinstance(place[key], dict | list) and place[key] and draw(st.booleans()):
        place = place[key]
        key = draw(st.sampled_from(sorted(place) if isinstance(place, dict) else range(len(place))))
    if isinstance(place, dict) and draw(st.booleans()):
        place[draw(st.text(max_size=8))] = place.pop(key)
    else:
        place[key] = draw(JUNK)
    return json.dumps(table).encode()


@THOROUGH
@given(twisted())
def test_twisted_manifests(data: bytes) -> None:
    read(with_members(manifest=data))


@THOROUGH
@given(st.sampled_from(sorted(VECTORS)), st.lists(EDIT, min_size=1, max_size=4), st.booleans())
def test_edited_golden_vectors(name: str, edits: list[tuple[float, int, bytes]], in_header: bool) -> None:
    array = VECTORS[name]
    changed = edited(array[:128], edits) + array[128:] if in_header else edited(array, edits)
    read(with_members(golden=archive.pack_archive(VECTORS | {name: changed})))


@THOROUGH
@given(st.text(max_size=60))
def test_headers_of_arrays_that_claim_anything(claim: str) -> None:
    header = claim.encode()[:117].ljust(117) + b"\n"
    array = b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header + bytes(64)
    with pytest.raises(ModelError):
        golden.parse_golden(archive.pack_archive(VECTORS | {"inputs.npy": array}), (16, 16, 1), "tiny")
