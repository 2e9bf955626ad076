"""Songs as the catalogue knows them: the next one on a road, or one of an emotion whose folder is empty."""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from appliance.domain.emotions import EMOTIONS, Emotion, circumplex, folder_of
from appliance.domain.reasons import JourneyCause, OnJourney
from appliance.domain.roads import Place
from appliance.journey.choosing import next_song
from appliance.journey.describing import song_reason
from appliance.journey.plane import Plane
from appliance.music.library import Track
from appliance.music.play_memory import PlayMemory

LEAST = 12
"""With fewer songs of the owner's than this, house pieces are chosen for journeys too."""
_LATELY = 16
"""The last songs played that are looked back to."""
_TRIES = 64
"""So many songs that cannot be played are passed over for one choice."""

Playable = Callable[[Track], bool]


class KnownSongs:
    """Chooses among the songs of a plane, none twice until half of its emotion's have played."""

    def __init__(self, memory: PlayMemory, house: bool = True, rng: random.Random | None = None) -> None:
        """`house` allows the house pieces."""
        self._memory = memory
        self._house = house
        self._rng = rng or random.Random()
        self._plane: Plane | None = None
        self._turn = 0
        self._turns: npt.NDArray[np.int32] = np.zeros(0, np.int32)
        """(n,): the number of each song's latest play, the higher the later; 0 for none."""
        self._own: npt.NDArray[np.bool_] = np.zeros(0, np.bool_)
        """(n,): songs outside the emotions' folders."""
        self._lately: deque[str] = deque(maxlen=_LATELY)
        self._skipped = ""

    @property
    def many(self) -> bool:
        """There are songs that a journey can be made of."""
        return self._plane is not None and bool((self._plane.emotions >= 0).sum() >= LEAST)

    def know(self, plane: Plane | None) -> None:
        """This is the library from now on."""
        before, self._plane = self._plane, plane
        if plane is None or (before and before.index is plane.index):
            return
        files = plane.index.files
        self._own = np.fromiter((folder_of(file) is None for file in files), np.bool_, len(files))
        self._turns = np.zeros(len(files), np.int32)
        rows = {file: row for row, file in enumerate(files)}
        for emotion in EMOTIONS:
            remembered = self._memory.recent(emotion, len(files))
            for turn, file in enumerate(reversed(remembered), 1):
                if (row := rows.get(file)) is not None:
                    self._turns[row] = turn
        self._turn = int(self._turns.max(initial=0))
        for file in reversed(self._lately):
            self._play(file)

    def played(self, file: str) -> None:
        """A song has begun to play."""
        self._lately.appendleft(file)
        self._play(file)

    def skipped(self, file: str) -> None:
        """Someone does not want to hear this song now: the next ones should sound unlike it."""
        self._skipped = file

    def _play(self, file: str) -> None:
        if self._plane and (row := self._plane.index.row_of(file)) is not None:
            self._turn += 1
            self._turns[row] = self._turn

    def on_road(
        self, target: Place, because: JourneyCause, queued: Sequence[str], playable: Playable
    ) -> tuple[Track, OnJourney] | None:
        """The song for a place on a road, and why; None if there is none. `queued` plays before it, the last first."""
        plane = self._plane
        if plane is None:
            return None
        allowed = plane.emotions >= 0
        songs = allowed & ~plane.house
        if not self._house or songs.sum() >= LEAST:
            allowed = songs
        before = self._before(plane, queued)
        row = self._choose(plane, allowed, target, before, queued, playable)
        if row is None:
            return None
        return _track(plane, row), song_reason(plane, row, before[0] if before else None, because)

    def named(self, file: str, because: JourneyCause, playable: Playable) -> tuple[Track, OnJourney] | None:
        """This song, and why, to begin a road with; None if it cannot be played or nothing is known of it."""
        plane = self._plane
        row = plane.index.row_of(file) if plane else None
        if plane is None or row is None or plane.emotions[row] < 0 or not playable(_track(plane, row)):
            return None
        return _track(plane, row), song_reason(plane, row, None, because)

    def of_emotion(self, emotion: Emotion, queued: Sequence[str], playable: Playable) -> Track | None:
        """A song from outside the folders that plays for an emotion; None if there is none."""
        plane = self._plane
        if plane is None:
            return None
        allowed = self._own & (plane.emotions == EMOTIONS.index(emotion))
        if not allowed.any():
            return None
        row = self._choose(plane, allowed, circumplex(emotion), self._before(plane, queued), queued, playable)
        return None if row is None else _track(plane, row)

    def _choose(
        self,
        plane: Plane,
        allowed: npt.NDArray[np.bool_],
        target: Place,
        before: Sequence[int],
        queued: Sequence[str],
        playable: Playable,
    ) -> int | None:
        allowed = allowed & ~self._barred(plane, allowed)
        for file in (*queued, self._skipped):
            if (row := plane.index.row_of(file)) is not None:
                allowed[row] = False
        skipped = plane.index.row_of(self._skipped)
        for _ in range(_TRIES):
            row = next_song(plane, target, before, allowed, self._rng, self._dislike, skipped)
            if row is None or playable(_track(plane, row)):
                return row
            allowed[row] = False
        return None

    def _before(self, plane: Plane, queued: Sequence[str]) -> list[int]:
        """The rows of what plays before, the last first, without what was skipped."""
        files = dict.fromkeys(file for file in (*queued, *self._lately) if file != self._skipped)
        return [row for file in files if (row := plane.index.row_of(file)) is not None]

    def _barred(self, plane: Plane, allowed: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
        """What has played among the half of its emotion's songs that played last."""
        barred = np.zeros(len(allowed), np.bool_)
        for number in range(len(EMOTIONS)):
            rows = np.flatnonzero(allowed & (plane.emotions == number))
            half = len(rows) // 2
            if half:
                turns = self._turns[rows]
                bound = np.partition(turns, len(rows) - half)[len(rows) - half]
                barred[rows] = turns >= max(bound, 1)
        return barred

    def _dislike(self, row: int) -> float:
        assert self._plane
        track = _track(self._plane, row)
        return self._memory.dislike(track.emotion, track.file)


def _track(plane: Plane, row: int) -> Track:
    return Track(plane.index.files[row], EMOTIONS[plane.emotions[row]])


def named(file: str) -> str:
    """A song's name as it is told: its file's, without folders and ending."""
    return file.rpartition("/")[2].rpartition(".")[0] or file
