"""An empty room: the music pauses after a while, and goes on when someone is back. Pure; the clock is the caller's."""

from __future__ import annotations

from enum import StrEnum

from appliance.domain.actions import Action, Pause, Resume, Say


class Paused(StrEnum):
    """Why the music is paused, which outlasts a restart."""

    NOT = "no"
    BY_SOMEONE = "by someone"
    EMPTY_ROOM = "for an empty room"
    QUIET = "for quiet hours"


class AutoPause:
    """Fed with what is seen and heard; times are CLOCK_MONOTONIC seconds. Returns the actions that it calls for."""

    def __init__(self, pause_after: float, now: float, paused: Paused = Paused.NOT) -> None:
        """`pause_after`: seconds without anyone after which the music pauses; 0 for never.

        `paused` is how it was before a restart.
        """
        self.pause_after = pause_after
        self._someone_at = now
        self.paused = paused
        self.elsewhere = False
        """What is heard comes from another box: the box's own player is silent for that alone."""

    @property
    def _paused_by_us(self) -> bool:
        return self.paused is Paused.EMPTY_ROOM

    def begin(self) -> list[Action]:
        """What to do at the start: music that was paused stays so."""
        return [] if self.paused is Paused.NOT else [Pause()]

    def someone(self, at: float) -> list[Action]:
        """Someone is seen."""
        self._someone_at = at
        if not self._paused_by_us:
            return []
        self.paused = Paused.NOT
        return [Say("Someone is back: the music goes on."), Resume()]

    def tick(self, now: float, seeing: bool, playing: bool) -> list[Action]:
        """Time has passed. A camera that does not see does not see an empty room."""
        if not seeing:
            self._someone_at = now
            return []
        sounding = self.paused is Paused.NOT if self.elsewhere else playing and not self._paused_by_us
        if not (0 < self.pause_after <= now - self._someone_at and sounding):
            return []
        self.paused = Paused.EMPTY_ROOM
        return [Say(f"Nobody seen for {self.pause_after:.0f} s: the music pauses."), Pause()]

    def quiet(self) -> list[Action]:
        """Quiet hours have begun: what plays is paused until they are over."""
        if self.paused is not Paused.NOT:
            return []
        self.paused = Paused.QUIET
        return [Pause()]

    def quiet_over(self, now: float) -> list[Action]:
        """They are over: music that was paused for them goes on, and who is there is looked for afresh."""
        self._someone_at = now
        if self.paused is not Paused.QUIET:
            return []
        self.paused = Paused.NOT
        return [Resume()]

    def decided(self, on: bool) -> None:
        """The owner lets the music go on or pauses it: someone coming does not change that."""
        self.paused = Paused.NOT if on else Paused.BY_SOMEONE

    def music(self, before: str, state: str, now: float) -> bool:
        """MPD's state has changed from `before`; whether that changes `paused`, or is what made it change.

        A pause that nobody here has asked for is somebody's elsewhere.
        """
        if self.elsewhere:
            return False
        if state == "pause" and before == "play":
            self.paused = Paused.BY_SOMEONE if self.paused is Paused.NOT else self.paused
            return True
        if state == "play" and before != "play":
            self.paused = Paused.NOT
            if before != "lost":  # whoever has the music go on is there, seen or not
                self._someone_at = now
            return True
        return False
