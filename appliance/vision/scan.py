"""Where in a frame to look for faces, from those that fill it to those across the room: docs/reference/vision.md."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import cycle

from appliance.vision.faces import FaceDetector
from appliance.vision.frame import Frame, cut, shrink
from appliance.vision.geometry import Box, Detection, View, around, bordered, merge, same_face, tiles, whole
from appliance.vision.turns import Turns

INPUT = 192
"""Views are cut at the size that the detector's network takes, scaled by area: less noise than its own scaling."""
CANDIDATE = 0.4
"""Score from which a spot is worth a second look, close up."""
FAR_SCORE = 0.7
"""Score that a small face must reach close up when it is first seen. On pictures without faces none passed both."""
KEEP_SCORE = 0.5
"""Score below which a face that is known already counts as gone."""
CLOSE_UP = 6
"""A close-up is this many faces wide. There BlazeFace finds faces from 12 px on, and its boxes have the right size."""
NEAR = 0.25
"""A face at least this share of the frame's longer side wide is near; false faces of that size are rare."""
NEAR_CLOSE_UP = 3.5
"""A close-up of a near face is this many faces wide: it finds half of the tight portraits that `bordered` misses."""
SMALL = 0.15
"""Faces below this share of their view are looked at close up: boxes jitter, and are up to a quarter too small."""
TILE = 320
"""Side of the tiles in pixels: faces from 20 px on are found in them."""
PATIENCE = 3
"""Looks without a known face until it is no longer looked for."""
EVERY = 8
"""While all known faces are seen, one look in so many searches for new ones beyond where those are."""
CLOSE_UPS = 8
"""Most close-ups in one look, so that a crowd cannot make looks slow."""
MOST = 32
"""Most faces in one look."""


@dataclass(slots=True)
class _Known:
    box: Box
    missed: int = 0


class Scanner:
    """Finds the faces of a room over a stream of looks."""

    def __init__(self, detector: FaceDetector, min_score: float, far: bool) -> None:
        """`detector` should give everything from `CANDIDATE` on; faces below `min_score` (0..1) are dropped."""
        self._detector = detector
        self._min_score = min_score
        self._far_score = max(min_score, FAR_SCORE)
        self._keep_score = min(min_score, KEEP_SCORE)
        self._far = far
        self._known: list[_Known] = []
        self._turns = Turns([whole(1, 1)], 1, 1)
        self._size = (0, 0)
        self._followed = 0

    def look(self, frame: Frame, extra: int = 1) -> list[Detection]:
        """Faces in the next frame of a stream, in frame pixels, the most confident first.

        Looks at the whole frame, at `extra` further views in turn, and close up at every small or missing face. While
        all known faces are seen, most looks do no more than find them again (`EVERY`).
        """
        small, factor = shrink(frame)
        height, width = small.shape[:2]
        if (width, height) != self._size:
            self.forget()
            self._size = (width, height)
            self._turns = Turns(turns(width, height, self._far), width, height)
        views = self._due(small, extra)
        found = self._find(small, views)
        if not views and len(found) < len(self._known):
            found = self._find(small, [whole(width, height)])
        self._remember(found)
        return [detection.moved(factor) for detection in found]

    def everywhere(self, frame: Frame) -> list[Detection]:
        """Faces in a single picture, all views at once, nothing remembered."""
        small, factor = shrink(frame, 2 * 1920)
        height, width = small.shape[:2]
        views = [whole(width, height), *dict.fromkeys(turns(width, height, self._far))]
        sure, unsure = self._search(small, views)
        spots = self._doubtful(small, unsure, [d.box for d in sure])
        return [detection.moved(factor) for detection in self._close_up(small, sure, spots[:MOST])]

    def forget(self) -> None:
        """Start afresh, as when the camera has been closed in between."""
        self._known.clear()

    def _due(self, frame: Frame, extra: int) -> list[View]:
        """The views for this look; none if close-ups of the known faces, which are all small, are enough."""
        height, width = frame.shape[:2]
        steady = bool(self._known) and not any(known.missed for known in self._known)
        self._followed = self._followed + 1 if steady else 0
        if self._followed % EVERY:
            large = any(known.box[2] >= SMALL * max(width, height) for known in self._known)
            return [whole(width, height)] if large else []
        views = [whole(width, height), *self._turns.due(frame, [known.box for known in self._known], extra)]
        return list(dict.fromkeys(views if self._known else [*views, bordered(width, height)]))

    def _find(self, frame: Frame, views: Iterable[View]) -> list[Detection]:
        """Faces in these views, and close up those that are doubtful or known and missing."""
        sure, unsure = self._search(frame, views)
        missing = [k.box for k in self._known if not any(same_face(k.box, d.box) for d in sure)]
        spots = [(box, self._keep_score) for box in missing]
        spots += self._doubtful(frame, unsure, [*missing, *(d.box for d in sure)])
        return self._close_up(frame, sure, spots[:CLOSE_UPS])

    def _search(self, frame: Frame, views: Iterable[View]) -> tuple[list[Detection], list[Detection]]:
        """(those that can be taken as they are, those that need a close-up)."""
        height, width = frame.shape[:2]
        sure: list[Detection] = []
        unsure: list[Detection] = []
        for view in views:
            for share in self._detector.detect(cut(frame, view, INPUT)):
                detection = view.to_frame(share)
                if view.cuts(detection.box, width, height):
                    continue
                clear = share.box[2] >= SMALL and share.score >= self._min_score and view.side >= max(width, height)
                (sure if clear else unsure).append(detection)
        return merge(sure), unsure

    def _doubtful(self, frame: Frame, unsure: list[Detection], settled: list[Box]) -> list[tuple[Box, float]]:
        """Where something new may be, and the score it must reach close up."""
        near = max(frame.shape) * NEAR
        return [
            (d.box, self._min_score if d.box[2] >= near else self._far_score)
            for d in merge(unsure)
            if not any(same_face(d.box, box) for box in settled)
        ]

    def _close_up(self, frame: Frame, sure: list[Detection], spots: list[tuple[Box, float]]) -> list[Detection]:
        """Look at each spot close up, and merge what is there with what is sure."""
        near = max(frame.shape) * NEAR
        found = list(sure)
        for box, least in spots:
            view = around(box, NEAR_CLOSE_UP if box[2] >= near else CLOSE_UP)
            seen = [view.to_frame(share) for share in self._detector.detect(cut(frame, view, INPUT))]
            found += [d for d in seen if d.score >= least and _near(d.box, box)]
        return merge(found)[:MOST]

    def _remember(self, found: list[Detection]) -> None:
        lost = [
            _Known(known.box, known.missed + 1)
            for known in self._known
            if known.missed + 1 < PATIENCE and not any(_near(d.box, known.box) for d in found)
        ]
        self._known = [_Known(d.box) for d in found] + lost


def turns(width: int, height: int, far: bool) -> list[View]:
    """The views that are looked at in turn: the bordered one and the mid-range ones between the tiles."""
    near = [bordered(width, height), *tiles(width, height, min(width, height), 0.1)]
    if not far:
        return near
    small = tiles(width, height, max(TILE, max(width, height) // 12), 0.15)
    order = [small[i] for start in range(4) for i in range(start, len(small), 4)]
    views: list[View] = []
    between = cycle(near)
    for start in range(0, max(len(order), 2 * len(near)), 2):
        views += [next(between), *order[start : start + 2]]
    return views


def _near(a: Box, b: Box) -> bool:
    """Whether `a` may be the face that was at `b` a moment ago: its centre within one face's width."""
    reach = max(b[2], b[3], a[2], a[3])
    return abs(a[0] + a[2] / 2 - b[0] - b[2] / 2) <= reach and abs(a[1] + a[3] / 2 - b[1] - b[3] / 2) <= reach
