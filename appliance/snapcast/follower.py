"""Plays what another box plays: finds it, stays in touch with it, and keeps a client running meanwhile."""

from __future__ import annotations

import asyncio
import logging
import random
import shutil
from collections.abc import Callable

from appliance.domain.status import FollowStatus
from appliance.lib.backoff import Backoff
from appliance.lib.supervise import supervise
from appliance.settings.snapcast import SnapcastSettings
from appliance.snapcast.client import CLIENT
from appliance.snapcast.control import SnapcastControl
from appliance.snapcast.errors import LeaderError
from appliance.snapcast.finding import find_address
from appliance.snapcast.programs import ChildPrograms, Programs
from appliance.words.speaking import t

log = logging.getLogger(__name__)

LOOK = 0.5
"""Seconds between two looks at whether anything has changed."""
ASK = 5.0
"""Seconds after which a server that tells nothing is asked whether it is there."""
GREETING = 5.0
"""Seconds that a server has to answer for the first time."""
RESTART = 8.0
"""Seconds for which a server may be away, as while its box starts anew, before it counts as gone."""
AGAIN_FIRST, AGAIN_LAST = 1.0, 30.0
"""Seconds between two attempts to find the other box."""


class Follower:
    """`run` in the background. What it says of the other box is `seen`; `status` and `problems` are for people."""

    def __init__(
        self,
        leader: str,
        settings: SnapcastSettings,
        name: str,
        device: Callable[[], str | None],
        wanted: Callable[[], bool],
        seen: Callable[[bool], None],
        programs: Programs | None = None,
    ) -> None:
        """`leader` is the other box's name or address which listens at the same ports as this one would.

        `name` is this box's id, `device` tells the output that the sound goes to (None while that is not known),
        `wanted` whether anything is to be heard, and `seen` is told when the other box has come or gone. Without
        `programs` the client is a child of this process.
        """
        self.leader, self._settings, self._name = leader, settings, name
        self._device, self._wanted, self._seen = device, wanted, seen
        self._programs = programs or ChildPrograms()
        self._address: str | None = None
        self._trouble = ""
        self._playing = False

    @property
    def status(self) -> FollowStatus:
        """Which box is followed, and whether it is heard."""
        return FollowStatus(box=self.leader, address=self._address, playing=self._playing)

    @property
    def problems(self) -> tuple[str, ...]:
        """Why nothing is heard of it, in words."""
        return (self._trouble,) if self._trouble else ()

    async def run(self) -> None:
        """Follow, and find the other box again whenever it is lost, until cancelled."""
        backoff = Backoff(AGAIN_FIRST, AGAIN_LAST, chance=random.random)
        loop = asyncio.get_running_loop()
        while True:
            began = loop.time()
            try:
                await self._follow()
            except LeaderError as error:
                self._trouble = str(error)
            finally:
                self._address = None
            await asyncio.sleep(backoff.after(loop.time() - began))

    async def _follow(self) -> None:
        """From finding the other box to losing it, which LeaderError tells."""
        if shutil.which(CLIENT) is None:
            raise LeaderError(t("music: {program} is not installed: sudo apt install {program}", program=CLIENT))
        address = await find_address(self.leader)
        control = SnapcastControl(self._settings.control_port, host=address, every=ASK)
        async with supervise("leader", control.run):
            if not await self._answers(control, GREETING):
                raise LeaderError(
                    t(
                        "music: {name} ({address}) does not serve its music; set music.output to snapcast there",
                        name=self.leader,
                        address=address,
                    )
                )
            self._address, self._trouble = address, ""
            self._seen(True)
            try:
                await self._play(address, control)
            finally:
                self._seen(False)
        raise LeaderError(t("music: {name} is away; looking for it again", name=self.leader))

    async def _play(self, address: str, control: SnapcastControl) -> None:
        """Have the client running whenever it is wanted, until the server has gone."""
        while True:
            if not await self._answers(control, RESTART):
                return
            device = self._device()
            if device is None or not self._wanted():
                await asyncio.sleep(LOOK)
                continue
            client = self._programs.client(address, self._settings.port, self._name, device, _heard)
            async with supervise(CLIENT, client.run):
                self._playing = True
                try:
                    while self._wanted() and self._device() == device:
                        if control.speakers is None and not await self._answers(control, RESTART):
                            return
                        await asyncio.sleep(LOOK)
                finally:
                    self._playing = False

    async def _answers(self, control: SnapcastControl, patience: float) -> bool:
        """Whether the server is there, or comes within so many seconds."""
        loop = asyncio.get_running_loop()
        until = loop.time() + patience
        while control.speakers is None:
            if loop.time() >= until:
                return False
            await asyncio.sleep(LOOK / 5)
        return True


def _heard(line: str) -> None:
    log.debug("%s: %s", CLIENT, line)
