"""Where page and command line ask about the household's faces; what is asked for goes to the conductor."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from appliance.core.faces import CannotCollect, Faces
from appliance.domain import commands
from appliance.domain.events import Message

AGREE = "everyone whom the camera sees must agree to it first; children: their parents, too"


class FacesDesk:
    """For the conductor's loop."""

    def __init__(self, faces: Faces, emit: Callable[[Message], None], monotonic: Callable[[], float]) -> None:
        self._faces, self._emit, self._monotonic = faces, emit, monotonic

    def describe(self) -> dict[str, Any]:
        """The session, the samples without their numbers, and what became of them."""
        return self._faces.describe(self._monotonic())

    def begin(self, agreed: bool, resume: bool, by: str) -> None:
        """Begin a session, or go on with the last one. Raises CannotCollect; so it does if nobody `agreed`."""
        if not agreed:
            raise CannotCollect(AGREE)
        self._faces.check(resume)
        self._emit(commands.BeginCollect(resume, by))

    def end(self, by: str) -> None:
        """End the session, if there is one; what was taken stays."""
        self._emit(commands.EndCollect(by))

    def drop(self, number: int | None, by: str) -> None:
        """Delete a sample, or all of them. Raises CannotCollect if there is no such one."""
        if number is not None and all(each.id != number for each in self._faces.samples):
            raise CannotCollect(f"there is no face {number}; `moodbox collect list` shows all")
        self._emit(commands.DropSamples(number, by))

    def learn_corrections(self, on: bool, agreed: bool, by: str) -> None:
        """Have corrections teach faces too, or not. Raises CannotCollect if they are to and nobody `agreed`."""
        if on and not agreed:
            raise CannotCollect(AGREE)
        self._emit(commands.LearnCorrections(on, by))

    def use(self, on: bool, by: str) -> None:
        """Use what was taught, or not."""
        self._emit(commands.UseFaces(on, by))
