"""A head of the household's own: a few of its faces, by a model's features, correct what the model says of faces like
them.

The correction is a ridge regression in closed form, from where a face lies (`model.population`) to the difference
between the word that was said of it and what the model's last layer says, softened. It counts by likeness: the largest
cosine between the place of a face and those of the faces taught. Without it strangers would be read by somebody
else's face. Nobody is told apart: one head serves a whole household.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

HEATS = (0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5)
"""What the corrected scores may be divided by to become probabilities; which is found with each pose left out."""
SAME = 0.6
"""Likeness, in the median over pairs of poses of two emotions, from which on they are one face: of 29 people who pose
none had more than 0.23, while two plain faces of one of them had 0.72 and more.
"""
LEAST = 2
"""Poses of an emotion that a head needs of at least two emotions: else leaving one out leaves nothing of it."""

_Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class HeadRules:
    """How a head is made and when it counts. How they were chosen: docs/maintainer/household-bench.md."""

    ridge: float = 100.0
    """How strongly the correction is held at none; places vary by about 1 in each direction."""
    soft: float = 2.0
    """What logits are divided by before a correction is added: a model is too sure of people unlike those it has seen.
    """
    alike: tuple[float, float] = (0.22, 0.32)
    """Likeness up to which the head has no say, and from which on it has all of it."""
    worth: float = 5.0
    """Points by which a head must be better than the model, with each pose left out, to be of use."""


RULES = HeadRules()


@dataclass(frozen=True, slots=True)
class Poses:
    """Faces that were taught, in n views: each pose was seen as it is, and perhaps in the mirror too."""

    places: _Floats
    """(n, features)."""
    logits: _Floats
    """(n, emotions): the model's, of the emotions that it names, in one order throughout."""
    shipped: _Floats
    """(n, emotions): the probabilities that the model gives."""
    words: NDArray[np.int64]
    """(n,): which emotion each was said to be."""
    pose: NDArray[np.int64]
    """(n,): equal for views of one pose."""


@dataclass(frozen=True, slots=True)
class Head:
    """What the poses taught."""

    centre: _Floats
    weights: _Floats
    """(features, emotions)."""
    offset: _Floats
    taught: _Floats
    """(n, features): the places of the faces taught, of length 1."""
    heat: float
    rules: HeadRules = RULES

    def read(self, places: _Floats, logits: _Floats, shipped: _Floats) -> _Floats:
        """Faces (n, …) as this household's are to be read, (n, emotions): rows that sum to 1."""
        scores = self.scores(places, logits)
        say = self.say(places)[:, None]
        return (1 - say) * shipped + say * _shares(scores / self.heat)

    def scores(self, places: _Floats, logits: _Floats) -> _Floats:
        """What the head makes of faces, (n, emotions), whoever they are."""
        softer = softened(logits, self.rules.soft)
        return np.asarray(softer + (places - self.centre) @ self.weights + self.offset, np.float64)

    def say(self, places: _Floats) -> _Floats:
        """How much the head has to say of each face, 0..1, (n,)."""
        return say(likeness(places, self.taught), self.rules.alike)


@dataclass(frozen=True, slots=True)
class Proof:
    """What a head is worth on its own poses, each of them read by a head that was made of all the others."""

    poses: int
    before: float
    """Percent of the poses that the model reads as they were meant."""
    after: float
    """The same with the head."""
    each: tuple[tuple[int, int, int], ...]
    """For each emotion: poses, right before, right after."""
    heat: float
    worth: float = RULES.worth

    @property
    def good(self) -> bool:
        """Whether the head is worth using."""
        return self.after - self.before >= self.worth


def make(poses: Poses, heat: float, rules: HeadRules = RULES) -> Head:
    """The head of these poses. Its cost grows with the cube of their number: seconds for a few hundred views."""
    centre = poses.places.mean(axis=0)
    places = poses.places - centre
    wanted = _wanted(poses, rules)
    offset = wanted.mean(axis=0)
    dual = np.linalg.solve(places @ places.T + rules.ridge * np.eye(len(places)), wanted - offset)
    return Head(centre, places.T @ dual, offset, _directions(poses.places), heat, rules)


def prove(poses: Poses, rules: HeadRules = RULES) -> Proof:
    """What a head of these poses is worth."""
    scores = softened(poses.logits, rules.soft) + _wanted(poses, rules) - _errors(poses, rules)
    by = say(_likeness_to_others(poses), rules.alike)[:, None]
    straight = np.flatnonzero(np.append(True, poses.pose[1:] != poses.pose[:-1]))[: len(poses.pose)]
    truth = poses.words[straight]

    def read(heat: float) -> _Floats:
        return np.asarray(((1 - by) * poses.shipped + by * _shares(scores / heat))[straight], np.float64)

    def surprise(heat: float) -> float:
        shown = read(heat)[np.arange(len(truth)), truth]
        return float(-np.log(np.maximum(shown, 1e-6)).mean()) if len(truth) else 0.0

    heat = min(HEATS, key=surprise)
    before, after = poses.shipped[straight].argmax(axis=1) == truth, read(heat).argmax(axis=1) == truth
    each = tuple(
        (int(here.sum()), int((before & here).sum()), int((after & here).sum()))
        for here in (truth == word for word in range(poses.logits.shape[1]))
    )
    share = [100 * float(right.mean()) if len(right) else 0.0 for right in (before, after)]
    return Proof(len(truth), share[0], share[1], each, heat, rules.worth)


def enough(poses: Poses) -> bool:
    """Whether there are poses enough to tell what a head of them is worth."""
    emotions = poses.logits.shape[1]
    counts = [len(set(poses.pose[poses.words == word].tolist())) for word in range(emotions)]
    return sum(count >= LEAST for count in counts) >= 2


def one_face(poses: Poses) -> bool:
    """Whether the same face was pulled for different emotions."""
    directions = _directions(poses.places)
    others = poses.words[:, None] != poses.words[None]
    return bool(others.any()) and float(np.median((directions @ directions.T)[others])) >= SAME


def softened(logits: _Floats, soft: float = RULES.soft) -> _Floats:
    """The model's word, less sure of itself than it is: (n, emotions), rows that sum to 1."""
    return _shares(logits / soft)


def likeness(places: _Floats, taught: _Floats) -> _Floats:
    """How like a face taught each face is, -1..1, (n,); `taught` are places of length 1."""
    return np.asarray((_directions(places) @ taught.T).max(axis=1, initial=-1.0), np.float64)


def say(alike: _Floats, between: tuple[float, float] = RULES.alike) -> _Floats:
    """How much a head has to say of faces that are so alike, 0..1."""
    low, high = between
    return np.clip((alike - low) / (high - low), 0.0, 1.0)


def _wanted(poses: Poses, rules: HeadRules = RULES) -> _Floats:
    """By how much the softened model is off, (n, emotions)."""
    return np.asarray(np.eye(poses.logits.shape[1])[poses.words] - softened(poses.logits, rules.soft), np.float64)


def _errors(poses: Poses, rules: HeadRules = RULES) -> _Floats:
    """By how much a correction made without a pose misses what is wanted of it, (n, emotions).

    Ridge regression with a free offset is a linear smoother H: for the views g of one pose the errors of the fit
    without them are (I - H_gg)^-1 times those of the whole fit (as for single ones, Hastie et al. 2009, 7.10).
    """
    places = poses.places - poses.places.mean(axis=0)
    count = len(places)
    gram = places @ places.T
    smoother = 1 / count + gram @ np.linalg.inv(gram + rules.ridge * np.eye(count))
    wanted = _wanted(poses, rules)
    misses = wanted - smoother @ wanted
    for pose in np.unique(poses.pose):
        views = np.flatnonzero(poses.pose == pose)
        kept = np.eye(len(views)) - smoother[np.ix_(views, views)]
        misses[views] = np.linalg.solve(kept + 1e-9 * np.eye(len(views)), misses[views])
    return np.asarray(misses, np.float64)


def _likeness_to_others(poses: Poses) -> _Floats:
    """How like any other pose each view is, (n,)."""
    directions = _directions(poses.places)
    alike = directions @ directions.T
    alike[poses.pose[:, None] == poses.pose[None]] = -1.0
    return np.asarray(alike.max(axis=1, initial=-1.0), np.float64)


def _directions(places: _Floats) -> _Floats:
    return np.asarray(places / np.maximum(np.linalg.norm(places, axis=1, keepdims=True), 1e-9), np.float64)


def _shares(scores: _Floats) -> _Floats:
    """The softmax of each row."""
    raised = np.exp(scores - scores.max(axis=1, keepdims=True, initial=-np.inf))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True), np.float64)
