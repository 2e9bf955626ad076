"""A box that plays what another one plays: when its own music is silent. No I/O; the clock is the caller's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from appliance.core.auto_pause import AutoPause, Paused
from appliance.domain.actions import Action, Pause, Play, Resume, Say, SkipTrack
from appliance.domain.events import LeaderSeen, Message, PlayerChanged, PlayerState
from appliance.settings.settings import Settings
from appliance.settings.vision import NO_CAMERA

ALONE_AFTER = 30.0
"""Seconds without the other box after which one with a camera goes on by itself."""


class Following:
    """Fed with whether the other box is there; times are CLOCK_MONOTONIC seconds.

    A box without a camera is a loudspeaker: it stays silent for as long as the other one is away. One with a camera has
    a mood of its own to play by, and goes on alone.
    """

    def __init__(self, settings: Settings, absence: AutoPause, now: float) -> None:
        """`absence` is the keeper of the music's pauses: they silence what comes from the other box too."""
        self.leader = settings.music.follow
        """The other box's name or address; empty for none."""
        self._absence = absence
        self._alone = settings.camera.source != NO_CAMERA
        self._there = False
        self._away_since = now
        absence.elsewhere = bool(self.leader)

    @property
    def silent(self) -> bool:
        """Whether the box's own music is to be silent, because what is heard comes from the other box."""
        return self._absence.elsewhere

    @property
    def wanted(self) -> bool:
        """Whether what the other box plays is to be heard here."""
        return bool(self.leader) and self._absence.paused is Paused.NOT

    def heard(self, player: PlayerState) -> PlayerState:
        """What the room hears: the box's own player, or that of the other box, whose song this one does not know."""
        if not self.silent:
            return player
        return PlayerState("play" if self.wanted and self._there else "pause", volume=player.volume)

    def sounds(self, player: PlayerState) -> bool:
        """Whether music is to be heard in the room now, wherever it comes from."""
        return self.wanted if self.silent else player.state == "play"

    def begin(self, actions: Sequence[Action]) -> list[Action]:
        """At the start, with the actions that it calls for otherwise."""
        return [*self._hushed(actions), *([Pause()] if self.silent else [])]

    def handle(self, event: Message, now: float, actions: Sequence[Action]) -> list[Action]:
        """The actions that an event calls for, made of those that it calls for in a box that follows nobody."""
        if not self.leader:
            return list(actions)
        before = self.silent
        said = self._seen(event.there, now) if isinstance(event, LeaderSeen) else []
        if self._alone and self.silent and not self._there and now - self._away_since >= ALONE_AFTER:
            self._absence.elsewhere = False
            said = [Say(f"{self.leader} is away: the box goes on by itself.")]
        if not self.silent:
            begun: list[Action] = [Resume()] if before and self._absence.paused is Paused.NOT else []
            return [*actions, *said, *begun]
        again = isinstance(event, PlayerChanged) and event.player.state == "play"
        return [*self._hushed(actions), *said, *([Pause()] if again or not before else [])]

    def _seen(self, there: bool, now: float) -> list[Action]:
        if there is self._there:
            return []
        self._there = there
        if not there:
            self._away_since = now
            return [Say(f"{self.leader} is away.")]
        self._absence.elsewhere = True
        return [Say(f"What {self.leader} plays is heard here.")]

    def _hushed(self, actions: Sequence[Action]) -> list[Action]:
        """The actions without what would have the box's own music begin while it is to be silent."""
        if not self.silent:
            return list(actions)
        kept = (action for action in actions if not isinstance(action, Resume | SkipTrack))
        return [replace(each, at_once=False) if isinstance(each, Play) else each for each in kept]
