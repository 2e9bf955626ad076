"""People followed from look to look by their boxes alone, so that what their looks say can be averaged. Pure.

Nobody is recognised: somebody who has not been seen for `FORGET` seconds is somebody new, and so is whoever jumps.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from appliance.domain.emotions import Reading
from appliance.domain.looks import Face
from appliance.vision.geometry import Box

MEMORY = 3.0
"""Seconds in which a look's weight falls to 1/e of what it was."""
FORGET = 3.0
"""Seconds without being seen after which a person is forgotten."""
REACH, STRIDE = 1.0, 3.0
"""Face widths that a face may be off from one look to the next, at rest, and more for each second between them."""
GROWTH = 2.0
"""A box this many times as large as the last one, or as small, is somebody else's."""
_LEAST = 1e-6


@dataclass(slots=True)
class _Person:
    box: Box
    time: float
    looks: int = 0
    weight: float = 0.0
    sums: tuple[float, ...] = ()


class Follower:
    """The people who are seen at present, each with an average of what was read in their face."""

    def __init__(self) -> None:
        self._people: list[_Person] = []

    def mirrored(self, boxes: Sequence[Box], time: float) -> list[bool]:
        """For the boxes of a look, taken at `time` in seconds: whether each is to be read in the mirror.

        Every other look at a person is: a model does not see quite the same in a face and in its mirror image.
        """
        return [person is not None and person.looks % 2 == 1 for person in self._matched(boxes, time)]

    def average(self, faces: Sequence[Face], weights: Sequence[float], time: float) -> tuple[Face, ...]:
        """The faces of a look, taken at `time` in seconds, each with the average of its person's readings.

        `weights`, above 0, say how much each of the new readings tells; older ones count less by and by.
        """
        people = self._matched([face.box for face in faces], time)
        averaged = []
        for index, (face, person, weight) in enumerate(zip(faces, people, weights, strict=True)):
            someone = person or _Person(face.box, time)
            people[index] = someone
            averaged.append(replace(face, reading=_add(someone, face.reading, max(weight, _LEAST), time)))
            someone.box = face.box
        seen = [person for person in people if person]
        away = [p for p in self._people if all(p is not other for other in seen) and time - p.time <= FORGET]
        self._people = seen + away
        return tuple(averaged)

    def forget(self) -> None:
        """Start afresh, as when the camera has been closed in between."""
        self._people.clear()

    def _matched(self, boxes: Sequence[Box], time: float) -> list[_Person | None]:
        """For each box the person whose it is, None for somebody new: the nearest pairs first, each person once."""
        pairs = sorted(
            (distance, box, person)
            for box, here in enumerate(boxes)
            for person, someone in enumerate(self._people)
            if (distance := _apart(here, someone, time)) is not None
        )
        matched: list[_Person | None] = [None] * len(boxes)
        taken: set[int] = set()
        for _, box, person in pairs:
            if matched[box] is None and person not in taken:
                matched[box] = self._people[person]
                taken.add(person)
        return matched


def _apart(box: Box, person: _Person, time: float) -> float | None:
    """How far the box is from where the person was, in face widths; None if it is somebody else's."""
    before, after = max(person.box[2:]), max(box[2:])
    passed = time - person.time
    if not 0 <= passed <= FORGET or not 1 / GROWTH <= after / before <= GROWTH:
        return None
    x, y = (
        box[0] + box[2] / 2 - person.box[0] - person.box[2] / 2,
        box[1] + box[3] / 2 - person.box[1] - person.box[3] / 2,
    )
    distance = math.hypot(x, y) / max(before, after)
    return distance if distance <= REACH + STRIDE * passed else None


def _add(person: _Person, reading: Reading, weight: float, time: float) -> Reading:
    """Take in a reading; the average with it."""
    kept = person.weight * math.exp((person.time - time) / MEMORY)
    total = kept + weight
    person.sums = tuple(
        (kept * before + weight * now) / total
        for before, now in zip(person.sums or reading.probabilities, reading.probabilities, strict=True)
    )
    person.weight, person.time, person.looks = total, time, person.looks + 1
    return Reading(person.sums) if kept else reading
