"""What choosing songs asks of the memory of what played."""

from __future__ import annotations

from typing import Protocol

from appliance.domain.emotions import Emotion


class PlayMemory(Protocol):
    """What is remembered of what played."""

    def recent(self, folder: Emotion, limit: int) -> list[str]:
        """The files last played from a folder, the newest first, at most `limit`."""

    def dislike(self, folder: Emotion, file: str) -> float:
        """How much the owner dislikes a file in a folder, 0..1."""


class Forgetful:
    """A `PlayMemory` that lasts as long as the process: what it is told with `played` and `disliked`."""

    def __init__(self) -> None:
        self._plays: dict[Emotion, list[str]] = {}
        self._dislikes: dict[tuple[Emotion, str], float] = {}

    def played(self, folder: Emotion, file: str) -> None:
        """Remember that a file played."""
        self._plays.setdefault(folder, []).append(file)

    def disliked(self, folder: Emotion, file: str, weight: float) -> None:
        """Remember how much a file is disliked, 0..1."""
        self._dislikes[folder, file] = weight

    def recent(self, folder: Emotion, limit: int) -> list[str]:
        """The files last played from a folder, the newest first."""
        return self._plays.get(folder, [])[::-1][:limit]

    def dislike(self, folder: Emotion, file: str) -> float:
        """How much a file is disliked."""
        return self._dislikes.get((folder, file), 0.0)
