"""MPD's queue as Moodbox sees it: which entries are ours, which of those must go, how many are missing. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from appliance.domain.emotions import EMOTIONS, Emotion
from appliance.domain.reasons import Reason
from appliance.music.library import Track
from appliance.music.mpd.client import MpdStatus, QueueEntry

FIRST_MARK = 100
"""Our entries carry a priority from here on, which MPD ignores (it counts in random mode only), shows, and keeps in its
state file: so they are known again after MPD or Moodbox was restarted."""


@dataclass(frozen=True, slots=True)
class Ours:
    """What is known of an entry that Moodbox queued."""

    track: Track
    wish: Emotion
    """The emotion it was queued for; its folder is another where that one had nothing to play."""
    reason: Reason
    road: int | None = None
    """The number of the road that it was queued for, None if it was for the wish alone."""
    song: int = 0
    """Which song of that road it is, from 0."""

    @property
    def mark(self) -> int:
        """MPD's priority for it: tells wish and folder."""
        return FIRST_MARK + len(EMOTIONS) * EMOTIONS.index(self.wish) + EMOTIONS.index(self.track.emotion)


def read_mark(prio: int) -> tuple[Emotion, Emotion] | None:
    """Wish and folder of an entry of Moodbox's, None for other entries' priorities."""
    wish, folder = divmod(prio - FIRST_MARK, len(EMOTIONS))
    return (EMOTIONS[wish], EMOTIONS[folder]) if 0 <= wish < len(EMOTIONS) else None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """MPD's state and as much of its queue as matters, read at one time."""

    status: MpdStatus
    queue: tuple[QueueEntry, ...] = ()

    @property
    def current(self) -> QueueEntry | None:
        """The entry that plays, is paused, or would play."""
        return next((entry for entry in self.queue if entry.id == self.status.entry), None)

    @property
    def sounding(self) -> QueueEntry | None:
        """The current entry unless MPD is stopped."""
        return self.current if self.status.state != "stop" else None

    @property
    def upcoming(self) -> tuple[QueueEntry, ...]:
        """The entries after the current one; with MPD stopped also the current one."""
        if self.status.state == "stop":
            return tuple(entry for entry in self.queue if entry.position >= (self.status.position or 0))
        return tuple(entry for entry in self.queue if entry.position > (self.status.position or 0))


@dataclass(frozen=True, slots=True)
class Plan:
    """What to change about the queue: ids to remove, and how many tracks to add at its end."""

    remove: tuple[int, ...]
    add: int


def plan(snapshot: Snapshot, ours: Mapping[int, Ours], wish: Emotion, ahead: int, road: int | None = None) -> Plan:
    """How the queue comes to hold `ahead` tracks after the current one, theirs first and ours for `wish` behind them.

    With a `road` ours are those that were queued for the road of that number. Nothing of theirs is ever removed. With
    nothing playing, one more is queued to begin with.
    """
    upcoming = snapshot.upcoming
    theirs = [entry for entry in upcoming if entry.id not in ours]
    behind = max((entry.position for entry in theirs), default=-1)
    goal = ahead if snapshot.sounding else ahead + 1
    room = max(0, goal - len(theirs))
    mine = [entry for entry in upcoming if entry.id in ours and entry.position > behind]
    fit = [
        entry.id for entry in mine if ours[entry.id].road == road and (road is not None or ours[entry.id].wish == wish)
    ][:room]
    here = snapshot.sounding.id if snapshot.sounding else None
    remove = [e.id for e in snapshot.queue if e.id in ours and e.id != here and e.id not in fit]
    return Plan(tuple(remove), room - len(fit))


def passed_over(before: Snapshot, now: Snapshot) -> list[int]:
    """The ids that were to play between what was current and what is, and have gone: MPD could not play them."""
    if before.current is None or now.current is None:
        return []
    was = {entry.id: entry.position for entry in before.upcoming}
    until = was.get(now.current.id)
    left = {entry.id for entry in now.queue}
    if until is None:
        return []
    return [entry for entry, position in was.items() if position < until and entry not in left]


def blamed(error: str, queue: Sequence[QueueEntry]) -> QueueEntry | None:
    """The entry that a play error names, as `Failed to decode FILE` or by its whole path; None if it names none.

    MPD 0.24 puts the name in quotes.
    """
    subject = error.removeprefix("Failed to decode ").removeprefix('"')
    named = [entry for entry in queue if subject.startswith(entry.file) or f"/{entry.file}" in subject]
    return max(named, key=lambda entry: len(entry.file), default=None)


def needed(status: MpdStatus, margin: int = 8) -> list[tuple[int, int]]:
    """The stretches of the queue to read: all of a short one, else what is near the current entry and the end."""
    if status.length <= 6 * margin:
        return [(0, status.length)]
    at = status.position or 0
    near = (max(0, at - margin), min(at + margin, status.length))
    return [near, (max(near[1], status.length - margin), status.length)]
