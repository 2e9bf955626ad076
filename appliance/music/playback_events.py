"""What has happened to the music: compares what MPD says now with what it said before, and tells it as events."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from appliance.domain.events import (
    Event,
    PlayerChanged,
    PlayerState,
    QueuedSong,
    TrackHeard,
    TrackSkipped,
    TrackStarted,
)
from appliance.music.mpd.client import QueueEntry
from appliance.music.queue import Ours, Snapshot

LEFT_EARLY = 0.7
"""A track that ended so many seconds before its length did not come to its end: someone went on to the next."""
SEEK = 2.0
"""A jump of so many seconds in the time played is news."""
STREAM_HEARD = 180.0
"""A stream counts as wholly heard after so many seconds."""
SHOWN_AHEAD = 8


@dataclass(frozen=True, slots=True)
class _SeenTrack:
    """The track that plays, as of the last look at it."""

    entry: QueueEntry
    ours: Ours | None
    elapsed: float
    at: float
    playing: bool

    def heard_until(self, now: float) -> float:
        seconds = self.elapsed + (now - self.at if self.playing else 0.0)
        return min(seconds, self.entry.duration or seconds)


class PlaybackEvents:
    """Emits PlayerChanged, TrackStarted, TrackSkipped and TrackHeard."""

    def __init__(self, emit: Callable[[Event], None], now: Callable[[], float]) -> None:
        self._emit = emit
        self._now = now
        self._seen: _SeenTrack | None = None
        self._state = PlayerState("lost")
        self._state_at = now()
        self._followers: set[int] = set()

    @property
    def state(self) -> PlayerState:
        """What MPD is doing, the time played brought up to now."""
        if self._state.state != "play":
            return self._state
        elapsed = self._state.elapsed + self._now() - self._state_at
        return replace(self._state, elapsed=min(elapsed, self._state.duration or elapsed))

    @property
    def heard(self) -> float:
        """Seconds of the present track that have been heard."""
        return self._seen.heard_until(self._now()) if self._seen else 0.0

    @property
    def unfinished(self) -> bool:
        """The present track has not come to its end, or not even begun to be heard."""
        if self._seen is None:
            return True
        length = self._seen.entry.duration
        return length is None or length - self.heard > LEFT_EARLY

    def lost(self) -> None:
        """MPD cannot be reached."""
        self._change(PlayerState("lost"))

    def known(self, entry: QueueEntry, ours: Ours | None) -> None:
        """This entry's beginning has been told already (before MPD or the connection was restarted)."""
        self._seen = _SeenTrack(entry, ours, 0.0, self._now(), playing=False)

    def tell(self, snapshot: Snapshot, ours: Mapping[int, Ours], gone: str = "") -> None:
        """Tell what is new. `gone` says how the track before ended if that was our doing: `skipped` or `switched`."""
        now, status, entry = self._now(), snapshot.status, snapshot.sounding
        before = self._seen
        if before and (entry is None or entry.id != before.entry.id):
            self._ended(before, entry, gone)
        fresh = entry is not None and (before is None or before.entry.id != entry.id)
        # A stream that has yet to answer plays, as MPD has it, and so does junk for a moment; but nothing is heard.
        sounds = status.state == "play" and status.decoding
        if entry is None or (fresh and not sounds):
            self._seen = None
        else:
            mine = ours.get(entry.id)
            self._seen = _SeenTrack(entry, mine, status.elapsed, now, sounds)
            if fresh:
                folder, reason = (mine.track.emotion, mine.reason) if mine else (None, None)
                self._emit(TrackStarted(entry.file, entry.title, folder, reason))
        self._followers = {follower.id for follower in snapshot.upcoming}
        self._change(_describe(snapshot, ours))

    def _ended(self, before: _SeenTrack, after: QueueEntry | None, gone: str) -> None:
        if before.ours is None or gone == "switched":
            return
        heard = before.heard_until(self._now())
        early = before.entry.duration is None or before.entry.duration - heard > LEFT_EARLY
        if gone == "skipped" or (early and after is not None and after.id in self._followers):
            whole = before.entry.duration or STREAM_HEARD
            share = min(1.0, heard / whole)
            self._emit(TrackSkipped(before.entry.file, before.ours.track.emotion, share))
        elif not early:
            self._emit(TrackHeard(before.entry.file, before.ours.track.emotion))

    def _change(self, state: PlayerState) -> None:
        expected = self.state
        self._state_at = self._now()
        self._state = state
        if (
            replace(state, elapsed=0.0) != replace(expected, elapsed=0.0)
            or abs(state.elapsed - expected.elapsed) > SEEK
        ):
            self._emit(PlayerChanged(state))


def _describe(snapshot: Snapshot, ours: Mapping[int, Ours]) -> PlayerState:
    status, entry = snapshot.status, snapshot.sounding
    queue = tuple(_queued(follower, ours.get(follower.id)) for follower in snapshot.upcoming[:SHOWN_AHEAD])
    if entry is None:
        return PlayerState(status.state, volume=status.volume, queue=queue)
    mine = ours.get(entry.id)
    return PlayerState(
        state=status.state,
        file=entry.file,
        title=entry.title,
        artist=entry.artist,
        album=entry.album,
        elapsed=status.elapsed,
        duration=status.duration or entry.duration,
        volume=status.volume,
        emotion=mine.track.emotion if mine else None,
        reason=mine.reason if mine else None,
        ours=mine is not None,
        queue=queue,
    )


def _queued(entry: QueueEntry, mine: Ours | None) -> QueuedSong:
    emotion, reason = (mine.track.emotion, mine.reason) if mine else (None, None)
    return QueuedSong(entry.file, entry.title, entry.artist, emotion, reason)
