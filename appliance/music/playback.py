"""What is done with MPD while it can be reached: carry out orders, keep playing, change moods, mend errors."""

from __future__ import annotations

import asyncio
import logging
import time

from appliance.domain.emotions import folder_of
from appliance.domain.reasons import QueuedBefore
from appliance.lib.backoff import Backoff
from appliance.music.errors import MpdRefused
from appliance.music.library import Track
from appliance.music.mpd.client import MpdClient, QueueEntry
from appliance.music.output_switch import OutputSwitch
from appliance.music.play_memory import PlayMemory
from appliance.music.playback_events import PlaybackEvents
from appliance.music.playback_orders import PlaybackOrders
from appliance.music.queue import Ours, Snapshot, blamed, needed, passed_over, read_mark
from appliance.music.queue_feeder import QueueFeeder
from appliance.music.tone_player import play_ordered_tone
from appliance.settings.music import MusicSettings

log = logging.getLogger(__name__)

ROUNDS = 12
"""At most so many looks and acts in one go; what has not come to rest by then waits for a moment."""
FADE_STEP = 0.04
GRACE = 1.0
"""Seconds for which a queue that someone emptied is left to them: they are about to add something."""
SOON = 0.25
UNHEARD = 0.5
"""A track of unknown length that was gone sooner, in seconds, could not be played."""
LONG_ENOUGH = 1.0
"""A track of so many seconds cannot have come and gone unnoticed."""
OUTPUT_FIRST, OUTPUT_LAST = 2.0, 60.0
MODES = {"consume": True, "random": False, "repeat": False, "single": False}
REMEMBERED = 4
"""How far back in the plays of a folder the track may be that MPD still has from before our start."""


class Playback:
    """Plays to order on one MPD. It outlives connections: `arrive` begins with a new one."""

    def __init__(
        self,
        settings: MusicSettings,
        orders: PlaybackOrders,
        queue_feeder: QueueFeeder,
        playback_events: PlaybackEvents,
        memory: PlayMemory,
    ) -> None:
        self._settings = settings
        self._orders = orders
        self._queue_feeder = queue_feeder
        self._playback_events = playback_events
        self._memory = memory
        self._mpd: MpdClient
        self._held = False
        """Someone paused or stopped the music: it stays so until someone asks for music."""
        self._volume = self.clamp(settings.volume)
        self._last: Snapshot | None = None
        self._marked: int | None = None
        self._leave_until = 0.0
        self.output = OutputSwitch(orders)
        self._output_backoff = Backoff(OUTPUT_FIRST, OUTPUT_LAST)
        self._silent = False

    def clamp(self, volume: int) -> int:
        """A volume within the owner's limits."""
        return max(self._settings.volume_floor, min(self._settings.volume_cap, volume))

    async def arrive(self, mpd: MpdClient, fresh: bool) -> None:
        """Begin with a connection; `fresh` unless it is to the same run of MPD as the last one.

        After a restart MPD's queue is as it was some time ago: of Moodbox's tracks only the one that played is kept.
        """
        self._mpd = mpd
        if not fresh:
            return
        self.output.arrive()
        if self._orders.volume is None:
            self._orders.volume = self._volume
        before, self._last, self._marked = self._last, None, None
        known = {ours.track.file: ours for ours in self._queue_feeder.ours.values()}
        self._queue_feeder.ours.clear()
        now = await self._read()
        for entry in now.queue:
            ours = known.get(entry.file) or self._recognise(entry, before is None and entry == now.current)
            if ours is None:
                continue
            self._queue_feeder.ours[entry.id] = ours
            if before is None or (before.current and before.current.file == entry.file):
                if entry == now.sounding:
                    self._playback_events.known(entry, ours)
            else:
                await self._queue_feeder.drop(mpd, entry.id)

    def _recognise(self, entry: QueueEntry, by_memory: bool) -> Ours | None:
        """Ours of an entry queued before our start: by its mark, or because it is among what played last."""
        folder = folder_of(entry.file)
        mark = read_mark(entry.prio)
        if mark is None and by_memory and folder and entry.file in self._memory.recent(folder, REMEMBERED):
            mark = folder, folder
        if mark is None:
            return None
        return Ours(Track(entry.file, folder or mark[1]), mark[0], QueuedBefore(emotion=mark[0]))

    async def settle(self, changes: set[str]) -> float | None:
        """Carry out orders and bring MPD to what is wanted. `changes` are the subsystems of MPD's that changed.

        Returns when to be called again though nothing happens, in time.monotonic() seconds.
        """
        if "database" in changes:
            await self._queue_feeder.changed(self._mpd, await self._look(), self._orders.wish)
        for _ in range(ROUNDS):
            await self._use_output()
            await self._obey()
            now = await self._look()
            if not await self._tend(now):
                return self._next_time(now)
        return time.monotonic() + GRACE

    def _next_time(self, now: Snapshot) -> float | None:
        times = [self._leave_until, self._queue_feeder.rest_until, self._queue_feeder.wake or 0.0]
        if now.status.state == "play" and not now.status.decoding:
            times.append(time.monotonic() + SOON)
        if now.status.state == "play" and self._settings.hold:
            times.append(time.monotonic() + self._settings.hold - now.status.elapsed)
        return min((at for at in times if at > time.monotonic()), default=None)

    async def _obey(self) -> None:
        orders = self._orders
        while orders.read:
            await self._command("update", orders.read.pop())
        if orders.pause is not None:
            self._held, orders.pause = orders.pause, None
            if self._held:
                await self._command("pause", 1)
            else:
                self._queue_feeder.try_again()
        if orders.seek is not None:
            seconds, orders.seek = orders.seek, None
            await self._command("seekcur", f"{seconds:.2f}")
        if orders.tone:
            self._last = None  # the pause meanwhile is nobody's wish
            await play_ordered_tone(self._mpd, orders)
        while orders.skips:
            orders.skips -= 1
            self._queue_feeder.try_again()
            await self._skip()

    async def _use_output(self) -> None:
        """Have the sound go where it is wanted; music that the output before could not play goes on at once."""
        if not self.output.settled and await self.output.apply(self._mpd):
            self._queue_feeder.rest_until = 0.0
            self._output_works()
            await self._mpd.ask("clearerror")

    async def _skip(self) -> None:
        now = await self._look()
        self._held = False
        if now.sounding is None:
            return
        if await self._queue_feeder.skip(self._mpd, now):
            now = await self._look()
        if not now.upcoming and self._orders.wish:
            await self._feed(now)
        await self._next(now)
        await self._look("skipped")

    async def _read(self) -> Snapshot:
        for _ in range(3):
            status = await self._mpd.status()
            queue = [entry for start, stop in needed(status) for entry in await self._mpd.entries(start, stop)]
            now = Snapshot(status, tuple(queue))
            if status.entry is None or now.current:
                break
        return now

    async def _look(self, gone: str = "") -> Snapshot:
        """See what MPD does, and tell it. `gone` says how the track before ended if that was our doing."""
        now = await self._read()
        self._notice(now, by_others=not gone)
        self._playback_events.tell(now, self._queue_feeder.ours, gone)
        present = {entry.id for entry in now.queue}
        for entry in [entry for entry in self._queue_feeder.ours if entry not in present]:
            del self._queue_feeder.ours[entry]
        self._last = now
        playing = now.sounding
        if (
            playing
            and now.status.state == "play"
            and playing.id != self._marked
            and playing.id in self._queue_feeder.ours
        ):
            self._marked = playing.id
            self._queue_feeder.started(self._queue_feeder.ours[playing.id])
            await self._queue_feeder.mark(self._mpd, playing.id)
        return now

    def _notice(self, now: Snapshot, by_others: bool) -> None:
        """Draw conclusions from how MPD's state has changed; `by_others` if Moodbox did not order it."""
        before = self._last
        if before is None:
            return
        self._find_failures(before, now, by_others)
        if now.status.state == "play":
            self._held = False
        elif by_others and not now.status.error:
            self._respect(before, now)

    def _find_failures(self, before: Snapshot, now: Snapshot, by_others: bool) -> None:
        was, heard = before.sounding, self._playback_events.heard
        if was and heard >= 1.0:
            if was.id in self._queue_feeder.ours:
                self._queue_feeder.sounds(self._queue_feeder.ours[was.id])
            self._output_works()
        for entry in passed_over(before, now):
            self._queue_feeder.suspect(entry, next(e.duration for e in before.queue if e.id == entry))
        if was and by_others and was.duration is None and heard < UNHEARD and (now.sounding or was).id != was.id:
            self._queue_feeder.suspect(was.id, None)
        if by_others and not before.status.decoding and not now.queue:
            # MPD runs through songs that have a head and nothing behind it without a sound and without an error.
            for silent in {entry.file: entry for entry in before.queue}.values():
                if silent.duration is None or silent.duration > LONG_ENOUGH:
                    self._queue_feeder.suspect(silent.id, silent.duration)

    def _respect(self, before: Snapshot, now: Snapshot) -> None:
        """Someone's pause or stop is kept to; who empties the queue has a moment to fill it."""
        if now.status.state == "pause":
            self._held = self._held or before.status.state == "play"
        elif before.sounding and now.status.length:
            # MPD keeps its place when it is stopped, and loses it when it comes to the end of the queue.
            stopped = now.status.entry == before.sounding.id
            if stopped and (before.status.decoding or before.sounding.duration is not None):
                self._held = True
            elif not before.status.decoding:  # never heard: MPD has given it up, and cleared the error with another's
                self._queue_feeder.suspect(before.sounding.id, before.sounding.duration)
        elif before.sounding and self._playback_events.unfinished:
            self._leave_until = time.monotonic() + GRACE

    async def _tend(self, now: Snapshot) -> bool:
        """Do the next thing that is to be done. False if all is as it should be."""
        await self._set_modes(now)
        await self._set_volume(now)
        if now.status.error and now.status.state != "play":
            await self._mend(now, now.status.error)
            return True
        if now.status.error and now.status.decoding and now.status.elapsed > 1.0:
            await self._mpd.ask("clearerror")  # of a track before, lest a pause be taken for a failure
        if self._orders.new and not self._orders.read and not now.status.updating:
            await self._queue_feeder.see(self._orders.new.pop())
            return True
        if self._orders.wish is None or time.monotonic() < self._leave_until:
            return False
        return await self._feed(now) or await self._keep_playing(now)

    async def _feed(self, now: Snapshot) -> bool:
        orders = self._orders
        assert orders.wish
        return await self._queue_feeder.feed(
            self._mpd, now, orders.wish, orders.reason, self._settings.ahead, orders.road
        )

    async def _keep_playing(self, now: Snapshot) -> bool:
        waiting = time.monotonic() < self._queue_feeder.rest_until
        if now.status.state == "play" or (now.status.state == "pause" and not self._held):
            if self._must_switch(now):
                await self._switch(now)
                return True
            self._orders.switch = self._orders.switch and self._queue_feeder.wake is not None
        if now.status.state == "play" or self._held or waiting:
            return False
        if now.status.state == "pause":
            await self._command("pause", 0)
        elif now.upcoming:
            await self._command("playid", now.upcoming[0].id)
        else:
            return False
        return True

    def _must_switch(self, now: Snapshot) -> bool:
        """Whether the current track must not be waited for: an order, a stream (which has no end), a long mix."""
        here, wish = now.sounding, self._orders.wish
        if here is None or here.id not in self._queue_feeder.ours or not now.upcoming:
            return False
        mine, follower = self._queue_feeder.ours[here.id], self._queue_feeder.ours.get(now.upcoming[0].id)
        if follower is None:
            return here.endless or (self._orders.switch and mine.track.emotion is not wish)
        road = self._orders.road
        if self._orders.switch and road and road.first and mine.road != follower.road == road.number:
            return True
        other_mood = mine.track.emotion not in (wish, follower.track.emotion)
        long = bool(self._settings.hold) and now.status.elapsed >= self._settings.hold
        return other_mood and (self._orders.switch or here.endless or long)

    async def _switch(self, now: Snapshot) -> None:
        """Fade out and go on to what is next, unless the orders or the track have changed meanwhile."""
        if self._orders.volume is None:
            self._orders.volume = self._volume
        try:
            if now.status.state == "play" and now.status.volume:
                await self._fade(now.status.volume)
            now = await self._read()
            if await self._feed(now):
                now = await self._read()
            if self._must_switch(now):
                await self._next(now)
        finally:
            await self._set_volume(now)
        self._orders.switch = False
        await self._look("switched")

    async def _fade(self, volume: int) -> None:
        """Lower the volume to nothing over `music.fade` seconds; a further order cuts it short."""
        began, asked = time.monotonic(), (self._orders.wish, self._orders.skips, self._orders.pause)
        while (past := time.monotonic() - began) < self._orders.fade:
            if asked != (self._orders.wish, self._orders.skips, self._orders.pause):
                return
            try:
                await self._mpd.ask("setvol", round(volume * (1 - past / self._orders.fade)))
            except MpdRefused as error:  # a mixer that fails is no reason to stay with this track
                log.debug("MPD does not fade: %s", error)
                return
            await asyncio.sleep(FADE_STEP)

    async def _next(self, now: Snapshot) -> None:
        """Leave the current track. If the next is broken, MPD would keep the current one: it goes all the same."""
        try:
            await self._mpd.ask("next")
        except MpdRefused as error:
            if now.upcoming:
                self._broken(now.upcoming[0], str(error))
            if now.sounding:
                await self._queue_feeder.drop(self._mpd, now.sounding.id)

    async def _command(self, command: str, *arguments: str | int) -> None:
        """A command to which MPD may answer with the play error of a track; the next look shows what came of it."""
        try:
            await self._mpd.ask(command, *arguments)
        except MpdRefused as error:
            log.debug("MPD answers %s with: %s", command, error)

    async def _set_modes(self, now: Snapshot) -> None:
        for (mode, wanted), present in zip(MODES.items(), now.status.modes, strict=True):
            if wanted != present:
                await self._mpd.ask(mode, int(wanted))

    async def _set_volume(self, now: Snapshot) -> None:
        """Set the volume that was ordered, else learn the one that someone else set and keep it under the cap."""
        volume = now.status.volume
        if volume is None:
            return
        wanted = self._orders.volume
        if wanted is None and volume > self._settings.volume_cap:
            wanted = self._settings.volume_cap
        if wanted is None:
            self._volume = volume
            return
        self._volume = wanted
        try:
            await self._mpd.ask("setvol", wanted)
        except MpdRefused as error:
            log.debug("MPD does not set the volume: %s", error)
        if self._orders.volume == wanted:  # and no other one was ordered meanwhile
            self._orders.volume = None

    async def _mend(self, now: Snapshot, error: str) -> None:
        """After a play error: leave out the file that cannot be played, or wait for the output to work again.

        A broken file leaves the queue also if it is someone else's, as MPD does it with any but the last.
        """
        await self._mpd.ask("clearerror")
        here = now.current
        if now.status.state == "pause":  # which is what MPD does when the output fails
            self._queue_feeder.rest_until = time.monotonic() + self._output_backoff.next()
            self.output.failed()
            if not self._silent:
                self._silent = True
                told = f"No sound can be made ({error}); check music.output. Trying again until it works"
                self._queue_feeder.warn(told)
        elif now.status.state == "stop" and (culprit := blamed(error, now.queue) or here):
            self._broken(culprit, error)
            await self._queue_feeder.drop(self._mpd, culprit.id)
            if here and here.id != culprit.id:  # it has played, and MPD stopped when the next one could not
                await self._queue_feeder.drop(self._mpd, here.id)

    def _broken(self, entry: QueueEntry, error: str) -> None:
        if ours := self._queue_feeder.ours.get(entry.id):
            self._queue_feeder.failed(ours, error)
        else:
            self._queue_feeder.warn_of(entry.file, f"({error}); going on with the next")

    def _output_works(self) -> None:
        self._output_backoff.reset()
        if self._silent:
            self._silent, self.output.silent = False, None
            self._queue_feeder.forget_warnings("No sound can be made")
            log.info("Sound can be made again")
