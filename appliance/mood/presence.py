"""Who is in the room at this moment: pure, and independent of the judgement, which looks back over minutes."""

from __future__ import annotations

from collections import deque

from appliance.domain.looks import CameraState, Look

_OVER = 10.0  # seconds; faces far away are looked for tile by tile, and a round of the tiles takes most of that


class Presence:
    """Fed with looks. Someone is there until no face has been seen for `gone_after` seconds."""

    def __init__(self, gone_after: float) -> None:
        self.gone_after = gone_after
        self._recent: deque[tuple[float, int]] = deque()
        self._face_at: float | None = None
        self._seeing = False

    def observe(self, look: Look) -> None:
        """Take in a look; one through a camera that is not open says that nothing is known."""
        self._seeing = look.camera is CameraState.OPEN
        if not self._seeing:
            self.forget()
            return
        self._recent.append((look.time, len(look.faces)))
        while self._recent[0][0] < look.time - _OVER:
            self._recent.popleft()
        if look.faces:
            self._face_at = look.time

    def forget(self) -> None:
        """Nothing is known any more: the vision process has gone, or the camera is closed."""
        self._seeing = False
        self._face_at = None
        self._recent.clear()

    def someone(self, now: float) -> bool | None:
        """Whether someone is there; None if the camera cannot tell."""
        if not self._seeing:
            return None
        return self._face_at is not None and now - self._face_at <= self.gone_after

    def people(self, now: float) -> int | None:
        """How many: the most faces in one look of the last ten seconds, at least 1 while someone counts as there."""
        someone = self.someone(now)
        if not someone:
            return None if someone is None else 0
        return max([1, *(count for time, count in self._recent if time >= now - _OVER)])
