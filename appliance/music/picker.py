"""Folder → next track: no repeats until half of it has played, less of what the owner skips, nothing broken."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from appliance.domain.emotions import Emotion, by_distance
from appliance.domain.reasons import JourneyCause, OnJourney
from appliance.domain.roads import Place
from appliance.music.known_songs import KnownSongs
from appliance.music.library import FolderPart, Library, Track
from appliance.music.play_memory import PlayMemory

SMALL = 64
"""Up to so many files a part is read as a whole and the choice among them is exact."""
DRAWS = 24
SCANS = 40
DISLIKE_WEIGHT = 0.9
"""A track that is disliked as much as can be still has a tenth of the chance of another."""
STREAM_REST = 600.0
"""Seconds until a stream that failed is tried again."""


def barred(size: int, recent: Sequence[str]) -> set[str]:
    """What may not play now: half of a part of `size` tracks must play between two plays of one; newest first."""
    return set(recent[: size // 2])


def draw(tracks: Sequence[str], recent: Sequence[str], dislikes: Mapping[str, float], rng: random.Random) -> str:
    """One of the tracks (at least one) by chance, those disliked less often, none of the half that played last."""
    distinct = list(dict.fromkeys(tracks))
    known = set(distinct)
    out = barred(len(distinct), [file for file in dict.fromkeys(recent) if file in known])
    allowed = [file for file in distinct if file not in out]
    return rng.choices(allowed, [1 - DISLIKE_WEIGHT * dislikes.get(file, 0.0) for file in allowed])[0]


@dataclass(frozen=True, slots=True)
class Choice:
    """The track chosen for a wish; its folder is another than the wish where that one has nothing to play."""

    track: Track
    wish: Emotion
    in_turn: bool = False
    """The wish's folder has something to play, which has just played or was just skipped."""
    library: bool = False
    """The track lies outside the emotions' folders: the catalogue names it."""
    reason: OnJourney | None = None
    """Why this track, where it was chosen for a place on a road."""


class Picker:
    """Chooses tracks from the library. `house` allows the house pieces."""

    def __init__(
        self,
        library: Library,
        memory: PlayMemory,
        house: bool = True,
        rng: random.Random | None = None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._library = library
        self._memory = memory
        self._house = house
        self._rng = rng or random.Random()
        self.known = KnownSongs(memory, house, self._rng)
        """The songs that the catalogue knows."""
        self._now = now
        self._played: dict[Emotion, dict[str, None]] = {}
        """For each folder what played, the newest last, and how far back it reaches."""
        self._last = ""
        self._skipped = ""
        self._reach: dict[Emotion, int] = {}
        self._broken: dict[str, str | None] = {}
        self._resting: dict[str, float] = {}

    def played(self, folder: Emotion, file: str) -> None:
        """A track of Moodbox's has begun to play."""
        self._last = file
        self.known.played(file)
        self._skipped = self._skipped if file == self._skipped else ""
        known = self._played.setdefault(folder, {})
        known.pop(file, None)
        known[file] = None

    def skipped(self, file: str) -> None:
        """Someone does not want to hear this now."""
        self._skipped = file
        self.known.skipped(file)

    def broken(self, track: Track) -> None:
        """A track could not be played: leave it out until it changes, or for a while if it cannot be seen changing."""
        if track.modified is None:
            self._resting[track.file] = self._now() + STREAM_REST
        else:
            self._broken[track.file] = track.modified

    def on_road(self, target: Place, because: JourneyCause, queued: Sequence[str]) -> Choice | None:
        """A track for a place on a road, None if the catalogue knows none. `queued` as in `choose`."""
        found = self.known.on_road(target, because, queued or [self._last], self._plays)
        return found and Choice(found[0], found[0].emotion, reason=found[1])

    def first_on_road(self, file: str, because: JourneyCause) -> Choice | None:
        """The song that a road is to begin with; None if it cannot be played or nothing is known of it."""
        found = self.known.named(file, because, self._plays)
        return found and Choice(found[0], found[0].emotion, reason=found[1])

    async def choose(self, wish: Emotion, queued: Sequence[str] = ()) -> Choice | None:
        """A track for `wish`, from the nearest emotion that has one; None if there is none anywhere.

        A house piece does not follow itself, nor does anything that was skipped, unless there is nothing else at all.
        `queued` are the files that will have played by then, the last one first.
        """
        before = queued[0] if queued else self._last
        choice = await self._nearest(wish, queued, before)
        return choice or (await self._nearest(wish, queued, "") if before else None)

    async def _nearest(self, wish: Emotion, queued: Sequence[str], before: str) -> Choice | None:
        """A track from the nearest emotion that has one; not `before` where that is a house piece or was skipped."""
        in_turn, house = False, self._house
        for folder in (wish, *by_distance(wish)):
            for part in (FolderPart(folder), FolderPart(folder, house=True)):
                if part.house and (track := self.known.of_emotion(folder, queued, self._plays)):
                    return Choice(track, wish, in_turn, library=True)
                if part.house and not house:
                    continue
                unwanted = before if part.house or before == self._skipped else ""
                track, only_unwanted = await self._from(part, queued, unwanted)
                if track:
                    return Choice(track, wish, in_turn)
                if only_unwanted and folder is wish:
                    in_turn = True
                    house = (
                        house and part.house
                    )  # house pieces step aside for a song of the owner's, also a skipped one
        return None

    async def _from(self, part: FolderPart, queued: Sequence[str], unwanted: str) -> tuple[Track | None, bool]:
        """A track from a part other than `unwanted`, and whether that is the only one there."""
        count = await self._library.count(part)
        streams = await self._library.streams(part)
        if count > SMALL:
            return await self._from_many(part, count, streams, queued), False
        tracks = (
            {track.file: track for track in (*await self._library.files(part, 0, count), *streams)}
            if (count or streams)
            else {}
        )
        good = [file for file, track in tracks.items() if self._plays(track)]
        if not good or good == [unwanted]:
            return None, bool(good)
        recent = self._recent(part.emotion, len(good) // 2, queued)
        dislikes = {file: self._memory.dislike(part.emotion, file) for file in good}
        return tracks[draw(good, recent, dislikes, self._rng)], False

    async def _from_many(
        self, part: FolderPart, count: int, streams: tuple[Track, ...], queued: Sequence[str]
    ) -> Track | None:
        """Draw by number until one is allowed: one of two is, so that it takes two questions on average."""
        total = count + len(streams)
        out = barred(total, self._recent(part.emotion, total // 2, queued))
        spare: Track | None = None
        for _ in range(DRAWS):
            number = self._rng.randrange(total)
            found = (
                [streams[number - count]] if number >= count else await self._library.files(part, number, number + 1)
            )
            if not found or found[0].file in out or not self._plays(found[0]):
                continue
            spare = found[0]
            if self._rng.random() >= DISLIKE_WEIGHT * self._memory.dislike(part.emotion, spare.file):
                return spare
        return spare or await self._search(part, count, out)

    async def _search(self, part: FolderPart, count: int, out: Collection[str]) -> Track | None:
        """Look through the part from somewhere on, for the rare one where hardly anything is allowed."""
        spare: Track | None = None
        start = self._rng.randrange(count)
        for step in range(min(SCANS, count // SMALL + 2)):
            at = (start + step * SMALL) % count
            for track in await self._library.files(part, at, min(at + SMALL, count)):
                if self._plays(track):
                    if track.file not in out:
                        return track
                    spare = track
        return spare

    def _plays(self, track: Track) -> bool:
        if track.modified is None:
            return track.file not in self._broken and self._now() >= self._resting.get(track.file, 0.0)
        if track.file in self._broken and self._broken[track.file] == track.modified:
            return False
        self._broken.pop(track.file, None)
        return True

    def _recent(self, folder: Emotion, reach: int, queued: Sequence[str]) -> list[str]:
        """What played last from a folder, the newest first, at least `reach` tracks back if so much is known."""
        if reach > self._reach.get(folder, 0):
            self._reach[folder] = reach * 2
            remembered = dict.fromkeys(reversed(self._memory.recent(folder, reach * 2)))
            own = self._played.get(folder, {})
            self._played[folder] = {file: None for file in remembered if file not in own} | own
        played = self._played.setdefault(folder, {})
        while len(played) > max(self._reach.get(folder, 0), SMALL) * 2:
            del played[next(iter(played))]
        return list(islice(dict.fromkeys(chain(queued, reversed(played))), reach + len(queued)))
