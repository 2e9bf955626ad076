"""An empty room: the music pauses after a while, and goes on when someone is back. Pure; the clock is the caller's."""

from __future__ import annotations

from appliance.domain.actions import Action, Pause, Resume, Say


class AutoPause:
    """Fed with what is seen and heard; times are CLOCK_MONOTONIC seconds. Returns the actions that it calls for."""

    def __init__(self, pause_after: float, now: float) -> None:
        """`pause_after`: seconds without anyone after which the music pauses; 0 for never."""
        self._pause_after = pause_after
        self._someone_at = now
        self._paused_by_us = False

    def someone(self, at: float) -> list[Action]:
        """Someone is seen."""
        self._someone_at = at
        if not self._paused_by_us:
            return []
        self._paused_by_us = False
        return [Say("Someone is back: the music goes on."), Resume()]

    def tick(self, now: float, seeing: bool, playing: bool) -> list[Action]:
        """Time has passed. A camera that does not see does not see an empty room."""
        if not seeing:
            self._someone_at = now
            return []
        if not (0 < self._pause_after <= now - self._someone_at) or self._paused_by_us or not playing:
            return []
        self._paused_by_us = True
        return [Say(f"Nobody seen for {self._pause_after:.0f} s: the music pauses."), Pause()]

    def decided(self) -> None:
        """The owner pauses the music or lets it go on: someone coming does not change that."""
        self._paused_by_us = False

    def music(self, before: str, state: str, now: float) -> None:
        """MPD's state has changed from `before`."""
        if state == "play" and before != "play":
            self._paused_by_us = False
            if before != "lost":  # whoever has the music go on is there, seen or not
                self._someone_at = now
