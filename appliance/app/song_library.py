"""The catalogue with what fills it: the follower of MPD's library, and the analyser that listens to the songs."""

from __future__ import annotations

import contextlib
import logging
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path

from appliance.analyser.gate import ListeningGate
from appliance.analyser.server import AnalyserServer
from appliance.catalogue.catalogue import Catalogue
from appliance.domain.status import CatalogueStatus
from appliance.lib.child_process import ChildProcess
from appliance.lib.clock import Clock
from appliance.lib.supervise import supervise
from appliance.lib.system_info import cpu_temperature, throttled
from appliance.music.errors import MpdRefused
from appliance.music.library_follower import LibraryFollower
from appliance.music.mpd.client import MpdClient
from appliance.settings.settings import Settings
from appliance.systemd.layout import ANALYSER

log = logging.getLogger(__name__)

_GOODBYE = 0.5
"""Seconds that the analyser has to end, and again when it is killed; it has nothing to lose."""


class SongLibrary:
    """One for the whole box. `someone` says whether anybody is in the room, None if that cannot be told."""

    def __init__(
        self, settings: Settings, clock: Clock, address: str, someone: Callable[[], bool | None], unit: bool
    ) -> None:
        """`address` is MPD's; as a `unit` the box has the analyser in a unit of its own."""
        self._settings, self._clock, self._unit = settings, clock, unit
        self._someone = someone
        self._gate = ListeningGate(settings.catalogue.hottest)
        self._music_directory = settings.songs_dir.absolute()
        self.catalogue = Catalogue(settings.state_dir, clock.now)
        self._follower = LibraryFollower(address, self.catalogue, self._ask_for_directory)
        self._socket = settings.run_dir / (ANALYSER if unit else "analyser.sock")
        self._server = AnalyserServer(self._socket, lambda: self._music_directory, self.catalogue, self._reason_to_wait)

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Follow MPD, and listen to its songs, while the context is open. Raises MoodboxError."""
        async with AsyncExitStack() as parts:
            parts.callback(self.catalogue.close)
            await parts.enter_async_context(supervise("catalogue", self.catalogue.run))
            await parts.enter_async_context(supervise("library", self._follower.run))
            if self._settings.catalogue.listen:
                await self._server.start()
                parts.push_async_callback(self._server.stop)
                if not self._unit:
                    command = [sys.executable, "-m", "appliance.analyser", "--socket", str(self._socket)]
                    # It runs when nobody else wants the processor, so on a busy machine it cannot even end.
                    analyser = ChildProcess("analyser", command, _heard, patience=_GOODBYE)
                    await parts.enter_async_context(supervise("analyser", analyser.run))
            yield

    def left(self) -> int:
        """How many songs are still to be listened to."""
        return self.catalogue.counts.left

    def status(self) -> CatalogueStatus:
        """How far the box has come with the songs."""
        counts, left = self.catalogue.counts, self._server.seconds_left
        done_at = None
        if left is not None:
            with contextlib.suppress(OverflowError):
                done_at = (self._clock.now() + timedelta(seconds=left)).astimezone().isoformat(timespec="minutes")
        return CatalogueStatus(
            songs=counts.songs,
            heard=counts.heard,
            broken=counts.broken,
            changes=self.catalogue.changes,
            waiting=(self._server.waiting or None) if counts.left else None,
            done_at=done_at,
        )

    @property
    def problems(self) -> tuple[str, ...]:
        """What the owner should know, in words."""
        return (f"catalogue: {self.catalogue.problem}",) if self.catalogue.problem else ()

    def _reason_to_wait(self) -> str:
        return self._gate.reason_to_wait(self._clock.monotonic(), self._someone(), cpu_temperature(), throttled())

    async def _ask_for_directory(self, mpd: MpdClient) -> None:
        """Where MPD's files are; it tells those who come by its Unix socket."""
        with contextlib.suppress(MpdRefused):
            answer = await mpd.ask("config")
            directory = answer.get("music_directory") if isinstance(answer, dict) else answer
            if isinstance(directory, str) and directory.startswith("/"):
                self._music_directory = Path(directory)


def _heard(line: str) -> None:
    """Pass on what the analyser logs, at its level."""
    level, _, words = line.partition(" ")
    number = logging.getLevelNamesMapping().get(level)
    log.log(logging.DEBUG if number is None else number, "%s", line if number is None else words)
