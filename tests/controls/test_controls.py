"""Fingers on pretended pins, under the real event path: gpiozero's callbacks, the loop's own timers.

Each edge carries its own time, as the kernel gives it, so that a busy machine presses no longer than it means to.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from gpiozero import LED, Device

from appliance.controls.controls import Controls, examine
from appliance.controls.pins import open_pins
from appliance.domain import commands, events
from appliance.domain.status import Status
from appliance.settings.controls import ControlsSettings as Settings
from appliance.settings.settings import parse_settings
from tests.statuses import a_status, changed

TIMES = {"long_press": 0.3, "hold": 0.6, "power_off": 0.9, "double_press": 0.15, "bounce": 0.01}
QUICK = TIMES | {"knob_a": 5, "knob_b": 6}
SKIP, OVERRIDE, CAMERA, LAMP = 17, 27, 22, 12


@pytest.fixture(autouse=True)
def _time_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """The edges' own times hold also on a machine that is too busy to look at them for seconds."""
    monkeypatch.setattr("appliance.controls.devices._SANE", 600.0)


class Board:
    """Controls on simulated pins, pressed from a thread of its own."""

    def __init__(self, **settings: Any) -> None:
        self.pins = open_pins("mock")
        self.told: list[events.Event] = []
        self.threads: set[int] = set()
        self.at = time.monotonic() - 4
        self.controls = Controls(Settings(pins="mock", **(QUICK | settings)), self._hear, Path(), self.pins)

    def _hear(self, event: events.Event) -> None:
        self.threads.add(threading.get_ident())
        self.told.append(event)

    @property
    def kinds(self) -> list[str]:
        return [event.kind for event in self.told if isinstance(event, events.ButtonPressed)]

    @property
    def asked(self) -> list[events.Event]:
        return [event for event in self.told if not isinstance(event, events.ButtonPressed)]

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        task = asyncio.create_task(self.controls.run())
        await asyncio.sleep(0.01)
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            self.pins.factory.close()

    def edge(self, number: int, down: bool, at: float, chatter: int = 0) -> None:
        """Drive a pin at a time in the past, with so many further pairs of edges within a few milliseconds."""
        pin = self.pins.factory.pin(number)
        for step in range(2 * chatter + 1):
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr("gpiozero.pins.mock.monotonic", lambda at=at, step=step: at + step * 0.0005)
                (pin.drive_low if down is (step % 2 == 0) else pin.drive_high)()

    def press(self, number: int, seconds: float, chatter: int = 0, rest: float = 0.2) -> None:
        """Press for so long, and let go for so long; the first press of a test lies some seconds back."""
        self.edge(number, True, self.at, chatter)
        self.edge(number, False, self.at + seconds, chatter)
        self.at += seconds + rest

    async def wait(self, kinds: list[str]) -> None:
        """Wait until exactly these presses have been told, and a little longer for what should not come."""
        deadline = time.monotonic() + 40
        while len(self.kinds) < len(kinds) and time.monotonic() < deadline:
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.05)
        assert self.kinds == kinds

    async def wait_lamp(self, what: Callable[[float], bool]) -> None:
        deadline = time.monotonic() + 40
        while not what(self.pins.factory.pin(LAMP).state):
            assert time.monotonic() < deadline
            await asyncio.sleep(0.01)


def status(camera: str = "open", switch: str = "on", override: str = "auto") -> Status:
    mood = {"mood": "neutral"}
    vision = {"camera": camera, "switch": switch}
    return changed(a_status(), mood=mood, vision=vision, override=override, problems=(), uptime=100.0)


@pytest.mark.parametrize(
    ("pin", "seconds", "kind", "asked"),
    [
        (SKIP, 0.05, "skip_short", commands.Skip("button")),
        (SKIP, 0.4, "skip_long", commands.ToggleMusic("button")),
        (OVERRIDE, 0.05, "override_short", commands.StepOverride("button")),
        (OVERRIDE, 0.4, "override_long", commands.Override(None, "button")),
        (CAMERA, 0.05, "camera_short", commands.ToggleCamera()),
        (CAMERA, 0.4, "camera_long", None),
        (CAMERA, 1.0, "camera_hold", commands.SwitchPower("off", "button")),
    ],
)
async def test_a_chattering_press_is_told_once_and_asks_for_what_it_means(
    pin: int, seconds: float, kind: str, asked: events.Event | None
) -> None:
    board = Board()
    async with board.running():
        board.press(pin, seconds, chatter=4)
        await board.wait([kind])
    assert board.asked == ([asked] if asked else [])


async def test_holding_override_asks_for_faces_only_where_the_owner_wants_that() -> None:
    for collect, kinds in ((False, ["override_long", "override_long"]), (True, ["override_hold", "override_long"])):
        board = Board(collect=collect)
        async with board.running():
            board.press(OVERRIDE, 0.8)
            board.press(OVERRIDE, 0.4)
            await board.wait(kinds)
        assert board.asked[0] == (commands.OfferCollect("button") if collect else commands.Override(None, "button"))


async def test_a_long_press_is_told_while_it_is_held_in_the_loops_thread_though_pins_speak_from_theirs() -> None:
    board = Board()
    async with board.running():
        await asyncio.to_thread(board.pins.factory.pin(SKIP).drive_low)
        await board.wait(["skip_long"])
    assert board.threads == {threading.get_ident()}


async def test_both_held_turn_the_camera_and_nothing_else() -> None:
    board = Board()
    async with board.running():
        for down, at in ((True, board.at), (False, board.at + 0.5)):
            board.edge(SKIP, down, at, 3)
            board.edge(OVERRIDE, down, at + 0.1, 3)
        await board.wait(["both_long"])
    assert board.asked == [commands.ToggleCamera()]


async def test_the_single_button_does_it_all() -> None:
    board = Board(mode="single")
    async with board.running():
        board.press(SKIP, 0.05, 3)
        board.press(SKIP, 0.05, 3, rest=0.06)
        board.press(SKIP, 0.05, 3)
        board.press(SKIP, 0.4, 3)
        board.press(SKIP, 0.7, 3)
        board.press(OVERRIDE, 0.05)
        await board.wait(["button_short", "button_double", "button_long", "button_hold"])
    assert board.asked == [
        commands.Skip("button"),
        commands.StepOverride("button"),
        commands.Override(None, "button"),
        commands.ToggleCamera(),
    ]


async def test_doubles_are_told_apart_where_the_owner_wants_them() -> None:
    board = Board(doubles=True)
    async with board.running():
        board.press(OVERRIDE, 0.05, rest=0.05)
        board.press(OVERRIDE, 0.05)
        await board.wait(["override_double"])
    assert board.asked == [commands.RejectMood("button")]


async def test_a_button_held_while_starting_is_not_lost() -> None:
    board = Board(pull="down", long_press=8, hold=9, power_off=9)  # the finger's time is the machine's, busy or not
    pin = board.pins.factory.pin(SKIP)
    pin.drive_high()
    pin._set_pull = lambda _: None  # a held button stays as it is whatever the pull
    async with board.running():
        await asyncio.sleep(0.02)
        pin.drive_low()
        await board.wait(["skip_short"])


async def test_a_jammed_button_turns_nothing_off_but_the_same_button_does_once_it_has_come_up() -> None:
    board = Board(pull="down")
    pin = board.pins.factory.pin(CAMERA)
    pin.drive_high()
    pin._set_pull = lambda _: None
    async with board.running():
        await board.wait(["camera_hold"])
        assert board.asked == []
        pin.drive_low()
        await asyncio.sleep(0.05)
        pin.drive_high()
        await board.wait(["camera_hold", "camera_hold"])
    assert board.asked == [commands.SwitchPower("off", "button")]


async def test_a_press_told_late_is_still_as_long_as_it_was() -> None:
    """The pins give each edge its own time: a busy box does not take a short press for a long one, nor lose it."""
    board = Board()
    async with board.running():
        finger = threading.Thread(target=board.press, args=(SKIP, 0.05, 2))
        finger.start()
        finger.join()  # holds up the loop until both edges are there
        await board.wait(["skip_short"])


async def test_every_click_of_the_knob_turns_the_volume_its_way() -> None:
    board = Board()
    async with board.running():
        a, b = board.pins.factory.pin(5), board.pins.factory.pin(6)
        for first, second in ((a, b), (a, b), (b, a)):
            for drive in (first.drive_low, second.drive_low, first.drive_high, second.drive_high):
                await asyncio.to_thread(drive)
        await board.wait(["volume_up", "volume_up", "volume_down"])
    assert board.asked == [
        commands.TurnVolume(1, "knob"),
        commands.TurnVolume(1, "knob"),
        commands.TurnVolume(-1, "knob"),
    ]


async def test_a_taken_pin_is_named_and_everything_else_works(caplog: pytest.LogCaptureFixture) -> None:
    board = Board()
    other = LED(OVERRIDE, pin_factory=board.pins.factory)
    async with board.running():
        board.press(SKIP, 0.05)
        await board.wait(["skip_short"])
        (problem,) = board.controls.problems
        other.close()
    assert "controls.override (GPIO27) cannot be used" in problem
    assert "another one, or -1" in problem
    assert caplog.text.count("controls.override") == 1


async def test_a_taken_lamp_leaves_the_buttons_be() -> None:
    board = Board()
    other = LED(LAMP, pin_factory=board.pins.factory)
    async with board.running():
        board.press(SKIP, 0.05)
        await board.wait(["skip_short"])
        other.close()
    assert "controls.lamp (GPIO12)" in board.controls.problems[0]


async def test_the_lamp_is_lit_while_the_camera_is_open_and_dark_when_it_is_closed() -> None:
    board = Board()
    async with board.running():
        board.controls.update(status())
        await board.wait_lamp(lambda level: level == 1)
        board.controls.update(status("off", "off-by-button"))
        await board.wait_lamp(lambda level: level == 0)
        board.controls.update(status(override="sad"))
        await board.wait_lamp(lambda level: 0 < level < 0.9)
    assert board.pins.factory.pin(LAMP).state == 0


async def test_a_lamp_of_three_colours_shows_the_moods() -> None:
    board = Board(lamp_red=13, lamp_green=19, lamp_blue=26)
    async with board.running():
        board.controls.update(changed(status(), mood={"mood": "sad"}))
        levels = [13, 19, 26]
        deadline = time.monotonic() + 40
        while [round(board.pins.factory.pin(pin).state, 2) for pin in levels] != [0, 0.15, 1]:
            assert time.monotonic() < deadline
            await asyncio.sleep(0.01)


async def test_an_inverted_lamp_is_lit_by_a_low_level() -> None:
    board = Board(lamp_inverted=True)
    async with board.running():
        board.controls.update(status())
        await board.wait_lamp(lambda level: level == 0)
        board.controls.update(status("off", "off"))
        await board.wait_lamp(lambda level: level == 1)


async def test_after_the_end_every_pin_is_free_and_an_edge_does_no_harm() -> None:
    board = Board()
    async with board.running():
        pass
    again = Controls(Settings(pins="mock"), board._hear, Path(), board.pins)
    assert again.examine() == []
    board.edge(SKIP, True, time.monotonic())
    await asyncio.sleep(0.02)
    assert board.told == []


async def test_without_pins_there_is_nothing_to_do_and_nothing_to_complain_of() -> None:
    controls = Controls(parse_settings('[controls]\npins = "none"').controls, lambda _: None, Path())
    task = asyncio.create_task(controls.run())
    await asyncio.sleep(0.02)
    controls.update(status())
    await asyncio.sleep(0.02)
    assert not task.done()
    assert controls.problems == []
    task.cancel()


def test_where_lgpio_cannot_be_had_it_is_said_once_with_what_would_help(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "lgpio", None)
    here = Path.cwd()
    (problem,) = examine(Settings(pins="lgpio"))
    assert "apt install python3-lgpio" in problem
    assert Path.cwd() == here


def test_no_test_has_left_a_device_on_the_machines_own_pins() -> None:
    assert Device.pin_factory is None
