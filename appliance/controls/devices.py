"""What hangs on the pins: buttons, a knob, LEDs. Their callbacks come on a thread of the pins'."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Protocol

from appliance.controls.lamp import Colour, duty
from appliance.controls.pins import Pins
from appliance.settings.controls import ControlsSettings

_SANE = 5.0  # seconds that an edge's own time may lie behind; kernels before 5.7 count from another origin
_FREQUENCY = 200  # hertz, so that nobody sees the LED flicker


class LampLine:
    """A button's pin. `changed` gets the name, whether it is pressed, and the CLOCK_MONOTONIC second of the edge."""

    def __init__(
        self, pins: Pins, name: str, pin: int, pulled_up: bool, changed: Callable[[str, bool, float], None]
    ) -> None:
        from gpiozero import InputDevice

        self._name, self._changed = name, changed
        self._device = InputDevice(pin, pull_up=pulled_up, pin_factory=pins.factory)
        self._pressed_level = not pulled_up
        self._device.pin.edges = "both"
        self._device.pin.when_changed = self._on_edge
        self.held_at_start: bool = self._device.is_active
        """Whether it was held already; it counts as pressed from then on."""
        if self.held_at_start:
            changed(name, True, time.monotonic())

    def _on_edge(self, ticks: float, state: float) -> None:
        # The kernel's own time of the edge: this thread may come late, and then all edges would seem to be one.
        now = time.monotonic()
        at = ticks if 0 <= now - ticks < _SANE else now
        self._changed(self._name, bool(state) is self._pressed_level, at)

    def close(self) -> None:
        """Let the pin go."""
        self._device.pin.when_changed = None
        self._device.close()


class RotaryEncoder:
    """A rotary encoder; `turned` gets `volume_up` or `volume_down` for each click."""

    def __init__(self, pins: Pins, pin_a: int, pin_b: int, turned: Callable[[str], None]) -> None:
        from gpiozero import RotaryEncoder

        self._device = RotaryEncoder(pin_a, pin_b, max_steps=0, pin_factory=pins.factory)
        self._device.when_rotated_clockwise = lambda: turned("volume_up")
        self._device.when_rotated_counter_clockwise = lambda: turned("volume_down")

    def close(self) -> None:
        """Let the pins go."""
        self._device.close()


class Light(Protocol):
    """Something that shines."""

    def show(self, level: float, colour: Colour) -> None:
        """Shine so brightly to the eye, 0..1, in this colour if it can."""

    def close(self) -> None:
        """Go dark."""


class Led:
    """One LED, by PWM."""

    def __init__(self, pins: Pins, controls: ControlsSettings) -> None:
        from gpiozero import PWMLED

        self._most = controls.lamp_brightness
        self._device: Any = PWMLED(
            controls.lamp, active_high=not controls.lamp_inverted, frequency=_FREQUENCY, pin_factory=pins.factory
        )

    def show(self, level: float, colour: Colour) -> None:  # noqa: ARG002 - an LED has the colour it has
        """Shine so brightly, 0..1."""
        self._device.value = duty(level, self._most)

    def close(self) -> None:
        """Go dark and let the pin go."""
        self._device.close()


class RgbLed:
    """One LED of three colours, by PWM."""

    def __init__(self, pins: Pins, controls: ControlsSettings) -> None:
        from gpiozero import RGBLED

        self._most = controls.lamp_brightness
        self._device: Any = RGBLED(
            controls.lamp_red,
            controls.lamp_green,
            controls.lamp_blue,
            active_high=not controls.lamp_inverted,
            pin_factory=pins.factory,
        )

    def show(self, level: float, colour: Colour) -> None:
        """Shine so brightly, 0..1, in this colour."""
        self._device.value = tuple(duty(level, self._most) * part for part in colour)

    def close(self) -> None:
        """Go dark and let the pins go."""
        self._device.close()
