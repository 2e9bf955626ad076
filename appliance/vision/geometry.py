"""Boxes, square views of a frame, and the merging of what several views found. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

Box = tuple[float, float, float, float]
"""x, y, width, height in pixels; may reach beyond the picture."""


Eyes = tuple[float, float, float, float]
"""x, y of a face's right eye, which is on the left of the picture, then of its left one; in pixels."""


@dataclass(frozen=True, slots=True)
class Detection:
    """A face as a detector gives it: its box in pixels of the picture it was given, and its confidence, 0..1."""

    box: Box
    score: float
    eyes: Eyes | None = None
    """Where its eyes are, if the detector says so."""

    @property
    def roll(self) -> float:
        """Degrees clockwise by which the head is tilted in the picture, -180..180; 0 where the eyes are not known."""
        if self.eyes is None:
            return 0.0
        x, y, to_x, to_y = self.eyes
        return math.degrees(math.atan2(to_y - y, to_x - x))

    def moved(self, scale: float, x: float = 0.0, y: float = 0.0) -> Detection:
        """The same face in a picture `scale` times as large, there shifted by (x, y)."""
        left, top, width, height = self.box
        box = (x + left * scale, y + top * scale, width * scale, height * scale)
        if self.eyes is None:
            return replace(self, box=box)
        a, b, c, d = self.eyes
        return replace(self, box=box, eyes=(x + a * scale, y + b * scale, x + c * scale, y + d * scale))


@dataclass(frozen=True, slots=True)
class View:
    """A square part of a frame, in frame pixels; what lies outside the frame is black."""

    x: float
    y: float
    side: float

    def to_frame(self, detection: Detection) -> Detection:
        """A detection whose box is in shares of this view's side, moved into frame pixels."""
        return detection.moved(self.side, self.x, self.y)

    def cuts(self, box: Box, width: int, height: int) -> bool:
        """Whether `box` reaches over an edge of this view beyond which the frame goes on: it may show half a face."""
        x, y, w, h = box
        return (
            (x < self.x and self.x > 0)
            or (y < self.y and self.y > 0)
            or (x + w > self.x + self.side and self.x + self.side < width)
            or (y + h > self.y + self.side and self.y + self.side < height)
        )


def whole(width: int, height: int) -> View:
    """The smallest square that holds the whole frame, which stays in its middle."""
    side = max(width, height)
    return View((width - side) / 2, (height - side) / 2, side)


def bordered(width: int, height: int) -> View:
    """The frame with a border of one picture-width around it, so that a face which fills it looks small enough."""
    side = 3 * max(width, height)
    return View((width - side) / 2, (height - side) / 2, side)


def around(box: Box, times: float) -> View:
    """The square around a box, `times` as wide as the box's longer side."""
    x, y, w, h = box
    side = times * max(w, h)
    return View(x + w / 2 - side / 2, y + h / 2 - side / 2, side)


def tiles(width: int, height: int, side: int, overlap: float) -> list[View]:
    """Squares of `side` that cover the frame row by row, neighbours sharing at least `overlap` (0..1) of a side.

    One that covers the whole frame is left out: `whole` does that.
    """
    if side >= max(width, height):
        return []

    def starts(length: int) -> list[float]:
        if length <= side:
            return [(length - side) / 2]
        gaps = max(1, -(-(length - side) // max(1, int(side * (1 - overlap)))))
        return [i * (length - side) / gaps for i in range(gaps + 1)]

    return [View(x, y, side) for y in starts(height) for x in starts(width)]


def intersection(a: Box, b: Box) -> float:
    """The area that two boxes share, in square pixels."""
    width = min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0])
    height = min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1])
    return max(0.0, width) * max(0.0, height)


def iou(a: Box, b: Box) -> float:
    """Intersection over union, 0..1; 0 for boxes without area."""
    shared = intersection(a, b)
    union = a[2] * a[3] + b[2] * b[3] - shared
    return shared / union if union > 0 else 0.0


def same_face(a: Box, b: Box) -> bool:
    """Whether two boxes from different views show one face: much overlap, or one mostly inside the other."""
    smaller = min(a[2] * a[3], b[2] * b[3])
    return iou(a, b) > 0.3 or (smaller > 0 and intersection(a, b) > 0.6 * smaller)


def merge(detections: Iterable[Detection]) -> list[Detection]:
    """One detection for each face, the most confident first (non-maximum suppression in frame coordinates)."""
    kept: list[Detection] = []
    for candidate in sorted(detections, key=lambda d: -d.score):
        if not any(same_face(candidate.box, other.box) for other in kept):
            kept.append(candidate)
    return kept


def weighted_merge(detections: Sequence[Detection], overlap: float = 0.3) -> list[Detection]:
    """BlazeFace's own blending: overlapping detections become their average, weighed by score (above 0).

    Source: Bazarevsky et al. 2019, "BlazeFace", section 3.4; `overlap` is MediaPipe's min_suppression_threshold.
    """
    rest = sorted(detections, key=lambda d: -d.score)
    blended: list[Detection] = []
    while rest:
        best = rest[0]
        group = [d for d in rest if d is best or iou(d.box, best.box) > overlap]
        rest = [d for d in rest if d not in group]
        total = sum(d.score for d in group)
        x, y, w, h = (sum(d.score * d.box[i] for d in group) / total for i in range(4))
        blended.append(Detection((x, y, w, h), best.score, _eyes(group)))
    return blended


def _eyes(group: Sequence[Detection]) -> Eyes | None:
    """The average of what these detections say of the eyes, weighed by score."""
    known = [(d.score, d.eyes) for d in group if d.eyes]
    if not known:
        return None
    total = sum(score for score, _ in known)
    a, b, c, d = (sum(score * eyes[i] for score, eyes in known) / total for i in range(4))
    return a, b, c, d
