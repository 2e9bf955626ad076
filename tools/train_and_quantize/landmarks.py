"""The subcommand `landmarks`: a dense network on the points of a face mesh, measured beside the shipped model.

It is how expressions were read before there were networks for pictures: by where the points of a face are, free of its
place, size and pose. The network is small; what it is given decides how good it is.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from appliance.model import bundle
from appliance.model.classifier import ExpressionClassifier, probabilities
from appliance.model.labels import EXPRESSIONS
from appliance.model.preprocess import prepare_aligned
from appliance.model.shipped import shipped_model
from tools.train_and_quantize import engine, metrics, votes
from tools.train_and_quantize.dataset import Dataset, load
from tools.train_and_quantize.errors import DataError
from tools.train_and_quantize.face_mesh import POINTS, FaceMesh, aligned, found, mesh_file

LAYERS = (256, 64)
"""Units of the two hidden layers."""
DROPOUT = 0.4
RATE, BATCH = 1e-3, 256
REFERENCE = 1000
"""Faces whose mean is what all are turned onto."""
_TOLD_EVERY = 2000


@dataclass(frozen=True, slots=True)
class Faces:
    """n faces in which the mesh was found, of `asked` pictures."""

    points: NDArray[np.float32]
    """(n, 468, 3)."""
    labels: NDArray[np.int64]
    """By FER+'s strict majority where there are votes, else by FER2013."""
    pixels: NDArray[np.uint8]
    asked: int


def declare(commands: Any, data: argparse.ArgumentParser) -> None:
    """Add it to the tool's subcommands; `data` is the parser of the arguments that name the data."""
    landmarks = commands.add_parser("landmarks", parents=[data], help="measure a dense network on face-mesh points")
    landmarks.add_argument("--mesh", type=Path, help="face_landmark.tflite (default: the installed mediapipe's)")
    landmarks.add_argument("--epochs", type=int, default=40, help="passes over the training faces (default: 40)")
    landmarks.add_argument("--out", type=Path, help="also write the figures to this JSON file")
    landmarks.set_defaults(function=_landmarks)


def _landmarks(options: argparse.Namespace) -> None:
    engine.choose("keras-torch")
    mesh = FaceMesh(options.mesh or mesh_file())
    learn = faces(mesh, load(options.data, "train", options.votes, options.add))
    check = faces(mesh, load(options.data, "validation", options.votes))
    figures = measure(learn, check, options.epochs)
    print(json.dumps(figures, indent=1))
    if options.out:
        options.out.write_text(json.dumps(figures, indent=1) + "\n")


def faces(mesh: FaceMesh, data: Dataset) -> Faces:
    """The points of a split's faces. Raises DataError where the mesh is found in none."""
    labels = data.labels
    if data.votes.any():
        labels = votes.strict_majority(data.votes)
    wanted = np.flatnonzero((labels >= 0) & (labels < len(EXPRESSIONS)))
    places, points = [], []
    for number, each in found(mesh, data.pixels[wanted]):
        places.append(number)
        points.append(each)
        if not len(places) % _TOLD_EVERY:
            print(f"{len(places)} faces", flush=True)
    if not places:
        raise DataError("the mesh is found in no picture; it wants faces from the front")
    chosen = wanted[places]
    return Faces(np.stack(points), labels[chosen], data.pixels[chosen], len(wanted))


def measure(learn: Faces, check: Faces, epochs: int) -> dict[str, Any]:
    """Train on one split, and measure on the other what the points tell, and what the shipped model does there."""
    reference = aligned(learn.points[:REFERENCE], learn.points[0]).mean(axis=0)
    taught, asked = (aligned(each.points, reference).reshape(len(each.points), -1) for each in (learn, check))
    middle, width = taught.mean(axis=0), taught.std(axis=0) + 1e-6
    model = _trained((taught - middle) / width, learn.labels, epochs)
    guess = np.asarray(model.predict((asked - middle) / width, batch_size=1024, verbose=0)).argmax(axis=1)
    shipped = _shipped(check.pixels)
    return {
        "kind": "landmarks",
        "weights": int(model.count_params()),
        "learnt": {"pictures": learn.asked, "faces": len(learn.labels)},
        "checked": {"pictures": check.asked, "faces": len(check.labels)},
        "landmarks": _figures(guess, check.labels),
        "shipped": _figures(shipped, check.labels),
    }


def _trained(inputs: NDArray[np.float32], labels: NDArray[np.int64], epochs: int) -> Any:
    """A dense network whose loss counts each emotion as much as any other, by the root of how rare it is."""
    import keras

    keras.utils.set_random_seed(1)
    model = keras.Sequential([keras.Input((3 * POINTS,))])
    for units in LAYERS:
        model.add(keras.layers.Dense(units, activation="relu"))
        model.add(keras.layers.Dropout(DROPOUT))
    model.add(keras.layers.Dense(len(EXPRESSIONS), activation="softmax"))
    steps = max(1, epochs * (len(inputs) // BATCH))
    rate = keras.optimizers.schedules.CosineDecay(RATE, steps)
    model.compile(keras.optimizers.Adam(rate), "sparse_categorical_crossentropy")
    counts = np.bincount(labels, minlength=len(EXPRESSIONS)) + 1
    weights = np.sqrt(len(labels) / (len(EXPRESSIONS) * counts))
    model.fit(
        inputs, labels, batch_size=BATCH, epochs=epochs, verbose=0, class_weight=dict(enumerate(weights.tolist()))
    )
    return model


def _shipped(pixels: NDArray[np.uint8]) -> NDArray[np.int64]:
    """What the shipped model names on the same faces."""
    given = bundle.read_bundle(shipped_model())
    inputs = np.stack([prepare_aligned(picture, given.manifest) for picture in pixels])
    logits = ExpressionClassifier(given).logits(inputs)
    return np.asarray(probabilities(given.manifest, logits, inputs).argmax(axis=1), np.int64)


def _figures(guess: NDArray[np.int64], truth: NDArray[np.int64]) -> dict[str, Any]:
    recalls = metrics.recalls(guess, truth)
    return {
        "accuracy": round(100 * float((guess == truth).mean()), 1),
        "mean_recall": round(100 * metrics.mean_recall(guess, truth), 1),
        "recall": {emotion.value: round(100 * share, 1) for emotion, share in zip(EXPRESSIONS, recalls, strict=True)},
    }
