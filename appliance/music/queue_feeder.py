"""Keeps MPD's queue fed with the right tracks, and remembers which of them could not be played."""

from __future__ import annotations

import dataclasses
import logging
import time
from collections import Counter
from collections.abc import Callable, Sequence

from msgspec.structs import replace

from appliance.domain.emotions import Emotion
from appliance.domain.events import Event, MusicWarning
from appliance.domain.reasons import JourneyCause, Reason
from appliance.domain.roads import Road
from appliance.lib.backoff import Backoff
from appliance.music.empty_folders import READING, EmptyFolders
from appliance.music.errors import MpdRefused
from appliance.music.known_songs import named
from appliance.music.library import Library
from appliance.music.mpd.client import MpdClient
from appliance.music.picker import Choice, Picker
from appliance.music.queue import Ours, Snapshot, plan

log = logging.getLogger(__name__)

FAILURES = 8
"""After so many tracks in a row that could not be played, wait before trying more."""
REST_FIRST, REST_LAST = 5.0, 300.0
JOURNEY_AHEAD = 4
"""Songs queued after the current one on a journey: its way is to be seen."""
BROKEN_KEPT = 1000
"""Broken files of which the newest are remembered in words."""


class QueueFeeder:
    """Adds, marks and removes Moodbox's entries in MPD's queue.

    `patience` is for how many seconds the owner is not told that a folder is empty; nor is that told while `composing`.
    """

    def __init__(
        self,
        library: Library,
        picker: Picker,
        emit: Callable[[Event], None],
        patience: float = 0.0,
        composing: Callable[[], bool] = lambda: False,
    ) -> None:
        self._library = library
        self._picker = picker
        self._empty_folders = EmptyFolders(library, self.warn, patience, composing)
        self._emit = emit
        self.ours: dict[int, Ours] = {}
        """Moodbox's entries by their id in MPD's queue."""
        self._road: Road | None = None
        """The road that songs are queued along now."""
        self._titles: dict[str, str] = {}
        self.wake: float | None = None
        """When to be called again though nothing happens, in time.monotonic() seconds."""
        self.rest_until = 0.0
        """No new attempts before then: nothing can be played."""
        self._warned: set[str] = set()
        self._strikes: Counter[str] = Counter()
        self._failures = 0
        self._backoff = Backoff(REST_FIRST, REST_LAST)
        self.broken: dict[str, tuple[str | None, str]] = {}
        """Files that could not be played: MPD's Last-Modified of each, and why in words."""

    async def feed(
        self, mpd: MpdClient, now: Snapshot, wish: Emotion, reason: Reason, ahead: int, road: Road | None = None
    ) -> bool:
        """Bring the queue to what `plan` wants; with a road to `JOURNEY_AHEAD` songs. True if anything was changed."""
        self.wake = None
        because = reason if isinstance(reason, JourneyCause) and self._picker.known.many else None
        self._road = road if because else None
        if self._road is None and (again_at := await self._empty_folders.attend(mpd, wish)):
            self._wake_at(again_at)
        number = None
        if self._road:
            number, ahead = self._road.number, max(ahead, JOURNEY_AHEAD)
            self._titles = {entry.file: entry.title for entry in now.queue if entry.title}
        wanted = plan(now, self.ours, wish, ahead, number)
        queued = [entry.file for entry in reversed(now.queue) if entry.id not in wanted.remove]
        added, song = 0, self._next_song(now, self._road, wanted.remove) if self._road else 0
        while added < wanted.add:
            choice = self._along(self._road, song + added, because, queued) if self._road and because else None
            choice = choice or await self._choose(mpd, now, wish, queued)
            if choice is None or not await self._add(mpd, choice, reason, song + added):
                break
            queued.insert(0, choice.track.file)
            added += 1
        if added < wanted.add:
            return added > 0
        for entry in wanted.remove:
            await self.drop(mpd, entry)
        return bool(added or wanted.remove)

    def _next_song(self, now: Snapshot, road: Road, gone: Sequence[int]) -> int:
        """Which song of a road is the next to be queued."""
        queue = [self.ours[entry.id] for entry in now.queue if entry.id in self.ours and entry.id not in gone]
        return max((ours.song + 1 for ours in queue if ours.road == road.number), default=road.taken)

    def _along(self, road: Road, song: int, because: JourneyCause, queued: Sequence[str]) -> Choice | None:
        """The choice for a song of a road, with its reason in full."""
        at = replace(because, step=min(song + 1, road.songs), steps=road.songs)
        choice = self._picker.first_on_road(road.first, at) if road.first and song == 0 else None
        choice = choice or self._picker.on_road(road.target(song), at, queued)
        if choice is None or choice.reason is None:
            return choice
        after = choice.reason.after
        return dataclasses.replace(choice, reason=replace(choice.reason, after=self._titles.get(after) or named(after)))

    async def drop(self, mpd: MpdClient, entry: int) -> None:
        """Remove an entry from the queue."""
        self.ours.pop(entry, None)
        try:
            await mpd.ask("deleteid", entry)
        except MpdRefused:
            log.debug("Entry %d had gone already", entry)

    async def mark(self, mpd: MpdClient, entry: int) -> None:
        """Mark an entry as ours; MPD takes the mark off when it begins to play."""
        try:
            await mpd.ask("prioid", self.ours[entry].mark, entry)
        except MpdRefused:
            log.debug("Entry %d had gone already", entry)

    async def changed(self, mpd: MpdClient, now: Snapshot, wish: Emotion | None) -> None:
        """The library has changed: ask again; let what was queued for want of better make way for what is there now.

        That is a track from another emotion's folder, one that is queued a second time, and a house piece where the
        owner has a song.
        """
        self._library.forget()
        self._empty_folders.library_changed()
        if self._road:
            return
        upcoming = [(entry.id, self.ours[entry.id].track) for entry in now.upcoming if entry.id in self.ours]
        if wish is None or not upcoming:
            return
        before = [entry.file for entry in reversed(now.queue) if entry not in now.upcoming]
        choice = await self._picker.choose(wish, before)
        if choice is None or choice.track.emotion is not wish:
            return
        for entry, track in upcoming:
            again = track.file in before and choice.track.file not in before
            if track.emotion is not wish or again or (track.house and not choice.track.house):
                await self.drop(mpd, entry)

    async def see(self, file: str) -> None:
        """MPD has looked through the folder of a new file: if it has left it out, nobody would ever hear it."""
        if modified := await self._library.left_out(file):
            reason = "(MPD finds no music in it); replace it by a file that plays, such as FLAC or MP3"
            self._remember(file, modified, reason)
            self.warn_of(file, reason)

    def started(self, ours: Ours) -> None:
        """A track of Moodbox's has begun to play."""
        self._picker.played(ours.track.emotion, ours.track.file)

    async def skip(self, mpd: MpdClient, now: Snapshot) -> bool:
        """What plays is not wanted: it shall not come again at once. True if it was queued to.

        Nor shall what was queued because it sounds like it: songs of a road are chosen again.
        """
        assert now.sounding
        self._picker.skipped(now.sounding.file)
        mine = {entry.id: self.ours[entry.id] for entry in now.upcoming if entry.id in self.ours}
        again = [entry for entry, ours in mine.items() if ours.track.file == now.sounding.file or ours.road is not None]
        for entry in again:
            await self.drop(mpd, entry)
        return bool(again)

    def sounds(self, ours: Ours) -> None:
        """A track of Moodbox's is heard."""
        self._failures = 0
        self._backoff.reset()
        self._strikes.pop(ours.track.file, None)
        self.broken.pop(ours.track.file, None)

    def try_again(self) -> None:
        """Somebody wants music now: do not rest, however many tracks could not be played before."""
        self.rest_until, self._failures = 0.0, 0

    def suspect(self, entry: int, duration: float | None) -> None:
        """An entry of Moodbox's passed unheard. MPD knows no length of what it cannot read, which confirms it."""
        if (ours := self.ours.get(entry)) is None:
            return
        self._strikes[ours.track.file] += 1
        if duration is None or self._strikes[ours.track.file] > 1:
            self.failed(ours, "it does not answer" if ours.track.stream else "")

    def failed(self, ours: Ours, problem: str) -> None:
        """A track of Moodbox's cannot be played: say so once, leave it out, and rest if it is the last of many."""
        track = ours.track
        self._picker.broken(track)
        right = (
            "check the address in its list" if track.stream else "replace it by a file that plays, such as FLAC or MP3"
        )
        for name in (track.file, f'"{track.file}"'):  # MPD 0.24 puts it in quotes
            problem = problem.removeprefix(f"Failed to decode {name}")
        problem = problem.strip("; ") or "MPD cannot decode it"
        reason = f"({problem}); {right}"
        self._remember(track.file, track.modified, reason)
        self.warn_of(track.file, reason)
        self._failures += 1
        if self._failures >= FAILURES:
            self.rest_until = time.monotonic() + self._backoff.next()

    def _remember(self, file: str, modified: str | None, reason: str) -> None:
        self.broken[file] = (modified, f"cannot be played {reason}")
        while len(self.broken) > BROKEN_KEPT:
            del self.broken[next(iter(self.broken))]

    def warn_of(self, file: str, reason: str) -> None:
        """Tell the owner that a file cannot be played: once, in whatever words MPD puts it the next time."""
        known = f"{file} cannot be played "
        if not any(text.startswith(known) for text in self._warned):
            self.warn(known + reason)

    def warn(self, text: str) -> None:
        """Tell the owner something, once."""
        if text not in self._warned:
            self._warned.add(text)
            self._emit(MusicWarning(text))

    async def _choose(self, mpd: MpdClient, now: Snapshot, wish: Emotion, queued: list[str]) -> Choice | None:
        if time.monotonic() < self.rest_until:
            self._wake_at(self.rest_until)
            return None
        choice = await self._picker.choose(wish, queued)
        if choice and (choice.track.emotion is wish or choice.in_turn or self._road):
            if self._empty_folders.over(wish):
                self.forget_warnings(f"songs/{wish} ")
            return choice
        lacking_for = self._empty_folders.note(wish, choice.track.emotion if choice else None)
        self._wake_at(await self._empty_folders.attend(mpd, wish) or 0.0)
        if now.status.updating and lacking_for < READING:
            self._wake_at(time.monotonic() + 0.25)
            return None
        return choice

    def forget_warnings(self, words: str) -> None:
        """What the words are about has been mended: it may be said again one day."""
        self._warned = {text for text in self._warned if words not in text}

    def _wake_at(self, time_: float) -> None:
        self.wake = min(self.wake or time_, time_)

    async def _add(self, mpd: MpdClient, choice: Choice, reason: Reason, song: int = 0) -> bool:
        track = choice.track
        if choice.reason:
            reason = choice.reason
        elif (track.emotion is not choice.wish or choice.library) and not choice.in_turn:
            reason = replace(reason, empty=choice.wish, instead=track.emotion, library=choice.library)
        ours = Ours(track, choice.wish, reason, self._road.number if self._road else None, song)
        try:
            entry = await mpd.add(track.file)
        except MpdRefused as error:
            if error.forbidden:
                raise
            self._library.forget()
            if error.missing and track.modified is None and not track.stream:
                self._picker.broken(track)  # the catalogue does not know yet that it has gone
            else:
                self.failed(ours, str(error))
            self._wake_at(time.monotonic() + 0.5)
            return False
        self.ours[entry] = ours
        await self.mark(mpd, entry)
        if self._road and (title := await mpd.title(entry)):
            self._titles[track.file] = title
        return True
