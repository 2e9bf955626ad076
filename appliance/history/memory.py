"""What the picker remembers: which files of a folder played last, and which ones the owner keeps skipping."""

from __future__ import annotations

from collections import OrderedDict
from itertools import islice

from appliance.domain.emotions import Emotion

REMEMBERED = 25_000
"""Files a folder's memory holds at most: half of a folder of 50,000."""
EARLY = 0.5
"""A skip before this share of the track speaks against the track; a later one does not."""
FADING = 0.9
"""After the owner said that a song does not fit, each play that is heard out leaves this share of the dislike."""
_FORGIVEN = 0.02  # a dislike this small is dropped


class Memory:
    """Fed with plays and skips in the order in which they happened; a pure fold, so a history gives the same memory.

    Each early skip goes half of the way to a dislike of 1; each play that was not skipped early halves the dislike.
    The owner's word goes all of the way at once, and fades slowly.
    """

    def __init__(self) -> None:
        self._recent: dict[Emotion, OrderedDict[str, None]] = {}
        # For each file that was ever skipped early: its dislike before and after its latest play.
        self._dislikes: dict[tuple[Emotion, str], tuple[float, float]] = {}
        self._said: set[tuple[Emotion, str]] = set()

    def played(self, folder: Emotion, file: str) -> None:
        """A file began to play; it counts as played to its end unless `skipped` says otherwise."""
        recent = self._recent.setdefault(folder, OrderedDict())
        recent[file] = None
        recent.move_to_end(file)
        if len(recent) > REMEMBERED:
            recent.popitem(last=False)
        if (folder, file) in self._dislikes:
            before = self._dislikes[folder, file][1]
            if before < _FORGIVEN:
                self.forgive(folder, file)
            else:
                share = FADING if (folder, file) in self._said else 0.5
                self._dislikes[folder, file] = before, before * share

    def skipped(self, folder: Emotion, file: str, heard: float) -> None:
        """The latest play of a file ended when this share of it had been heard, 0..1."""
        if heard < EARLY:
            before = self._dislikes.get((folder, file), (0.0, 0.0))[0]
            self._dislikes[folder, file] = before, before + (1 - before) / 2

    def disliked(self, folder: Emotion, file: str) -> None:
        """The owner says that a file does not fit the folder's emotion."""
        self._dislikes[folder, file] = 1.0, 1.0
        self._said.add((folder, file))

    def forgive(self, folder: Emotion, file: str) -> bool:
        """Forget that a file was disliked; False if it was not."""
        self._said.discard((folder, file))
        return self._dislikes.pop((folder, file), None) is not None

    def dislikes(self) -> list[tuple[Emotion, str, float]]:
        """The files that are disliked, in which folder and how much, the most disliked first."""
        levels = ((folder, file, after) for (folder, file), (_, after) in self._dislikes.items() if after >= _FORGIVEN)
        return sorted(levels, key=lambda each: (-each[2], each[:2]))

    def recent(self, folder: Emotion, limit: int) -> list[str]:
        """The files last played from a folder, each once, the newest first, at most `limit`."""
        return list(islice(reversed(self._recent.get(folder, OrderedDict())), max(limit, 0)))

    def knows(self, folder: Emotion, file: str) -> bool:
        """Whether a file has played from a folder."""
        return file in self._recent.get(folder, ())

    def dislike(self, folder: Emotion, file: str) -> float:
        """How much the owner dislikes a file in a folder, 0..1."""
        return self._dislikes.get((folder, file), (0.0, 0.0))[1]
