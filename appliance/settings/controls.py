"""The settings of buttons, knob and lamp."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from appliance.settings.base import BY_HAND, OWNER, Section, SettingsError

Pin = Annotated[int, Meta(ge=-1, le=27)]
Moment = Annotated[float, Meta(ge=0.05, le=10)]
PIN_KEYS = ("skip", "override", "camera", "knob_a", "knob_b", "lamp", "lamp_red", "lamp_green", "lamp_blue")


class ControlsSettings(Section, frozen=True):
    """`[controls]`: buttons, knob and lamp, by the GPIO numbers of their pins (BCM; -1 for none)."""

    pins: Annotated[
        Literal["auto", "lgpio", "mock", "none"],
        Meta(
            description="`auto`: the real ones on a Raspberry Pi, none elsewhere; `mock`: as if there were some, "
            "for trying."
        ),
        BY_HAND,
    ] = "auto"
    mode: Annotated[
        Literal["buttons", "single"], Meta(description="`single`: one button does it all, the one at `skip`."), OWNER
    ] = "buttons"
    skip: Pin = 17
    override: Pin = 27
    camera: Pin = 22
    knob_a: Annotated[Pin, Meta(description="A rotary encoder for the volume, its two contacts.")] = -1
    knob_b: Pin = -1
    lamp: Annotated[Pin, Meta(description="An LED of one colour; not used if there is one of three.")] = 12
    lamp_red: Pin = -1
    lamp_green: Pin = -1
    lamp_blue: Pin = -1
    lamp_inverted: Annotated[bool, Meta(description="The LED is lit by a low level (common anode).")] = False
    lamp_brightness: Annotated[float, Meta(gt=0, le=1, description="How bright the lamp is; 1 is full."), OWNER] = 1.0
    pull: Annotated[
        Literal["up", "down"], Meta(description="`up`: the buttons connect their pins to ground; `down`: to 3.3 V.")
    ] = "up"
    bounce: Annotated[float, Meta(ge=0, le=0.2, description="Seconds a level must last to count.")] = 0.01
    long_press: Moment = 1.0
    hold: Annotated[
        Moment,
        Meta(
            description="Seconds after which the single button turns the camera off or on, and the override button "
            "begins to teach the box faces (`collect`)."
        ),
    ] = 3.0
    power_off: Annotated[
        Moment,
        Meta(
            description="Seconds for which the camera button must be held to turn the machine off; only where there "
            "is more than one."
        ),
    ] = 5.0
    double_press: Annotated[Moment, Meta(description="Seconds within which a second press makes a double.")] = 0.35
    doubles: Annotated[
        bool,
        Meta(
            description="Tell double presses apart also where there are several buttons; a short press then waits "
            "for a second."
        ),
        OWNER,
    ] = False
    collect: Annotated[
        bool,
        Meta(description="Holding the override button begins to teach the box faces; only where there are several."),
        OWNER,
    ] = False
    volume_step: Annotated[
        int, Meta(ge=1, le=50, description="Percent that one click of the knob turns the volume."), OWNER
    ] = 5


def check_controls(controls: ControlsSettings) -> None:
    """Raises SettingsError for pins and times that cannot be used together."""
    taken: dict[int, str] = {}
    for key in PIN_KEYS:
        pin = getattr(controls, key)
        if pin >= 0 and taken.setdefault(pin, key) != key:
            raise SettingsError(
                f"controls.{key} is {pin}, as is controls.{taken[pin]}; give one of them another pin, or -1",
                "controls",
                key,
            )
    for keys in (("knob_a", "knob_b"), ("lamp_red", "lamp_green", "lamp_blue")):
        set_keys = [key for key in keys if getattr(controls, key) >= 0]
        if 0 < len(set_keys) < len(keys):
            raise SettingsError(
                f"of controls.{' and controls.'.join(keys)} only some are set; all are needed, or none",
                "controls",
                set_keys[0],
            )
    if controls.hold <= controls.long_press:
        raise SettingsError(
            f"controls.hold is {controls.hold:g}; it must be longer than controls.long_press {controls.long_press:g}",
            "controls",
            "hold",
        )
    if controls.collect and (controls.mode == "single" or min(controls.skip, controls.override) < 0):
        raise SettingsError(
            'controls.collect is true; it needs the buttons skip and override (controls.mode "buttons" and a pin for '
            "each); without them teach the box by its page, or by `moodbox collect`",
            "controls",
            "collect",
        )
    if controls.power_off <= controls.long_press:
        raise SettingsError(
            f"controls.power_off is {controls.power_off:g}; it must be longer than controls.long_press "
            f"{controls.long_press:g}",
            "controls",
            "power_off",
        )
