"""The features of a finished model as its second output, and what they are like over the training faces.

They are what the last dense layer decides on. Heads that learn a household's faces are built on them.
"""

from __future__ import annotations

import struct
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from appliance.model.bundle import Bundle
from appliance.model.classifier import ExpressionClassifier
from appliance.model.flatbuffer import Flatbuffer
from appliance.model.golden import Golden
from appliance.model.labels import EXPRESSIONS
from appliance.model.manifest import POPULATION, WITH_FEATURES, FeatureOutput, Manifest
from appliance.model.population import Population
from tools.train_and_quantize import votes
from tools.train_and_quantize.dataset import Dataset
from tools.train_and_quantize.errors import RunError

PICTURES = 6000
"""Training pictures that the population is taken from."""
SHRINKAGE = 0.1
"""Share of the mean variance that is added to each before it is divided out: small ones are mostly rounding."""

_DENSE, _INT8 = 9, 9
"""Codes of an operation and of a type in TFLite's schema (version 3)."""
_GRAPHS, _OUTPUTS = 2, 2


def with_features(model: bytes) -> tuple[bytes, int]:
    """The same TFLite file with the input of its last dense layer as one more output, and how wide that is.

    Nothing else changes, so every other output stays as it is, bit for bit. Raises RunError for a file without such a
    layer, or whose layer does not take int8.
    """
    root = Flatbuffer(model).root
    codes = [max(code.number(0, "b"), code.number(3, "i")) for code in root.tables(1)]
    graph = root.tables(_GRAPHS)[0]
    dense = [operator for operator in graph.tables(3) if codes[operator.number(0, "I")] == _DENSE]
    if not dense:
        raise RunError("the model has no dense layer whose input could be its features")
    number = dense[-1].integers(1)[0]
    tensor = graph.tables(0)[number]
    shape, kind = tensor.integers(0), tensor.number(1, "b")
    if kind != _INT8 or len(shape) != 2 or shape[0] != 1:
        raise RunError(f"the model's features must be int8 of shape (1, n), found type {kind} of shape {shape}")
    outputs = [*graph.integers(_OUTPUTS), number]
    place = graph.reference(_OUTPUTS) or 0  # a graph whose dense layer computes something has outputs
    found = bytearray(model) + bytes(-len(model) % 4)
    struct.pack_into("<I", found, place, len(found) - place)
    found += struct.pack(f"<{len(outputs) + 1}I", len(outputs), *outputs)
    return bytes(found), shape[1]


def described(manifest: Manifest, width: int) -> Manifest:
    """The manifest of a bundle whose model has features that are so wide as its second output."""
    outputs = replace(manifest.outputs, features=FeatureOutput(manifest.outputs.tensor + 1, width))
    members = {**manifest.members, POPULATION: "0" * 64}
    return replace(manifest, outputs=outputs, members=members, format=WITH_FEATURES)


def population(manifest: Manifest, model: bytes, golden: Golden, training: Dataset) -> Population:
    """Of the features of the training pictures: their mean, and the whitening of what varies within one expression."""
    rng = np.random.default_rng(0)
    chosen = rng.permutation(len(training))[:PICTURES]
    labels = votes.strict_majority(training.votes[chosen])
    labels = np.where(labels < 0, training.labels[chosen], labels)
    width = manifest.outputs.features.width if manifest.outputs.features else 0
    plain = Population(np.zeros(width, np.float32), np.eye(width, dtype=np.float32))
    classifier = ExpressionClassifier(Bundle(manifest, model, golden, "", plain))
    _, features = classifier.run(training.pixels[chosen][..., None])
    roots = classifier.placed(features).astype(np.float64)
    return Population(roots.mean(axis=0).astype(np.float32), _whitening(roots, labels))


def _whitening(roots: NDArray[np.float64], labels: NDArray[np.int64]) -> NDArray[np.float32]:
    """The inverse square root of the covariance within the seven emotions, each weighed by how many show it."""
    covariance = np.zeros((roots.shape[1], roots.shape[1]))
    for label in range(len(EXPRESSIONS)):
        if (showing := labels == label).sum() > 1:
            covariance += showing.mean() * np.cov(roots[showing].T)
    variances, directions = np.linalg.eigh(covariance)
    spread = np.sqrt(variances + SHRINKAGE * variances.mean() + 1e-9)
    return np.asarray((directions / spread) @ directions.T, np.float32)
