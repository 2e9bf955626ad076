"""The household's head over one loaded model: made of samples here, where the features are, and used here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from appliance.domain.samples import FaceSample, FaceView, HeadReport
from appliance.household import head as heads
from appliance.household.head import Head, Poses
from appliance.model.classifier import ExpressionClassifier

OTHER_MODEL = "what was collected is of another model: collect again"
TOO_FEW = "too few faces: two emotions need two each, from one session or several"
ONE_FACE = "the faces taught are nearly all the same: pull a different one for each emotion"
NO_BETTER = "it reads the faces taught no better than the model does"


@dataclass(frozen=True, slots=True)
class TaughtFaces:
    """What became of the samples that the vision process was given."""

    report: HeadReport
    head: Head | None = None


def views(
    classifier: ExpressionClassifier, crop: NDArray[np.uint8], width: float | None
) -> tuple[FaceView, FaceView] | None:
    """A face crop (h, w, channels) as it is and in the mirror; None if the model gives no features."""
    crops = np.stack([crop, crop[:, ::-1]])
    logits, features = classifier.run(crops)
    if not features.shape[1]:
        return None
    shipped = classifier.meaning(logits, crops, None if width is None else [width] * 2)
    named = classifier.named_logits(logits)
    one, other = (FaceView(features[i].tobytes(), tuple(named[i].tolist()), tuple(shipped[i].tolist())) for i in (0, 1))
    return one, other


def learn(samples: Sequence[FaceSample], classifier: ExpressionClassifier, model: str) -> TaughtFaces:
    """The head of those samples that this model (its bundle's sha256) has seen, if it proves worth using."""
    named, width = classifier.named_emotions, classifier.features
    fitting = [
        each for each in samples if each.model == model and each.word in named and _fits(each, width, len(named))
    ]
    if samples and not fitting:
        return TaughtFaces(HeadReport(0, used=False, why=OTHER_MODEL))
    if not fitting or not heads.enough(poses := _poses(fitting, classifier)):
        return TaughtFaces(HeadReport(len(fitting), used=False, why=TOO_FEW))
    proof = heads.prove(poses)
    each = tuple((emotion, *counts) for emotion, counts in zip(named, proof.each, strict=True))
    why = "" if proof.good else ONE_FACE if heads.one_face(poses) else NO_BETTER
    report = HeadReport(len(fitting), proof.good, why, round(proof.before, 1), round(proof.after, 1), each)
    return TaughtFaces(report, heads.make(poses, proof.heat) if proof.good else None)


def corrected(
    head: Head, classifier: ExpressionClassifier, logits: NDArray[np.float32], features: NDArray[np.int8],
    shipped: NDArray[np.float32],
) -> NDArray[np.float32]:  # fmt: skip
    """Probabilities (n, emotions that the model names) as the head has them."""
    places = np.asarray(classifier.placed(features), np.float64)
    named = np.asarray(classifier.named_logits(logits), np.float64)
    return np.asarray(head.read(places, named, np.asarray(shipped, np.float64)), np.float32)


def _fits(sample: FaceSample, width: int, named: int) -> bool:
    return all(len(v.features) == width and len(v.logits) == len(v.shipped) == named for v in sample.views)


def _poses(samples: Sequence[FaceSample], classifier: ExpressionClassifier) -> Poses:
    seen = [view for sample in samples for view in sample.views]
    features = np.stack([np.frombuffer(view.features, np.int8) for view in seen])
    words = [classifier.named_emotions.index(sample.word) for sample in samples]
    return Poses(
        np.asarray(classifier.placed(features), np.float64),
        np.array([view.logits for view in seen]),
        np.array([view.shipped for view in seen]),
        np.repeat(words, 2),
        np.repeat(np.arange(len(samples)), 2),
    )
