"""The part that joins pins, presses and lamp, and speaks with the conductor in events."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from appliance.controls.bindings import events_for
from appliance.controls.devices import LampLine, Led, Light, RgbLed, RotaryEncoder
from appliance.controls.lamp import WHITE, Move, Pattern, brightness, pattern
from appliance.controls.panel import Panel
from appliance.controls.pins import Pins, PinsMissing, kind_of, open_pins
from appliance.controls.press import Timing
from appliance.domain import events
from appliance.domain.status import Status
from appliance.settings.controls import ControlsSettings as Settings

log = logging.getLogger(__name__)

_FRAME = 0.08  # seconds from one step of a moving light to the next: short enough for a flash of a tenth

_Device = TypeVar("_Device", LampLine, RotaryEncoder, Led, RgbLed)


class Controls:
    """`run` it in the background and `update` it with every status. What the hands do comes out of `emit`.

    A pin that cannot be used is named in one line, stands in `problems`, and keeps nothing else from working.
    """

    def __init__(
        self,
        settings: Settings,
        emit: Callable[[events.Message], None],
        folder: Path,
        pins: Pins | None = None,
        lights: Sequence[Light] = (),
    ) -> None:
        """`pins` are used in place of those the settings mean, `lights` shine as the lamp does; `folder` is lgpio's."""
        self._settings, self._emit, self._folder = settings, emit, folder
        self._pins, self._more_lights = pins, lights
        self._panel = Panel({})
        self._jammed: set[str] = set()  # buttons that have been down since the start
        self._pattern = Pattern(Move.STARTING, WHITE)
        self._news = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._timer: asyncio.TimerHandle | None = None
        self.problems: list[str] = []
        """What of the controls cannot be used, in words."""

    async def run(self) -> None:
        """Listen and shine until cancelled."""
        self._loop = asyncio.get_running_loop()
        self.problems = []
        with ExitStack() as opened:
            lights = [*self._more_lights, *self._open(opened)]
            self._plan()
            opened.callback(self._stop_timer)
            await self._shine(lights)

    def update(self, status: Status) -> None:
        """Show this status by the lamp."""
        fresh = pattern(status)
        if fresh != self._pattern:
            self._pattern = fresh
            self._news.set()

    def examine(self) -> list[str]:
        """Open every pin and let it go again; what cannot be used, in words."""
        with ExitStack() as opened:
            self._open(opened)
        return self.problems

    def _open(self, opened: ExitStack) -> list[Light]:
        """Open every pin that can be; the lamp, if there is one."""
        pins = self._pins
        kind = kind_of(self._settings)
        if pins is None:
            if kind == "none":
                return []
            try:
                pins = open_pins(kind, self._folder)
            except PinsMissing as error:
                self._complain(str(error))
                return []
            opened.callback(pins.factory.close)
        self._open_buttons(pins, opened)
        return self._open_lamp(pins, opened)

    def _open_buttons(self, pins: Pins, opened: ExitStack) -> None:
        settings = self._settings
        timing = Timing(settings.bounce, settings.long_press, 0.0, settings.double_press if settings.doubles else 0.0)
        timings = {"camera": replace(timing, hold=settings.power_off)}
        if settings.collect:
            timings["override"] = replace(timing, hold=settings.hold)
        wanted = {"skip": "skip", "override": "override", "camera": "camera"}
        if settings.mode == "single":
            timing = Timing(settings.bounce, settings.long_press, settings.hold, settings.double_press)
            wanted = {"button": "skip"}
        names = []
        for name, key in wanted.items():
            pin: int = getattr(settings, key)
            # What it does at once waits in the loop until the panel below is there.
            make = partial(LampLine, pins, name, pin, settings.pull == "up", self._edge)
            if pin >= 0 and (line := self._try(pins, opened, (key,), make)):
                names.append(name)
                if line.held_at_start:
                    self._jammed.add(name)
        pair = ("skip", "override") if {"skip", "override"} <= set(names) else None
        self._panel = Panel({name: timings.get(name, timing) for name in names}, pair)
        if settings.knob_a >= 0:
            self._try(
                pins,
                opened,
                ("knob_a", "knob_b"),
                lambda: RotaryEncoder(pins, settings.knob_a, settings.knob_b, self._turned),
            )

    def _open_lamp(self, pins: Pins, opened: ExitStack) -> list[Light]:
        lamp: Led | RgbLed | None = None
        if self._settings.lamp_red >= 0:
            keys = ("lamp_red", "lamp_green", "lamp_blue")
            lamp = self._try(pins, opened, keys, lambda: RgbLed(pins, self._settings))
        elif self._settings.lamp >= 0:
            lamp = self._try(pins, opened, ("lamp",), lambda: Led(pins, self._settings))
        return [lamp] if lamp else []

    def _try(self, pins: Pins, opened: ExitStack, keys: tuple[str, ...], make: Callable[[], _Device]) -> _Device | None:
        try:
            device = make()
        except pins.errors as error:
            names = " and ".join(f"controls.{key} (GPIO{getattr(self._settings, key)})" for key in keys)
            self._complain(f"{names} cannot be used: {error}; free the pin, name another one, or -1 for none")
            return None
        opened.callback(device.close)
        return device

    def _complain(self, problem: str) -> None:
        self.problems.append(problem)
        if self._loop:
            log.warning("%s", problem)

    # From the pins' thread

    def _edge(self, name: str, down: bool, at: float) -> None:
        self._hand_over(self._on_edge, name, down, at)

    def _turned(self, kind: str) -> None:
        self._hand_over(self._tell, [kind])

    def _hand_over(self, what: Callable[..., None], *arguments: Any) -> None:
        if self._loop is None:  # the pins are only looked at
            return
        with contextlib.suppress(RuntimeError):  # the loop has ended
            self._loop.call_soon_threadsafe(what, *arguments)

    # In the loop

    def _on_edge(self, name: str, down: bool, at: float) -> None:
        self._tell(self._panel.edge(name, down, at))
        if not down:
            self._jammed.discard(name)
        self._plan()

    def _on_time(self, at: float) -> None:
        self._tell(self._panel.advance(at))
        self._plan()

    def _plan(self) -> None:
        """The loop's clock is CLOCK_MONOTONIC, as the edges' is."""
        self._stop_timer()
        due = self._panel.due()
        if due is not None:
            assert self._loop
            self._timer = self._loop.call_at(due, self._on_time, due)

    def _stop_timer(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None

    def _tell(self, kinds: Sequence[str]) -> None:
        for kind in kinds:
            for event in events_for(kind, jammed=kind.partition("_")[0] in self._jammed):
                self._emit(event)

    async def _shine(self, lights: Sequence[Light]) -> None:
        assert self._loop
        shown, began = self._pattern, self._loop.time()
        while True:
            self._news.clear()
            if shown != self._pattern:
                shown, began = self._pattern, self._loop.time()
            level = brightness(shown.move, self._loop.time() - began, shown.count)
            for light in lights:
                light.show(level, shown.colour)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_FRAME if lights and shown.moves else None):
                    await self._news.wait()


def examine(settings: Settings) -> list[str]:
    """What of the controls cannot be used on this machine, in words. For when no box is running."""
    with tempfile.TemporaryDirectory(prefix="moodbox-pins-") as folder:
        return Controls(settings, lambda _: None, Path(folder)).examine()
