"""The one seam to GPIO: gpiozero's own pin factories, lgpio's on a Raspberry Pi, pretended pins elsewhere."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from appliance.errors import MoodboxError
from appliance.settings.controls import ControlsSettings

Kind = Literal["lgpio", "mock", "none"]

_MODEL = Path("/proc/device-tree/model")


class PinsMissing(MoodboxError, OSError):
    """There are no pins to be had; the text says why and what would help."""


@dataclass(frozen=True, slots=True)
class Pins:
    """Pins of one kind."""

    kind: Kind
    factory: Any
    """A `gpiozero.Factory`."""
    errors: tuple[type[Exception], ...]
    """What it raises when a pin cannot be had."""


def on_a_pi(model: Path = _MODEL) -> bool:
    """Whether this machine is a Raspberry Pi."""
    try:
        return model.read_bytes().startswith(b"Raspberry Pi")
    except OSError:
        return False


def kind_of(controls: ControlsSettings) -> Kind:
    """Which pins the settings mean on this machine."""
    if controls.pins == "auto":
        return "lgpio" if on_a_pi() else "none"
    return controls.pins


def open_pins(kind: Literal["lgpio", "mock"], folder: Path = Path()) -> Pins:
    """The pins; lgpio puts a pipe into `folder`. Raises PinsMissing."""
    if kind == "lgpio":
        return _lgpio(folder)
    from gpiozero import GPIOZeroError
    from gpiozero.pins.mock import MockFactory, MockPWMPin

    return Pins(kind, MockFactory(pin_class=MockPWMPin), (GPIOZeroError, OSError))


def _lgpio(folder: Path) -> Pins:
    from gpiozero import GPIOZeroError, PinUnknownPi

    here = Path.cwd()
    # lgpio makes its notification pipe where LG_WD says, and takes the whole process there when it is imported.
    os.environ["LG_WD"] = str(folder)
    try:
        import lgpio
        from gpiozero.pins.lgpio import LGPIOFactory
    except ImportError as error:
        raise PinsMissing(
            f'controls: lgpio is not installed ({error}); sudo apt install python3-lgpio, or set controls.pins = "none"'
        ) from error
    except OSError as error:
        raise PinsMissing(f"controls: lgpio cannot work in {folder} ({error}); name a writable paths.run") from error
    finally:
        os.chdir(here)
    try:
        return Pins("lgpio", LGPIOFactory(), (GPIOZeroError, lgpio.error, OSError))
    except PinUnknownPi as error:
        raise PinsMissing(
            'controls.pins is "lgpio", but this is no Raspberry Pi; set it to "auto", and try buttons by `moodbox run '
            "--keys`"
        ) from error
    except (GPIOZeroError, lgpio.error, OSError) as error:
        raise PinsMissing(
            f"controls: /dev/gpiochip0 cannot be used ({error}); the box's user must be in group gpio, or set "
            'controls.pins = "none"'
        ) from error
