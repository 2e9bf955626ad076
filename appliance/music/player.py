"""The player: what the rest of Moodbox asks of the music, and the connection to MPD that is made again for ever."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable
from pathlib import Path

from appliance.domain.commands import Reply
from appliance.domain.emotions import Emotion
from appliance.domain.events import Event, PlayerState
from appliance.domain.reasons import Reason
from appliance.domain.roads import Road
from appliance.journey.plane import Plane
from appliance.lib.backoff import Backoff
from appliance.music import empty_folders
from appliance.music.errors import MpdLost, MpdNonsense, MpdRefused, MusicError
from appliance.music.library import Library
from appliance.music.mpd.client import MpdClient
from appliance.music.picker import Picker
from appliance.music.play_memory import PlayMemory
from appliance.music.playback import Playback
from appliance.music.playback_events import PlaybackEvents
from appliance.music.playback_orders import PlaybackOrders, ToneOrder
from appliance.music.queue_feeder import QueueFeeder
from appliance.settings.music import MusicSettings
from appliance.words.speaking import t

log = logging.getLogger(__name__)

RETRY_FIRST, RETRY_LAST = 0.1, 10.0
STEADY = 1.0
"""A connection that lasted so many seconds is made again at once, and nobody hears of it if that works."""
REFUSED_REST = 5.0
SENSIBLE = 60.0
"""After so many seconds without an answer that makes no sense, the next one is told again."""
START = 5.0
"""Seconds from the start of `run` in which MPD may still be starting too: no word of that."""
HEARTBEAT = 1.5
"""Seconds without a question after which MPD is asked whether it is there: one that is frozen tells nothing."""
SAME_RUN = 1.6
"""Two reckonings of when MPD started that differ by less, in seconds, mean the same run of it."""


class Player:
    """Plays music by emotion on the MPD at `address`.

    The requests return at once: `run` carries them out in order, the newest wish counts, and those that come while MPD
    is away are carried out on its return (a skip is dropped). `songs` is the songs folder where it is on this machine:
    lists of streams are read from it. `composing` tells whether house pieces are in the making.
    """

    def __init__(
        self,
        address: str,
        settings: MusicSettings,
        emit: Callable[[Event], None],
        memory: PlayMemory,
        songs: Path | None = None,
        composing: Callable[[], bool] = lambda: False,
    ) -> None:
        self._address = address
        self._orders = PlaybackOrders(fade=settings.fade)
        self._changed = asyncio.Event()
        self._library = Library(songs)
        self._picker = Picker(self._library, memory, settings.house_music)
        self._queue_feeder = QueueFeeder(
            self._library, self._picker, emit, empty_folders.COMPOSING if settings.house_music else 0.0, composing
        )
        self._playback_events = PlaybackEvents(emit, time.monotonic)
        self._playback = Playback(settings, self._orders, self._queue_feeder, self._playback_events, memory)
        self._run_began: float | None = None
        self._socket: tuple[int, int] | None = None
        """When the MPD we talked to last was started, in time.monotonic() seconds."""
        self._met = False
        self._reported = False
        self._nonsense_told = False

    @property
    def state(self) -> PlayerState:
        """What MPD is doing now."""
        return self._playback_events.state

    @property
    def unplayable(self) -> dict[str, tuple[str | None, str]]:
        """Files that could not be played: MPD's Last-Modified of each at that time, and why in words."""
        return dict(self._queue_feeder.broken)

    def play(self, emotion: Emotion, reason: Reason, at_once: bool = False, road: Road | None = None) -> None:
        """Let music of this emotion come next; `at_once` fades out a track of another emotion and ends a pause.

        The same wish again changes nothing but the reason given for later tracks. With a `road` songs are chosen along
        it, once `know` has told of enough; one with another number is planned anew.
        """
        if emotion is not self._orders.wish:
            self._orders.switch = False
        self._orders.wish, self._orders.reason, self._orders.road = emotion, reason, road
        if at_once:
            self._orders.switch, self._orders.pause = True, False
        self._changed.set()

    def know(self, plane: Plane | None) -> None:
        """These are the songs that the catalogue knows from now on."""
        self._picker.known.know(plane)
        self._changed.set()

    def skip(self) -> None:
        """Go on to the next track, also out of a pause."""
        self._orders.skips += 1
        self._changed.set()

    def seek(self, seconds: float) -> None:
        """Let the present track go on from this second of it; a stream does not."""
        self._orders.seek = seconds
        self._changed.set()

    def pause(self) -> None:
        """Pause until `resume`, `skip`, or a wish at once."""
        self._orders.pause = True
        self._changed.set()

    def resume(self) -> None:
        """Let the music go on."""
        self._orders.pause = False
        self._changed.set()

    def set_volume(self, volume: int) -> None:
        """Set the volume, 0..100, brought within `music.volume_floor` and `music.volume_cap`."""
        self._orders.volume = self._playback.clamp(volume)
        self._changed.set()

    def set_fade(self, seconds: float) -> None:
        """Let a change by override take so many seconds to fade out from now on."""
        self._orders.fade = seconds

    def use_output(self, device: str) -> None:
        """Have the sound go to this output, and the music go on there."""
        self._orders.output = device
        self._changed.set()

    @property
    def silent_output(self) -> str | None:
        """The device at which no sound can be made, though it is wanted; None while all is well."""
        return self._playback.output.silent

    def play_tone(self, device: str, reply: Reply) -> None:
        """Have two notes heard through an output, the left one first; the music pauses meanwhile."""
        if self._orders.tone:
            reply(MusicError(t("a test tone is playing already; try again when it is over")))
        elif self.state.state == "lost":
            reply(MusicError(t("no test tone can be played: MPD cannot be reached")))
        else:
            self._orders.tone = ToneOrder(device, reply)
            self._changed.set()

    def read_songs(self, emotion: Emotion, file: str = "") -> None:
        """Look through an emotion's folder for what has changed: MPD by itself does so after some seconds.

        If MPD then leaves out `file`, the owner is told.
        """
        self._orders.read.add(emotion)
        if file:
            self._orders.new.append(file)
        self._changed.set()

    async def run(self) -> None:
        """Play, connecting to MPD again whenever it is lost, until cancelled."""
        backoff, started = Backoff(RETRY_FIRST, RETRY_LAST), time.monotonic()
        confusion = Backoff(RETRY_FIRST, RETRY_LAST, settled=SENSIBLE)
        while True:
            mpd = MpdClient(self._address, self._changed, self._silent)
            began, opened = time.monotonic(), False
            try:
                await mpd.open()
                opened = True
                await self._serve(mpd)
            except MpdRefused as error:
                right = "; its password goes into music.mpd, as PASSWORD@HOST" if error.forbidden else ""
                self._queue_feeder.warn(f"MPD refuses what is asked of it: {error}{right}")
                delay = REFUSED_REST
            except MpdLost as error:
                if opened and time.monotonic() - began > STEADY:
                    backoff.reset()
                    delay = 0.0
                else:
                    if isinstance(error.__cause__, (ConnectionRefusedError, FileNotFoundError)):
                        self._run_began = None  # nothing listens: when it does, it is another run of MPD
                    if self._met or time.monotonic() - started > START:
                        self._lost(f"MPD cannot be reached at {mpd.host} ({error}); trying again until it can")
                    delay = backoff.next()
            except MpdNonsense as error:
                lasted = time.monotonic() - began
                told = self._nonsense_told and lasted < SENSIBLE
                self._nonsense_told = True
                self._lost(f"MPD at {mpd.host} gives answers that make no sense ({error}); trying again", told)
                delay = confusion.after(lasted)
            except MusicError as error:
                self._queue_feeder.warn(str(error))
                self._lost(str(error))
                delay = RETRY_LAST
            finally:
                mpd.close()
            await asyncio.sleep(delay)

    async def _serve(self, mpd: MpdClient) -> None:
        began = time.monotonic() - await mpd.uptime()
        fresh = self._run_began is None or abs(began - self._run_began) > SAME_RUN or mpd.socket != self._socket
        self._run_began, self._socket, self._met = began, mpd.socket, True
        self._library.connection = mpd
        await self._playback.arrive(mpd, fresh)
        while True:
            self._changed.clear()
            changes, mpd.changes = mpd.changes, set()
            again_at = await self._playback.settle(changes)
            if self._reported:
                self._reported = False
                log.info("MPD is back")
            # Wakes also when the connection is lost: the next question then raises MpdLost.
            while not await self._woken(again_at):
                await mpd.ask("ping")
                if self.state.state == "lost":
                    break

    async def _woken(self, at: float | None) -> bool:
        """Wait for news until `at` (in time.monotonic() seconds). False if there is neither within a heartbeat."""
        timeout = HEARTBEAT if at is None else min(HEARTBEAT, max(0.0, at - time.monotonic()))
        with contextlib.suppress(TimeoutError):
            # Not wait_for, which on Python 3.11 may swallow the cancellation that ends the player.
            async with asyncio.timeout(timeout):
                await self._changed.wait()
        return self._changed.is_set() or (at is not None and time.monotonic() >= at)

    def _silent(self) -> None:
        self._lost("MPD does not answer; waiting until it does")

    def _lost(self, text: str, told: bool = False) -> None:
        self._orders.skips, self._orders.seek = 0, None
        if (tone := self._orders.tone) and not tone.again:
            self._orders.tone = None
            tone.reply(MusicError(t("no test tone can be played: MPD cannot be reached")))
        if not self._reported and not told:
            self._reported = True
            log.warning("%s", text)
        self._playback_events.lost()
