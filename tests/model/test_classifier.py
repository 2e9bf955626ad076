import dataclasses
import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis.extra import numpy as npst

from appliance.domain.emotions import EMOTIONS, Reading
from appliance.model import bundle as bundles
from appliance.model import classifier as classifiers
from appliance.model import manifest as manifests
from appliance.model.bundle import Bundle
from appliance.model.classifier import TOLERANCE, ExpressionClassifier
from appliance.model.errors import ModelError
from appliance.model.golden import Golden
from appliance.model.manifest import FeatureOutput
from tests.model import tiny


@pytest.fixture(scope="module")
def classifier(shipped: Bundle) -> ExpressionClassifier:
    return ExpressionClassifier(shipped)


def test_the_shipped_model_gives_its_golden_probabilities_here(classifier: ExpressionClassifier) -> None:
    assert classifier.golden() <= TOLERANCE


def test_the_golden_vectors_tell_expressions_apart(shipped: Bundle) -> None:
    """Vectors that all gave the same answer could not tell a right model from a wrong one."""
    assert len(set(shipped.golden.probabilities.argmax(axis=1))) >= 3


@settings(max_examples=40)
@given(npst.arrays(np.uint8, (2, 48, 48, 1)))
def test_any_picture_gives_probabilities(classifier: ExpressionClassifier, faces: np.ndarray) -> None:
    found = classifier.classify(faces)
    assert found.shape == (2, 7)
    assert found.dtype == np.float32
    for row in found:
        Reading(tuple(float(value) for value in row))


def test_no_faces_give_no_probabilities(classifier: ExpressionClassifier) -> None:
    assert classifier.classify(np.zeros((0, 48, 48, 1), np.uint8)).shape == (0, 7)


def test_faces_do_not_influence_each_other(classifier: ExpressionClassifier, shipped: Bundle) -> None:
    together = classifier.classify(shipped.golden.inputs)
    alone = [classifier.classify(face[None])[0] for face in shipped.golden.inputs]
    assert (together == np.stack(alone)).all()


def test_features_come_with_the_logits_of_one_run(classifier: ExpressionClassifier, shipped: Bundle) -> None:
    logits, features = classifier.run(shipped.golden.inputs)
    assert (logits == classifier.logits(shipped.golden.inputs)).all()
    assert (features.dtype, features.shape) == (np.int8, (len(shipped.golden.inputs), 192))
    assert len({row.tobytes() for row in features}) == len(features)
    placed = classifier.placed(features)
    assert placed.shape == features.shape
    assert np.isfinite(placed).all()


def test_a_model_of_format_1_reads_faces_and_has_no_features() -> None:
    old = ExpressionClassifier(bundles.parse_bundle(tiny.make()))
    assert old.run(tiny.golden().inputs)[1].shape == (8, 0)
    with pytest.raises(ModelError, match=r"tiny 1\.0\.0 gives no features"):
        old.placed(np.zeros((1, 192), np.int8))


@pytest.mark.parametrize(
    ("output", "complaint"),
    [
        (FeatureOutput(tensor=5, width=192), "the model has 2 outputs, the manifest says features in 5"),
        (
            FeatureOutput(tensor=1, width=100),
            r"the model's features has shape \(1, 192\), the manifest says \(1, 100\)",
        ),
        (FeatureOutput(tensor=0, width=15), "the model's features must be int8, found float32"),
    ],
)
def test_features_that_are_not_as_the_manifest_says_are_refused(
    shipped: Bundle, output: FeatureOutput, complaint: str
) -> None:
    outputs = dataclasses.replace(shipped.manifest.outputs, features=output)
    with pytest.raises(ModelError, match=complaint):
        ExpressionClassifier(
            dataclasses.replace(shipped, manifest=dataclasses.replace(shipped.manifest, outputs=outputs))
        )


def test_the_labels_order_in_the_bundle_does_not_matter(shipped: Bundle, classifier: ExpressionClassifier) -> None:
    manifest = shipped.manifest
    turned = dataclasses.replace(
        manifest,
        labels=manifest.labels[::-1],
        outputs=dataclasses.replace(manifest.outputs, emotions=manifest.outputs.emotions[::-1]),
    )
    other = ExpressionClassifier(dataclasses.replace(shipped, manifest=turned))
    inputs = shipped.golden.inputs
    assert (other.classify(inputs) == classifier.classify(inputs)).all()


def test_an_emotion_that_the_model_does_not_name_has_probability_0(
    shipped: Bundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (classifiers, manifests):
        monkeypatch.setattr(module, "EMOTIONS", ("calm", *EMOTIONS))
    reads = ExpressionClassifier(shipped)
    rows = reads.classify(shipped.golden.inputs)
    assert rows.shape == (len(shipped.golden.inputs), 8)
    assert not rows[:, 0].any()
    assert rows.sum(axis=1) == pytest.approx(1, abs=1e-5)
    assert reads.golden() <= TOLERANCE


def test_labels_in_a_wrong_order_fail_the_golden_vectors(shipped: Bundle) -> None:
    manifest = dataclasses.replace(shipped.manifest, labels=shipped.manifest.labels[::-1])
    with pytest.raises(ModelError, match="golden vectors differ by"):
        ExpressionClassifier(dataclasses.replace(shipped, manifest=manifest)).golden()


def test_contempt_is_left_out_and_the_rest_sums_to_one(shipped: Bundle) -> None:
    inputs = shipped.golden.inputs
    untempered = dataclasses.replace(shipped.manifest, tempering=None)
    classifier = ExpressionClassifier(dataclasses.replace(shipped, manifest=untempered))
    logits = classifier.logits(inputs).astype(np.float64) / shipped.manifest.temperature
    contempt = shipped.manifest.outputs.others["contempt"]
    chosen = np.exp(logits[:, [*shipped.manifest.canonical, contempt]])
    eight = chosen / chosen.sum(axis=1, keepdims=True)
    seven = eight[:, : len(EMOTIONS)] / (1 - eight[:, len(EMOTIONS) :])
    assert np.allclose(classifier.classify(inputs), seven, atol=1e-5)


def test_a_higher_temperature_gives_less_confidence(shipped: Bundle, classifier: ExpressionClassifier) -> None:
    warmer = dataclasses.replace(shipped.manifest, temperature=2 * shipped.manifest.temperature)
    milder = ExpressionClassifier(dataclasses.replace(shipped, manifest=warmer)).classify(shipped.golden.inputs)
    assert (milder.max(axis=1) < classifier.classify(shipped.golden.inputs).max(axis=1)).all()


@pytest.mark.parametrize(
    "faces",
    [
        np.zeros((48, 48, 1), np.uint8),
        np.zeros((1, 40, 40, 1), np.uint8),
        np.zeros((1, 48, 48, 3), np.uint8),
        np.zeros((1, 48, 48, 1), np.float32),
    ],
)
def test_faces_of_another_shape_or_type_are_refused(classifier: ExpressionClassifier, faces: np.ndarray) -> None:
    with pytest.raises(ModelError, match=r"expected uint8 faces \(n, 48, 48, 1\), found"):
        classifier.classify(faces)


def test_a_manifest_with_a_wrong_input_size_is_refused(shipped: Bundle) -> None:
    small = dataclasses.replace(shipped.manifest.input, height=40, width=40)
    with pytest.raises(ModelError, match=r"input has shape \(1, 48, 48, 1\), the manifest says \(1, 40, 40, 1\)"):
        ExpressionClassifier(dataclasses.replace(shipped, manifest=dataclasses.replace(shipped.manifest, input=small)))


@pytest.mark.parametrize(("key", "value", "complaint"), [("width", 20, "output has shape"), ("tensor", 2, "2 outputs")])
def test_a_manifest_with_wrong_outputs_is_refused(shipped: Bundle, key: str, value: int, complaint: str) -> None:
    outputs = dataclasses.replace(shipped.manifest.outputs, **{key: value})
    with pytest.raises(ModelError, match=complaint):
        ExpressionClassifier(
            dataclasses.replace(shipped, manifest=dataclasses.replace(shipped.manifest, outputs=outputs))
        )


def test_a_file_that_is_no_model_is_refused(packed: bytes) -> None:
    with pytest.raises(ModelError, match="not a TFLite model"):
        ExpressionClassifier(bundles.parse_bundle(packed))


def test_numbers_that_are_not_finite_are_refused(shipped: Bundle) -> None:
    """The scale of the model's logits is overwritten with infinity; ai-edge-litert sees that before it runs."""
    broken = shipped.model
    for scale in _output_scales(shipped):
        broken = broken.replace(struct.pack("<f", scale), struct.pack("<f", float("inf")))
    with pytest.raises(ModelError, match=r"not finite|refuses the model"):
        ExpressionClassifier(dataclasses.replace(shipped, model=broken)).classify(shipped.golden.inputs)


def test_golden_vectors_of_another_model_fail(shipped: Bundle) -> None:
    wrong = np.roll(shipped.golden.probabilities, 1, axis=1)
    other = dataclasses.replace(shipped, golden=Golden(shipped.golden.inputs, wrong))
    with pytest.raises(ModelError, match="golden vectors differ by"):
        ExpressionClassifier(other).golden()


def _output_scales(shipped: Bundle) -> list[float]:
    """The quantization scale of the integer logits, from which the float output is made."""
    from appliance.model.runtime import load_interpreter

    interpreter = load_interpreter(shipped.model)
    details = interpreter.get_tensor_details()  # type: ignore[attr-defined]
    return [d["quantization"][0] for d in details if tuple(d["shape"]) == (1, 15) and d["dtype"] is np.int8]
