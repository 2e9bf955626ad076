"""The unit that sets up the Wi-Fi: opens the access point, takes the page's wish, joins, and is back if that failed."""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import msgspec

from appliance.lib import atomic_file
from appliance.lib.clock import Clock
from appliance.wifi.messages import (
    FOLDER,
    MOST_NETWORKS,
    JoinWish,
    SetupState,
    last_look,
    state_file,
    take_wish,
    write_state,
)  # fmt: skip
from appliance.wifi.networks import Trouble, WifiNetwork
from appliance.wifi.plan import SetupPlan
from appliance.wifi.radio import ADDRESS, Radio, RadioError

log = logging.getLogger(__name__)

LOOK, LOOK_OPEN = 5.0, 1.0
"""Seconds from look to look: while the access point is closed, and while it is open."""
_FAREWELL = 3.0
"""Seconds in which the page's answer reaches the phone before its access point goes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupPlaces:
    """`done` is the file that says that the box has been set up."""

    run_dir: Path
    done: Path

    @property
    def wishes(self) -> Path:
        """The folder that the page writes to."""
        return self.run_dir / FOLDER

    @property
    def state(self) -> Path:
        """What the page reads."""
        return state_file(self.run_dir)


class SetupUnit:
    """`run` it once after each power-on."""

    def __init__(
        self,
        radio: Radio,
        places: SetupPlaces,
        name: str,
        password: str,
        clock: Clock,
        sleep: Callable[[float], Awaitable[None]],
        address: str = ADDRESS,
    ) -> None:
        """`name` and `password` are the access point's."""
        self._radio, self._places, self._clock, self._sleep = radio, places, clock, sleep
        self._name, self._password = name, password
        self._plan = SetupPlan(clock.monotonic())
        self._state = SetupState(name=name, address=address)
        self._problem = ""

    async def run(self) -> None:
        """Until the box has been set up; then the file `done` is there. The access point is closed at the end."""
        try:
            await self._radio.close()  # what a process that was killed left
            while await self._step():
                await self._sleep(LOOK_OPEN if self._plan.is_open else LOOK)
        finally:
            self._places.state.unlink(missing_ok=True)
            with contextlib.suppress(RadioError):
                await self._radio.close()
        with contextlib.suppress(OSError):
            atomic_file.write(self._places.done, b"")
        log.info("the box has been in a network for long enough: it is set up")

    async def _step(self) -> bool:
        """The next thing to do; False when all is done."""
        try:
            if self._plan.is_open and (wish := self._wish()):
                await self._sleep(_FAREWELL)
                await self._join(wish)
                return True
            there = await self._radio.situation()
            match self._plan.next(self._clock.monotonic(), there, self._looked()):
                case "over":
                    return False
                case "open":
                    await self._open()
                case "close":
                    await self._close()
                case "wait":
                    pass
        except (RadioError, OSError) as error:
            self._tell(str(error))
        else:
            self._tell("")
        return True

    def _tell(self, problem: str) -> None:
        if problem != self._problem:
            self._problem = problem
            if problem:
                log.warning("%s; trying again", problem)

    def _looked(self) -> float | None:
        """When somebody had the page last, by the clock that never jumps."""
        at = last_look(self._places.wishes)
        return self._clock.monotonic() - max(0.0, time.time() - at) if at else None

    def _wish(self) -> JoinWish | None:
        try:
            return take_wish(self._places.wishes)
        except ValueError as error:
            log.warning("the page's wish is none: %s", error)
            return None

    async def _open(self) -> None:
        seen = await self._radio.scan()
        if seen:
            self._state = msgspec.structs.replace(self._state, networks=seen[:MOST_NETWORKS])
        await self._radio.open(self._name, self._password)
        self._plan.opened(self._clock.monotonic())
        write_state(self._places.state, self._state)
        log.info("the access point %s is open", self._name)

    async def _close(self) -> None:
        self._places.state.unlink(missing_ok=True)
        await self._radio.close()
        self._plan.closed(self._clock.monotonic())
        log.info("the access point is closed")

    async def _join(self, wish: JoinWish) -> None:
        """Into the network, or back with the reason to where the wish came from."""
        await self._close()
        network, hidden = self._found(wish)
        trouble: Trouble | None
        try:
            trouble = await self._radio.join(network, wish.password, hidden)
        except (RadioError, OSError) as error:
            self._tell(str(error))
            trouble = "failed"
        if trouble is None:
            log.info("joined %r", network.name)
            self._state = msgspec.structs.replace(self._state, tried="", trouble=None)
            return
        log.warning("%r could not be joined: %s", network.name, trouble)
        self._state = msgspec.structs.replace(self._state, tried=wish.ssid, trouble=trouble)
        await self._open()

    def _found(self, wish: JoinWish) -> tuple[WifiNetwork, bool]:
        """The network that is meant, and whether it does not show itself."""
        for network in self._state.networks:
            if network.ssid == wish.ssid:
                return network, False
        return WifiNetwork(ssid=wish.ssid, kind="wpa" if wish.password else "open", signal=0), True
