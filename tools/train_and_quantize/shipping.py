"""From a finished run to the bundle: quantized model, calibration, golden vectors, manifest with measured figures."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from appliance.model import bundle as bundles
from appliance.model.bundle import Bundle
from appliance.model.classifier import ExpressionClassifier
from appliance.model.golden import Golden
from appliance.model.labels import EXPRESSIONS
from appliance.model.manifest import MEMBERS, Crop, Input, Manifest, Metric, Outputs
from appliance.model.tempering import Tempering
from tools.train_and_quantize import calibration, featuring, spoils, votes
from tools.train_and_quantize.dataset import SIZE, Dataset
from tools.train_and_quantize.errors import RunError
from tools.train_and_quantize.evaluation import evaluate
from tools.train_and_quantize.pictures import golden_inputs

LABELS = tuple(emotion.value for emotion in EXPRESSIONS)


def ship(
    plain: bytes, path: Path, name: str, version: str, created: str, training: Dataset, validation: Dataset
) -> dict[str, Any]:
    """Write the bundle of a `plain` TFLite file, without features as yet, at `path` and return its figures."""
    model, width = featuring.with_features(plain)
    count = len(EXPRESSIONS)
    taught = bool((votes.strict_majority(validation.votes) >= 0).any())
    fer2013, ferplus = tuple(range(count)), tuple(range(count, 2 * count))
    described = Manifest(
        name=name,
        version=version,
        created=created,
        labels=LABELS,
        input=Input(height=SIZE, width=SIZE, channels=1, layout="nhwc", colour="grey", dtype="uint8"),
        crop=Crop(scale=1.05, up=0.05, shape="square", align="none"),
        quantization="int8",
        outputs=Outputs(
            tensor=0,
            kind="logits",
            width=count + len(votes.CLASSES),
            emotions=ferplus if taught else fer2013,
            others={"contempt": 2 * count} if taught else {},
            benchmarks={"fer2013": fer2013},
        ),
        temperature=1.0,
        metrics=(),
        members=dict.fromkeys(MEMBERS, "0" * 64),
    )
    described = featuring.described(described, width)
    inputs = golden_inputs(SIZE, 1)
    even = Golden(inputs, np.full((len(inputs), count), 1 / count, np.float32))
    population = featuring.population(described, model, even, training)
    draft = Bundle(described, model, even, "", population)
    temperature, tempering = _calibrated(draft, validation)
    described = replace(described, temperature=temperature, tempering=tempering)
    classifier = ExpressionClassifier(replace(draft, manifest=described))
    golden = Golden(inputs, classifier.named(inputs))
    figures = evaluate(bundles.parse_bundle(bundles.pack_bundle(described, model, golden, population)), validation)
    bundles.write_bundle(path, replace(described, metrics=_metrics(figures)), model, golden, population)
    return figures


def ship_with_features(old: Bundle, path: Path, version: str, created: str, training: Dataset) -> None:
    """Write a bundle at `path` that is `old` with features. Raises RunError if it has them already."""
    if old.manifest.outputs.features:
        raise RunError(f"{old.manifest.name} {old.manifest.version}: has features already")
    model, width = featuring.with_features(old.model)
    told = featuring.described(replace(old.manifest, version=version, created=created), width)
    population = featuring.population(told, model, old.golden, training)
    bundles.write_bundle(path, told, model, old.golden, population)


def _calibrated(draft: Bundle, validation: Dataset) -> tuple[float, Tempering]:
    """Fitted on the validation pictures that show one of the seven emotions for sure, whole and spoiled."""
    truth = votes.strict_majority(validation.votes)
    if not (truth >= 0).any():
        truth = validation.labels
    chosen = (truth >= 0) & (truth < len(EXPRESSIONS))
    classifier, looked = ExpressionClassifier(draft), []
    for name in (spoils.WHOLE, *spoils.SPOILS):
        inputs: NDArray[np.uint8] = spoils.spoiled(validation.pixels, name)[chosen][..., None]
        logits = classifier.logits(inputs)[:, draft.manifest.canonical]
        looked.append(calibration.look(logits, truth[chosen], inputs, spoils.WIDTHS.get(name)))
    return calibration.fit(looked[0], looked[1:])


def _metrics(figures: dict[str, Any]) -> tuple[Metric, ...]:
    """The headline figures, for the manifest."""
    found = [("accuracy", figures["fer2013"]["accuracy"], "FER2013, 7 classes, benchmark head")]
    if "ferplus" in figures:
        data = "FER+, strict majority, 8 classes"
        found += [("accuracy", figures["ferplus"]["accuracy"], data)]
        found += [("mean recall of the seven emotions", figures["ferplus"]["mean_recall"], data)]
        shown = figures["ferplus"]["as_shown"]
        found += [(key.replace("_", " "), shown[key], "FER+, strict majority, as shown")
                  for key in ("accuracy", "calibration_error", "accuracy_on_surest_70")]  # fmt: skip
    return tuple(Metric(name, value, data, figures["split"], figures["runtime"]) for name, value, data in found)
