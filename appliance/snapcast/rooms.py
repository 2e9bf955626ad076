"""Keeps Snapcast's server running as long as the music is to go there."""

from __future__ import annotations

import asyncio
import logging
import re
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path

from appliance.domain.speakers import Speaker, SpeakerChange
from appliance.lib.supervise import supervise
from appliance.outputs.choosing import SERVER
from appliance.settings.snapcast import SnapcastSettings
from appliance.snapcast.client import CLIENT
from appliance.snapcast.control import SnapcastControl
from appliance.snapcast.errors import SpeakerError
from appliance.snapcast.programs import ChildPrograms, Programs
from appliance.words.speaking import t

log = logging.getLogger(__name__)

SLOW = 20.0
"""Seconds after which a server that says nothing of itself should have answered."""
LOOK = 1.0
"""Seconds between two looks at whether the music is to go there."""
_TAKEN = re.compile(r"address already in use", re.IGNORECASE)


class SnapcastRooms:
    """`run` in the background; `wanted` says whether the music goes to the loudspeakers in the rooms now."""

    def __init__(
        self,
        settings: SnapcastSettings,
        fifo: Path,
        state: Path,
        wanted: Callable[[], bool],
        name: str = "moodbox",
        here: Callable[[], str] = lambda: "",
        programs: Programs | None = None,
    ) -> None:
        """`here` tells the output of this box's own at which the music is heard too, empty for none; the box is called
        `name` there. Without `programs` they are children of this process.
        """
        self._name, self._here = name, here
        self._programs = programs or ChildPrograms()
        self._began = 0.0
        self._settings = settings
        self._fifo = fifo
        self._data = state / "snapcast"
        self._wanted = wanted
        self._control: SnapcastControl | None = None
        self._changing: set[asyncio.Task[None]] = set()
        self._taken = False

    @property
    def speakers(self) -> tuple[Speaker, ...] | None:
        """The loudspeakers that there are; None while the music goes elsewhere or the server is not there."""
        return self._control.speakers if self._control else None

    @property
    def problems(self) -> tuple[str, ...]:
        """What keeps the rooms silent, in words."""
        if self._control is None or self._control.speakers is not None:
            return ()
        if not self._taken and (self._programs.told or time.monotonic() - self._began < SLOW):
            return ()
        ports = f"{self._settings.port}, {self._settings.control_port}"
        text = t(
            "music: Snapcast’s server does not get its ports, {ports}: is Debian’s snapserver.service running?",
            ports=ports,
        )
        return (text,)

    def change(self, speaker: str, change: SpeakerChange) -> None:
        """Have a loudspeaker changed; called in the loop, which does not wait for it."""
        task = asyncio.get_running_loop().create_task(self._change(speaker, change))
        self._changing.add(task)
        task.add_done_callback(self._changing.discard)

    async def _change(self, speaker: str, change: SpeakerChange) -> None:
        if self._control is None:
            log.warning("Loudspeaker: the music does not go to Snapcast's loudspeakers now")
            return
        try:
            await self._control.change(speaker, change)
        except SpeakerError as error:
            log.warning("Loudspeaker: %s", error)

    async def run(self) -> None:
        """Serve whenever it is wanted, until cancelled."""
        while True:
            await self._until(wanted=True)
            async with AsyncExitStack() as serving:
                self._taken = False
                self._control = SnapcastControl(self._settings.control_port)
                self._began = time.monotonic()
                server = self._programs.server(self._settings, self._fifo, self._data, self._heard)
                serving.callback(self._over)
                await serving.enter_async_context(supervise(SERVER, server.run))
                await serving.enter_async_context(supervise("snapcast control", self._control.run))
                if here := self._here():
                    player = self._programs.client("127.0.0.1", self._settings.port, self._name, here, self._heard)
                    await serving.enter_async_context(supervise(CLIENT, player.run))
                await self._until(wanted=False)
                self._over()

    async def _until(self, wanted: bool) -> None:
        while bool(self._wanted()) is not wanted:  # noqa: ASYNC110 - asked, not told: it is another's state
            await asyncio.sleep(LOOK)

    def _over(self) -> None:
        self._control = None

    def _heard(self, line: str) -> None:
        if _TAKEN.search(line):
            self._taken = True
        log.debug("rooms: %s", line)
