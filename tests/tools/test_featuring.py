"""The shipped model has features; without them it is as it was before."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from appliance.model import bundle
from appliance.model.bundle import Bundle
from appliance.model.classifier import ExpressionClassifier
from appliance.model.manifest import FORMAT, MEMBERS
from appliance.model.shipped import shipped_model
from appliance.model.tflite_file import verify_tflite
from tests.model import tiny
from tools.train_and_quantize import featuring
from tools.train_and_quantize.dataset import Dataset
from tools.train_and_quantize.errors import RunError
from tools.train_and_quantize.shipping import ship_with_features


@pytest.fixture(scope="module")
def plain() -> Bundle:
    """The shipped bundle as one of format 1."""
    shipped = bundle.read_bundle(shipped_model())
    members = {name: shipped.manifest.members[name] for name in MEMBERS}
    outputs = replace(shipped.manifest.outputs, features=None)
    manifest = replace(shipped.manifest, outputs=outputs, members=members, format=FORMAT)
    return bundle.parse_bundle(bundle.pack_bundle(manifest, shipped.model, shipped.golden))


def pictures(count: int = 40) -> Dataset:
    rng = np.random.default_rng(5)
    labels = np.arange(count) % 7
    pixels = rng.integers(0, 256, (count, 48, 48), np.uint8)
    return Dataset(("x",) * count, pixels, labels, np.zeros((count, 10), np.float32))


def test_an_older_bundle_gets_features_and_reads_faces_as_before(plain: Bundle, tmp_path: Path) -> None:
    out = tmp_path / "moodbox-edge.moodmodel"
    ship_with_features(plain, out, "9.0.0", "2026-01-31T12:00:00Z", pictures())
    made = bundle.read_bundle(out)
    verify_tflite(made.model)
    classifier, inputs = ExpressionClassifier(made), plain.golden.inputs
    logits, features = classifier.run(inputs)
    assert (logits == ExpressionClassifier(plain).logits(inputs)).all()
    assert features.shape == (len(inputs), 192)
    assert made.manifest.version == "9.0.0"
    with pytest.raises(RunError, match="has features already"):
        ship_with_features(made, out, "9.0.1", "2026-01-31T12:00:00Z", pictures())


def test_a_model_without_int8_features_is_refused() -> None:
    with pytest.raises(RunError, match=r"must be int8 of shape \(1, n\), found type 0"):
        featuring.with_features(tiny.tflite())


def test_after_whitening_the_faces_of_one_emotion_differ_equally_all_ways() -> None:
    rng = np.random.default_rng(3)
    turned, _ = np.linalg.qr(rng.normal(size=(5, 5)))
    mixed = rng.normal(size=(4000, 5)) * [1, 1.5, 2, 2.5, 3] @ turned
    labels = np.repeat(np.arange(4), 1000)
    mixed += labels[:, None]
    placed = mixed @ featuring._whitening(mixed, labels)
    spread = sum(np.cov(placed[labels == label].T) for label in range(4)) / 4
    assert np.abs(spread - np.diag(np.diag(spread))).max() < 0.15
    assert 0.6 < np.diag(spread).min() <= np.diag(spread).max() < 1.2
