"""What the conductor knows of the vision process: what it looks through, its last look, how often it looks."""

from __future__ import annotations

from collections import deque

from appliance.domain import events
from appliance.domain.actions import Action, Say
from appliance.domain.looks import CameraState, Look
from appliance.mood.presence import Presence

_AWAY = "the part that looks through it is not running; it is started again by itself"
_RATE_OVER = 10.0  # seconds of looks that the looks a second are counted over


class VisionState:
    """Takes in what the vision process says, and returns what is worth telling the owner."""

    def __init__(self, gone_after: float, stale_after: float) -> None:
        """`gone_after`: seconds without a face after which the room counts as empty.

        `stale_after`: seconds without a look after which an open camera is said to give none.
        """
        self._stale_after = stale_after
        self.vision: events.VisionHello | None = None
        self.look: Look | None = None
        self.seen: float | None = None
        """When the last look through an open camera was taken, in CLOCK_MONOTONIC seconds; None before the first."""
        self.presence = Presence(gone_after)
        self._times: deque[float] = deque()

    @property
    def seeing(self) -> bool:
        """Whether the last look was through an open camera."""
        return self.look is not None and self.look.camera is CameraState.OPEN

    def problem(self, now: float) -> str | None:
        """What is wrong with the camera, in words."""
        look = self.look
        if look is None:
            return _AWAY if self.vision is None else None
        if look.problem is None and self.seeing and now - look.time > self._stale_after:
            return "it has given no look for some time; if that goes on, it is started again by itself"
        return look.problem

    def looks_per_second(self, now: float) -> float:
        """Looks a second over the ten seconds before `now`."""
        return sum(time > now - _RATE_OVER for time in self._times) / _RATE_OVER

    def see(self, look: Look) -> list[Action]:
        """A look has been taken."""
        before, self.look = self.look, look
        if self.seeing:
            self.seen = look.time
        self.presence.observe(look)
        self._times.append(look.time)
        while self._times[0] < look.time - _RATE_OVER:
            self._times.popleft()
        if look.problem and (before is None or before.problem != look.problem):
            return [Say(f"Camera: {look.problem}")]
        if before and before.camera is CameraState.FAILED and look.camera is CameraState.OPEN:
            return [Say("Camera: it works again.")]
        return []

    def greet(self, hello: events.VisionHello) -> list[Action]:
        """The vision process says what it works with, for the first time or because that has changed."""
        before, self.vision = self.vision, hello
        if before and before.source == hello.source:
            new = before.bundle != hello.bundle
            return [Say(f"Faces are read with model {hello.model} now.")] if new else []
        looking = Say(f"Looking through {hello.source}, with model {hello.model}.")
        return [looking, Say(hello.announcement)] if hello.announcement else [looking]

    def lose(self) -> list[Action]:
        """The vision process has gone."""
        self.vision = self.look = None
        self._times.clear()
        self.presence.forget()
        return [Say("The vision process has gone. The music plays on; it is expected back.")]
