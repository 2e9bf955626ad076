"""A journey that somebody has begun from a song: it goes on to its last song, whatever is seen meanwhile."""

from __future__ import annotations

from dataclasses import replace

from appliance.domain.actions import Play
from appliance.domain.commands import BeginTrip
from appliance.domain.emotions import circumplex
from appliance.domain.reasons import FromSong, OnJourney, Reason
from appliance.domain.roads import Road

_STRAYS = 2
"""So many songs of Moodbox's that are not on it end it: it could not be played."""


class Trip:
    """At most one at a time."""

    def __init__(self) -> None:
        self._play: Play | None = None
        self._strays = 0

    @property
    def under_way(self) -> bool:
        """It has songs to come."""
        return self._play is not None

    def begin(self, asked: BeginTrip, number: int) -> Play:
        """What to play from now on, by a road of this number."""
        road = Road((asked.place, circumplex(asked.goal)), first=asked.file, number=number)
        reason = FromSong(emotion=asked.goal, song=asked.title, steps=road.songs)
        self._play, self._strays = Play(asked.goal, reason, road=road), 0
        return replace(self._play, at_once=True)

    def replanned(self, number: int) -> Play:
        """The rest of it, to be chosen anew by a road of this number. It must be under way."""
        assert self._play
        assert self._play.road
        self._play = replace(self._play, road=replace(self._play.road, number=number))
        return self._play

    def over_with(self, reason: Reason | None) -> bool:
        """A song of Moodbox's has begun, for this reason: whether the trip is over, as it is with its last song."""
        if self._play is None or self._play.road is None:
            return True
        cause = reason.because if isinstance(reason, OnJourney) else reason
        road = self._play.road
        if isinstance(cause, FromSong):
            self._play = replace(self._play, road=replace(road, taken=cause.step)) if cause.step < road.songs else None
            return self._play is None
        self._strays += 1
        if self._strays == _STRAYS:
            self._play = None
        return self._play is None

    def end(self) -> None:
        """Something else is wanted."""
        self._play = None
