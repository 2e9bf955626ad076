"""Which further view of the frame is due: each in its turn, and between the turns those in which something changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from appliance.vision.frame import Frame
from appliance.vision.geometry import Box, View

ACROSS = 64
"""Cells along the frame's longer side in which it is watched for changes: one holds a person who is 7 m away."""
CHANGE = 5.0
"""Grey levels, 0..255, by which a cell must differ to count as changed; a sensor's noise leaves it within 1."""
_SAMPLES = 4
"""Pixels along a cell's side that are averaged."""
_BODY = 1.0
"""Face widths on either side of a face that its body moves in."""

Cells = NDArray[np.float32]


@dataclass(slots=True)
class _Turn:
    view: View
    before: Cells
    """How the frame looked when this view was searched; each search brings it halfway, for one may miss a face."""
    waited: int = 1


class Turns:
    """The views of a frame of one size, handed out one by one."""

    def __init__(self, views: Sequence[View], width: int, height: int) -> None:
        """`views` in the order in which they have their turns, some perhaps several times; the size is in pixels."""
        self._order = list(views)
        self._turns: dict[View, _Turn] = {}
        self._finest = min((view.side for view in views), default=0.0)
        self._next = 0
        self._by_change = False
        """Whether the last view was handed out because of a change."""
        self._size = (width, height)

    def due(self, frame: Frame, known: Iterable[Box], count: int) -> list[View]:
        """The `count` views to search now. Those that show changes beside the `known` faces and the people below them
        get every other turn, the rest of the time it goes round: all are handed out within twice a round.
        """
        cells = self._cells(frame)
        self._turns = self._turns or {view: _Turn(view, cells) for view in self._order}
        covered = self._covered(cells, known)
        due = []
        for _ in range(min(count, len(self._turns))):
            changed = None if self._by_change else self._changed(cells, covered)
            self._by_change = changed is not None
            view = changed or self._in_turn()
            for turn in self._turns.values():
                turn.waited += 1
            self._turns[view].before, self._turns[view].waited = (self._turns[view].before + cells) / 2, 0
            due.append(view)
        return list(dict.fromkeys(due))

    def _in_turn(self) -> View:
        view = self._order[self._next % len(self._order)]
        self._next += 1
        return view

    def _changed(self, cells: Cells, covered: NDArray[np.bool_]) -> View | None:
        """The view of the finest in which most has changed since it was searched; one that waits needs less for it."""
        best: tuple[float, View] | None = None
        for turn in self._turns.values():
            if not turn.waited or turn.view.side > self._finest:
                continue
            change = cells - turn.before
            change = np.abs(change - np.median(change))  # lamps and clouds change the whole room
            change[covered] = 0
            most = float(self._part(change, turn.view).max(initial=0.0))
            if most >= CHANGE and (best is None or most * turn.waited > best[0]):
                best = most * turn.waited, turn.view
        return best[1] if best else None

    def _cells(self, frame: Frame) -> Cells:
        """The frame in grey, some `ACROSS` cells along its longer side."""
        step = max(1, max(self._size) // (ACROSS * _SAMPLES))
        samples = np.ascontiguousarray(frame[::step, ::step, 1])  # green is most of the brightness
        rows, columns = samples.shape
        size = (max(1, columns // _SAMPLES), max(1, rows // _SAMPLES))
        return np.asarray(cv2.resize(samples, size, interpolation=cv2.INTER_AREA), np.float32)

    def _part(self, cells: Cells, view: View) -> Cells:
        rows, columns = cells.shape
        x, y = columns / self._size[0], rows / self._size[1]
        left, top = max(0, int(view.x * x)), max(0, int(view.y * y))
        return cells[top : max(0, int((view.y + view.side) * y)) + 1, left : max(0, int((view.x + view.side) * x)) + 1]

    def _covered(self, cells: Cells, known: Iterable[Box]) -> NDArray[np.bool_]:
        """The cells in which the faces that are known, and the people below them, may move."""
        covered = np.zeros(cells.shape, np.bool_)
        rows, columns = cells.shape
        x, y = columns / self._size[0], rows / self._size[1]
        for left, top, width, height in known:
            from_x, to_x = left - _BODY * width, left + (1 + _BODY) * width
            from_y = top - height / 2
            covered[max(0, int(from_y * y)) :, max(0, int(from_x * x)) : max(0, int(to_x * x) + 1)] = True
        return covered
