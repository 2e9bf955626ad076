import copy
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.domain.emotions import EMOTIONS
from appliance.model.errors import ManifestError
from appliance.model.manifest import FeatureOutput, Manifest, parse_manifest
from appliance.model.tempering import Tempering


def changed(manifest: Manifest, path: str, value: Any) -> bytes:
    """The manifest's JSON with one entry set, or removed where the value is ...."""
    table = json.loads(manifest.to_json())
    *parents, key = path.split(".")
    target = table
    for parent in parents:
        target = target[parent]
    if value is ...:
        del target[key]
    else:
        target[key] = value
    return json.dumps(table).encode()


def test_a_manifest_survives_its_json(manifest: Manifest) -> None:
    assert parse_manifest(manifest.to_json()) == manifest


@pytest.mark.parametrize(
    ("path", "value", "complaint"),
    [
        ("format", 3, "format: expected 1 or 2, found 3"),
        ("format", 2, r"outputs\.features: expected an entry, found none"),
        ("outputs.features", {"tensor": 1, "width": 4}, r"outputs\.features: expected no such key"),
        ("name", "../x", "name: expected a text like"),
        ("version", "1.0", "version: expected a text like"),
        ("created", "yesterday", "created: expected a text like"),
        ("labels", ["happy"] * 7, "labels: expected each of angry disgust fear happy neutral sad surprise once"),
        ("labels", ["happy"], "labels: expected each of"),
        ("labels", "happy", "labels: expected a list of texts, found happy"),
        ("input", ..., "input: expected an entry, found none"),
        ("input", 5, "input must be an object, found 5"),
        ("input.width", 64, r"input\.height: expected 64 like the width"),
        ("input.height", 4, r"input\.height: expected a whole number 16..256, found 4"),
        ("input.height", True, r"input\.height: expected a whole number"),
        ("input.channels", 3, r"input\.channels: expected 1 for colour grey, found 3"),
        ("input.colour", "sepia", r"input\.colour: expected grey or rgb, found sepia"),
        ("input.dtype", "float32", r"input\.dtype: expected uint8, found float32"),
        ("crop.scale", float("nan"), r"crop\.scale: expected a number 0\.5\.\.3\.0, found nan"),
        ("crop.tilt", 1, r"crop\.tilt: expected no such key, found 1"),
        ("outputs.emotions", [0, 1, 2, 3, 4, 5, 15], r"outputs\.emotions: expected 7 different whole numbers 0\.\.14"),
        ("outputs.emotions", [0, 0, 1, 2, 3, 4, 5], r"outputs\.emotions: expected 7 different"),
        ("outputs.others", {"contempt": 99}, r"outputs\.others\.contempt: expected a whole number 0\.\.14, found 99"),
        ("outputs.benchmarks", {"fer2013": [0]}, r"outputs\.benchmarks\.fer2013: expected 7 different"),
        ("temperature", 0, r"temperature: expected a number 0\.05\.\.20\.0, found 0"),
        ("temperature", "1", "temperature: expected a number, found 1"),
        ("metrics", [{}], r"metrics\[0\]\.name: expected an entry, found none"),
        ("members", {}, r"members: expected golden\.npz and model\.tflite, found nothing"),
        ("surprise", 1, "surprise: expected no such key, found 1"),
    ],
)
def test_a_wrong_entry_is_named_with_what_was_found_and_expected(
    manifest: Manifest, path: str, value: Any, complaint: str
) -> None:
    with pytest.raises(ManifestError, match="here: " + complaint):
        parse_manifest(changed(manifest, path, value), "here")


def test_how_poor_crops_temper_may_be_left_out_or_told() -> None:
    assert parse_manifest(json.dumps(TABLE).encode()).tempering is None
    by = {"dark": 0.2, "flat": 0, "grainy": 0.1, "soft": 2, "small": 0.3, "covered": 0.4}
    found = parse_manifest(json.dumps(TABLE | {"tempering": by}).encode())
    assert found.tempering == Tempering(0.2, 0.0, 0.1, 2.0, 0.3, 0.4)
    assert parse_manifest(found.to_json()) == found
    for wrong in (by | {"dark": -0.1}, by | {"mood": 1}, {"dark": 1}, []):
        with pytest.raises(ManifestError, match="tempering"):
            parse_manifest(json.dumps(TABLE | {"tempering": wrong}).encode())


def test_a_manifest_of_format_2_says_where_the_features_are(manifest: Manifest) -> None:
    table = json.loads(manifest.to_json()) | {"format": 2}
    table["outputs"]["features"] = {"tensor": 1, "width": 4}
    with pytest.raises(ManifestError, match=r"members: expected features\.npz and golden\.npz and model\.tflite"):
        parse_manifest(json.dumps(table).encode())
    table["members"]["features.npz"] = "0" * 64
    found = parse_manifest(json.dumps(table).encode())
    assert found.outputs.features == FeatureOutput(tensor=1, width=4)
    assert parse_manifest(found.to_json()) == found


@pytest.mark.parametrize("junk", [b"", b"[]", b"null", b"{", b"\xff", b"[" * 100_000])
def test_what_is_not_a_json_object_is_refused(junk: bytes) -> None:
    with pytest.raises(ManifestError):
        parse_manifest(junk)


@given(labels=st.permutations([emotion.value for emotion in EMOTIONS]))
def test_labels_in_any_order_lead_to_the_same_emotions(labels: list[str]) -> None:
    table = copy.deepcopy(TABLE)
    table["labels"] = labels
    found = parse_manifest(json.dumps(table).encode())
    for emotion, index in zip(EMOTIONS, found.canonical, strict=True):
        assert labels[found.outputs.emotions.index(index)] == emotion


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)


@given(
    VALUES,
    st.sampled_from(["labels", "input", "crop", "outputs", "temperature", "tempering", "metrics", "members", "name"]),
)
def test_any_value_in_any_place_is_accepted_or_named(value: Any, key: str) -> None:
    table = copy.deepcopy(TABLE)
    table[key] = value
    complaint = ""
    try:
        parse_manifest(json.dumps(table).encode())
    except ManifestError as error:
        complaint = str(error)
    assert complaint == "" or key in complaint


TABLE: dict[str, Any] = {
    "format": 1,
    "name": "m",
    "version": "1.0.0",
    "created": "2026-01-31T12:00:00Z",
    "labels": [emotion.value for emotion in EMOTIONS],
    "input": {"height": 48, "width": 48, "channels": 1, "layout": "nhwc", "colour": "grey", "dtype": "uint8"},
    "crop": {"scale": 1.05, "up": 0.05, "shape": "square", "align": "none"},
    "quantization": "int8",
    "outputs": {"tensor": 0, "kind": "logits", "width": 7, "emotions": [6, 5, 4, 3, 2, 1, 0], "others": {},
                "benchmarks": {}},
    "temperature": 1.0,
    "metrics": [],
    "members": {"golden.npz": "0" * 64, "model.tflite": "f" * 64},
}  # fmt: skip
