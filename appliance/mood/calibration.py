"""What the owner's corrections teach: one small shift of each emotion's log-odds, for faces like those corrected.

A reading p becomes q ∝ p · exp(likeness · shift). The shift is the minimum of a convex function: for each correction a
loss that is small once the emotion named leads all others by `MARGIN`, and a penalty that pulls the shift towards none.
(It is multinomial logistic regression with a bias only, a margin as in the softmax-margin loss of Gimpel & Smith 2010,
and a Gaussian prior.) So it does not matter in which order corrections came, opposite ones cancel, and none teach
nothing. The likeness is 1 for a face that was corrected and falls with the distance to the nearest of them, so that a
resting face is learnt without unlearning the expressions that are told well.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from appliance.domain.emotions import EMOTIONS, Reading
from appliance.domain.moods import Correction

PRIOR = 4.0
"""How strongly the shift is held at none: one correction alone moves two emotions apart by no more than 2 / PRIOR."""
LIMIT = math.log(16.0)
"""The odds between two emotions change sixteenfold at most: a face that is read with over 94 % keeps its name."""
REACH = 1.1
"""Width of the likeness (a Gaussian), in log-probability, as the root of the mean square over the emotions."""
MARGIN = 1.0
"""Log-odds by which the emotion named is to lead: more than the judge asks for, for looks are less alike than means."""
SOFTNESS = 0.25
"""Log-odds over which the loss passes from caring to not caring."""
MOST = 100
"""Corrections that count at most, the newest of them."""
OTHER_MODEL = 0.25
"""Weight of a correction that was made with another model: a new one has other faults, but often the same."""
_FLOOR = 1e-3  # a probability below this counts as this: a model's smallest probabilities mean nothing
_STEPS = 60
_EXACT = 1e-10

_Vector = list[float]
_Lesson = tuple[tuple[float, ...], int, float]
"""Log-probabilities, the number of the emotion named, the weight."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """What a household's faces are shifted by."""

    shift: tuple[float, ...] = (0.0,) * len(EMOTIONS)
    """In natural log-odds, in `EMOTIONS` order; it sums to 0."""
    faces: tuple[tuple[float, ...], ...] = ()
    """The log-probabilities of the faces that were corrected."""

    @property
    def strength(self) -> float:
        """How much of what it may do it does, 0..1."""
        return min(1.0, (max(self.shift) - min(self.shift)) / LIMIT)

    def apply(self, reading: Reading) -> Reading:
        """The reading as this household's faces are to be read; the very same one if nothing was taught."""
        if not any(self.shift):
            return reading
        likeness = self.likeness(reading)
        values = [max(p, 0.0) * math.exp(likeness * b) for p, b in zip(reading.probabilities, self.shift, strict=True)]
        total = math.fsum(values)
        return Reading(tuple(value / total for value in values))

    def likeness(self, reading: Reading) -> float:
        """How much a face is like one that was corrected, 0..1."""
        if not self.faces:
            return 0.0
        logs = _logs(reading)
        nearest = min(math.dist(logs, face) for face in self.faces)
        return math.exp(-(nearest**2) / len(EMOTIONS) / REACH**2 / 2)


def learn(corrections: Sequence[Correction], model: str) -> Calibration:
    """What these corrections teach about the faces that `model` reads."""
    newest = sorted(corrections, key=lambda each: (each.at, each.id))[-MOST:]
    lessons = [
        (_logs(each.reading), EMOTIONS.index(each.mood), 1.0 if each.model == model else OTHER_MODEL) for each in newest
    ]
    # Sums are taken in one order, whatever the order of the corrections, so that not even the last bit depends on it.
    lessons.sort()
    shift = _minimum(lessons) if lessons else [0.0] * len(EMOTIONS)
    extent = max(shift) - min(shift)
    scale = min(1.0, LIMIT / extent) if extent else 1.0
    return Calibration(tuple(value * scale for value in shift), tuple(dict.fromkeys(logs for logs, _, _ in lessons)))


def _logs(reading: Reading) -> tuple[float, ...]:
    return tuple(math.log(max(p, _FLOOR)) for p in reading.probabilities)


def _minimum(lessons: Sequence[_Lesson]) -> _Vector:
    """Newton's method with halved steps where a whole one overshoots: the function is smooth and strictly convex."""
    shift = [0.0] * len(EMOTIONS)
    value, gradient, curvature = _loss(lessons, shift)
    for _ in range(_STEPS):
        step = _solve(curvature, gradient)
        gain = math.fsum(a * b for a, b in zip(step, gradient, strict=True))
        if gain < _EXACT:
            break
        size = 1.0
        while size > _EXACT:
            tried = [at - size * move for at, move in zip(shift, step, strict=True)]
            found = _loss(lessons, tried)
            if found[0] <= value - size * gain / 4:
                shift, (value, gradient, curvature) = tried, found
                break
            size /= 2
        else:
            break
    return shift


def _loss(lessons: Sequence[_Lesson], shift: _Vector) -> tuple[float, _Vector, list[_Vector]]:
    """The function to be minimal, its gradient and its matrix of second derivatives."""
    count = len(EMOTIONS)
    value = PRIOR / 2 * math.fsum(b * b for b in shift)
    gradient = [PRIOR * b for b in shift]
    curvature = [[PRIOR if row == column else 0.0 for column in range(count)] for row in range(count)]
    for logs, named, weight in lessons:
        raised = [z + b + MARGIN for z, b in zip(logs, shift, strict=True)]
        raised[named] -= MARGIN
        top = max(raised)
        powers = [math.exp((z - top) / SOFTNESS) for z in raised]
        total = math.fsum(powers)
        shares = [power / total for power in powers]
        value += weight * (top + SOFTNESS * math.log(total) - raised[named])
        gradient[named] -= weight
        for row, share in enumerate(shares):
            gradient[row] += weight * share
            curvature[row][row] += weight * share / SOFTNESS
            for column, other in enumerate(shares):
                curvature[row][column] -= weight * share * other / SOFTNESS
    return value, gradient, curvature


def _solve(matrix: Sequence[_Vector], vector: _Vector) -> _Vector:
    """The x with matrix · x = vector; the matrix is symmetric and positive definite, so no pivots are looked for."""
    rows = [[*row, value] for row, value in zip(matrix, vector, strict=True)]
    for index, pivot in enumerate(rows):
        for row in rows[index + 1 :]:
            factor = row[index] / pivot[index]
            for column in range(index, len(row)):
                row[column] -= factor * pivot[column]
    solution = [0.0] * len(rows)
    for index in range(len(rows) - 1, -1, -1):
        rest = math.fsum(rows[index][column] * solution[column] for column in range(index + 1, len(rows)))
        solution[index] = (rows[index][-1] - rest) / rows[index][index]
    return solution
