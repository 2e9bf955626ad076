"""Carries quiet hours and the sleep timer out: the camera, the music and its volume. No I/O; the clock is injected."""

from __future__ import annotations

from datetime import datetime

from appliance.core.auto_pause import AutoPause
from appliance.core.quiet import Change, Quiet, QuietRules
from appliance.core.softening import Softening
from appliance.core.tuning import Tuning
from appliance.domain import commands
from appliance.domain.actions import Action, ApplyVolume, KeepSetting, OrderCamera, Save, Say
from appliance.domain.events import Message, PlayerState
from appliance.domain.quiet_hours import read_quiet_hours
from appliance.domain.tuning import QUIET_HOURS
from appliance.lib.clock import Clock
from appliance.settings.quiet import QuietSettings


class QuietKeeper:
    """Every method returns the actions that are called for, in order."""

    def __init__(self, settings: QuietSettings, clock: Clock, absence: AutoPause, asleep_until: float | None) -> None:
        """`absence` is the keeper of the music's pauses; `asleep_until`, seconds of the epoch, is from the last run."""
        self._clock, self._absence = clock, absence
        self._quiet = Quiet(QuietRules(settings.spans, settings.fade_out, settings.wake_seconds))
        self._softening = Softening()
        self.asleep_until = asleep_until
        """Until when it keeps quiet whatever the hours say, in seconds of the epoch, to be kept over a restart."""
        left = -1.0 if asleep_until is None else asleep_until - clock.now().timestamp()
        if left > 0:
            self._quiet.begin(clock.monotonic(), left)

    @property
    def active(self) -> bool:
        """Whether the camera stays closed and the music silent now."""
        return self._quiet.active

    @property
    def until(self) -> datetime | None:
        """The local time at which the quiet that reigns now ends by itself; None if none reigns."""
        return self._quiet.until(self._clock.monotonic(), self._local())

    @property
    def sleep_at(self) -> float | None:
        """When the sleep timer ends, in CLOCK_MONOTONIC seconds; None while it does not run."""
        return self._quiet.sleep_at

    def choose_hours(
        self, asked: commands.SetQuietHours, tuning: Tuning, camera_on: bool, volume: int | None
    ) -> list[Action]:
        """Somebody sets the hours, which hold at once."""
        if asked.hours == tuning.quiet_hours:
            return []
        tuning.quiet_hours = asked.hours
        self._quiet.change_hours(read_quiet_hours(asked.hours))
        said = Say(f"Quiet hours: {asked.hours or 'none'} ({asked.by}).")
        kept = [KeepSetting(QUIET_HOURS, asked.hours)] if asked.keep else []
        return [said, *kept, *self.tick(camera_on, volume)]

    def begin(self, camera_on: bool) -> list[Action]:
        """At the start: the camera is opened unless these are quiet hours, and music of last night goes on."""
        began = self.tick(camera_on, None)
        return began or [OrderCamera(camera_on), *self._absence.quiet_over(self._clock.monotonic())]

    def tick(self, camera_on: bool, volume: int | None) -> list[Action]:
        """Time has passed. `camera_on`: the owner's switch; `volume`: the output's, None if it has none."""
        now, wall = self._clock.monotonic(), self._local()
        change = self._quiet.tick(now, wall)
        asleep = self._quiet.asleep(now)
        if (asleep is None) is not (self.asleep_until is None):
            self.asleep_until = None if asleep is None else wall.timestamp() + asleep
        if change is Change.BEGAN:
            until = self.until
            words = f"Quiet until {until:%H:%M}." if until else "Quiet."
            return [Say(words), OrderCamera(False), *self._absence.quiet(), Save()]
        if change is Change.ENDED:
            loud = _applied(self._softening.restore())
            return [Say("The quiet is over."), *loud, OrderCamera(camera_on), *self._absence.quiet_over(now), Save()]
        if self.active:
            return []
        return _applied(self._softening.step(self._quiet.softness(now, wall), volume))

    def asked(self, event: Message, camera_on: bool) -> list[Action]:
        """Someone asks for something: who wants music, or turns its volume, interrupts the quiet."""
        match event:
            case commands.SetVolume() | commands.TurnVolume():
                self._softening.turned()
            case commands.SetSleepTimer(seconds, by):
                self._quiet.sleep_after(seconds, self._clock.monotonic())
                return [Say(f"Sleep timer: {'off' if seconds is None else f'{seconds / 60:g} min'} ({by}).")]
            case commands.KeepQuiet(True):
                self._quiet.begin(self._clock.monotonic())
                return self.tick(camera_on, None)
            case _ if self.active and _wants_music(event):
                return self._wake(camera_on)
        return []

    def heard(self, before: PlayerState, player: PlayerState, camera_on: bool) -> list[Action]:
        """The player tells something new: whoever has the music go on elsewhere interrupts the quiet too."""
        self._softening.heard(player.volume)
        if not self.active:
            return []
        if before.state == "pause" and player.state == "play":
            return self._wake(camera_on)
        return _applied(self._softening.restore()) if player.state == "pause" else []

    def _wake(self, camera_on: bool) -> list[Action]:
        self._quiet.wake(self._clock.monotonic())
        return self.tick(camera_on, None)

    def _local(self) -> datetime:
        return self._clock.now().astimezone()


def _wants_music(event: Message) -> bool:
    match event:
        case commands.Skip() | commands.StepOverride() | commands.ToggleMusic():
            return True
        case commands.Override(emotion):
            return emotion is not None
        case commands.SetMusic(on):
            return on
        case commands.KeepQuiet(on):
            return not on
        case _:
            return False


def _applied(volume: int | None) -> list[Action]:
    return [] if volume is None else [ApplyVolume(volume)]
