"""Started in the conductor's place: the box on pretended pins, pressed as PRESS says: `PIN SECONDS`, then removed."""

import sys
import threading
import time
from pathlib import Path
from typing import Any

from appliance.cli import main
from appliance.controls import controls

PRESS = Path("/run/moodbox/press-button")
open_pins = controls.open_pins


def press(factory: Any) -> None:
    while True:
        if PRESS.exists():
            number, seconds = PRESS.read_text().split()
            PRESS.unlink()
            pin = factory.pin(int(number))
            pin.drive_low()
            time.sleep(float(seconds))
            pin.drive_high()
        time.sleep(0.05)


def with_presses(*arguments: Any) -> Any:
    pins = open_pins(*arguments)
    threading.Thread(target=press, args=(pins.factory,), daemon=True).start()
    return pins


controls.open_pins = with_presses
sys.exit(main.main(["run", "--unit"]))
