"""A button pressed on a whole box, as Home Assistant hears of it."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from appliance.vision import assets
from tests.controls.test_keyboard import Laptop, playing
from tests.mqtt.broker import Broker, Watcher

pytestmark = [
    pytest.mark.slow,
    pytest.mark.needs("mosquitto", "mpd"),
    pytest.mark.skipif(
        not (assets.assets_folder() / assets.PORTRAIT).exists(), reason="needs the installed face detector"
    ),
]


def wait(condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + 90
    while not condition():
        assert time.monotonic() < deadline, f"not within 90 s: {what}"
        time.sleep(0.05)


def test_presses_are_events_and_a_camera_off_by_its_button_is_shown_so_and_not_opened_from_there(
    tmp_path: Path, broker: Broker, watcher: Watcher
) -> None:
    laptop = Laptop(tmp_path, f'[mqtt]\nhost = "127.0.0.1"\nport = {broker.port}\ndevice_id = "kitchen"\n')

    def shows(key: str, value: bytes) -> None:
        topic = f"moodbox/kitchen/{key}"
        wait(lambda: watcher.last.get(topic) == value, f"{key} {value!r}, it is {watcher.last.get(topic)!r}")

    try:
        laptop.start()
        laptop.wait(playing)
        shows("camera_state", b"open")
        laptop.type("o")
        shows("button", b'{"event_type": "override_short"}')
        shows("override", b"happy")
        laptop.type("b")
        shows("button", b'{"event_type": "both_long"}')
        shows("camera_state", b"off-by-button")
        watcher.say("moodbox/kitchen/camera/set", "ON")
        laptop.wait_drawn("only the button turns it on again")
        assert watcher.last["moodbox/kitchen/camera_state"] == b"off-by-button"
        laptop.type("c")
        shows("camera_state", b"open")
    finally:
        laptop.close()
