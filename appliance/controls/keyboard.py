"""`moodbox run --keys`: the keyboard's keys press pretended buttons, so that the whole box can be tried on a laptop."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import msgspec

from appliance.controls.pins import Pins, open_pins
from appliance.controls.terminal import cbreak, require_terminal
from appliance.settings.controls import PIN_KEYS, ControlsSettings

HELP = "s skip · o override · c camera · their capitals press long · b skip and override held · + − volume · ? help"
HELP_SINGLE = "s short · d double · l long · h hold: the single button · + − volume · ? help"
HELP_COLLECT = " · f override held: faces"

_TAP = 0.08  # seconds that a button is held, and released between two presses
_CLICK = 0.01  # seconds from one contact of the knob to the next
_ARROWS = {b"\x1b[A": b"+", b"\x1b[B": b"-"}


@dataclass(frozen=True, slots=True)
class Stroke:
    """What one key does: press these pins so many seconds, so many times."""

    pins: tuple[int, ...]
    seconds: float
    times: int = 1


def for_trying(controls: ControlsSettings) -> ControlsSettings:
    """The settings with simulated pins for every button and the knob; the lamp is drawn in the terminal."""
    controls = msgspec.structs.replace(controls, lamp=-1, lamp_red=-1, lamp_green=-1, lamp_blue=-1)
    wanted = [key for key in ("skip", "override", "camera", "knob_a", "knob_b") if getattr(controls, key) < 0]
    free = [pin for pin in range(2, 28) if pin not in {getattr(controls, key) for key in PIN_KEYS}]
    return msgspec.structs.replace(controls, pins="mock", **dict(zip(wanted, free, strict=False)))


def strokes(controls: ControlsSettings) -> Mapping[str, Stroke]:
    """What each key does."""
    skip, long = controls.skip, controls.long_press + _TAP
    if controls.mode == "single":
        return {
            "s": Stroke((skip,), _TAP),
            "d": Stroke((skip,), _TAP, 2),
            "l": Stroke((skip,), long),
            "h": Stroke((skip,), controls.hold + _TAP),
        }
    taps = {"s": skip, "o": controls.override, "c": controls.camera}
    return {
        **{key: Stroke((pin,), _TAP) for key, pin in taps.items()},
        **{key.upper(): Stroke((pin,), long) for key, pin in taps.items()},
        "b": Stroke((skip, controls.override), long),
        **({"f": Stroke((controls.override,), controls.hold + _TAP)} if controls.collect else {}),
    }


class Keyboard:
    """Reads the terminal while `run` runs. Raises TerminalMissing when there is none to read."""

    def __init__(self, controls: ControlsSettings, say: Callable[[str], None], fd: int | None = None) -> None:
        self._fd = sys.stdin.fileno() if fd is None else fd
        require_terminal(self._fd)
        self._controls, self._say = controls, say
        self.pins: Pins = open_pins("mock")
        """The pins that the keys drive."""
        self._strokes = strokes(controls)
        self._typed: asyncio.Queue[str] = asyncio.Queue()

    async def run(self) -> None:
        """Press what is typed until cancelled; the terminal is then as it was before."""
        loop = asyncio.get_running_loop()
        with cbreak(self._fd):
            # Ended from outside, the box stops in order all the same, and so gives the terminal back.
            for number in (signal.SIGHUP, signal.SIGQUIT):
                loop.add_signal_handler(number, os.kill, os.getpid(), signal.SIGTERM)
            loop.add_reader(self._fd, self._read)
            self._help()
            try:
                while True:
                    await self._press(await self._typed.get())
            finally:
                loop.remove_reader(self._fd)
                for number in (signal.SIGHUP, signal.SIGQUIT):
                    loop.remove_signal_handler(number)

    def _help(self) -> None:
        more = HELP_COLLECT if self._controls.collect else ""
        self._say(f"Keys: {HELP_SINGLE if self._controls.mode == 'single' else HELP}{more}")

    def _read(self) -> None:
        try:
            typed = os.read(self._fd, 64)
        except OSError:
            typed = b""
        if not typed:  # the terminal has gone
            asyncio.get_running_loop().remove_reader(self._fd)
            return
        for sequence, key in _ARROWS.items():
            typed = typed.replace(sequence, key)
        for letter in typed.decode(errors="ignore"):
            self._typed.put_nowait(letter)

    async def _press(self, key: str) -> None:
        if key == "?":
            self._help()
        elif key in ("+", "="):
            await self._turn(self._controls.knob_a, self._controls.knob_b)
        elif key in ("-", "_"):
            await self._turn(self._controls.knob_b, self._controls.knob_a)
        elif stroke := self._strokes.get(key):
            for _ in range(stroke.times):
                self._drive(stroke.pins, True)
                try:
                    await asyncio.sleep(stroke.seconds)
                finally:
                    self._drive(stroke.pins, False)
                await asyncio.sleep(_TAP)

    async def _turn(self, first: int, second: int) -> None:
        for pins, closed in (((first,), True), ((second,), True), ((first,), False), ((second,), False)):
            self._drive(pins, closed, to_ground=True)
            await asyncio.sleep(_CLICK)

    def _drive(self, pins: tuple[int, ...], closed: bool, to_ground: bool = False) -> None:
        for number in pins:
            pin = self.pins.factory.pin(number)
            if closed == (to_ground or self._controls.pull == "up"):
                pin.drive_low()
            else:
                pin.drive_high()
