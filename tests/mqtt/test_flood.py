"""A broken automation: ten thousand commands in ten seconds, on a box with everything running."""

from __future__ import annotations

import contextlib
import http.client
import signal
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import paho.mqtt.client as paho
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from appliance.vision import assets
from tests.mqtt.broker import Broker
from tests.ports import free_port
from tests.running_box import RunningBox, running_box, write_songs

pytestmark = [
    pytest.mark.slow,
    pytest.mark.needs("mosquitto", "mpd"),
    pytest.mark.skipif(
        not (assets.assets_folder() / assets.PORTRAIT).exists(), reason="needs the installed face detector"
    ),
]

COMMANDS, SECONDS = 10_000, 10.0
PROMPT = 0.3
"""Seconds within which page and control socket answer; on a busy machine ten times what they took before the flood."""
AT_MOST = 5.0
"""Seconds that a single answer may take, for a busy machine has its moments."""


class FloodedBox:
    def __init__(self, box: RunningBox, broker: Broker, port: int) -> None:
        self.box, self.broker, self.port = box, broker, port

    def ask_page(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request("GET", "/api/session")
        connection.getresponse().read()
        connection.close()

    def flood(self) -> threading.Thread:
        """Alternating overrides and music switches, the last override `fear`."""

        def send() -> None:
            client = paho.Client(CallbackAPIVersion.VERSION2)
            client.connect("127.0.0.1", self.broker.port)
            client.loop_start()
            began = time.monotonic()
            for number in range(COMMANDS):
                emotion = ("happy", "sad", "fear")[number % 3]
                client.publish("moodbox/kitchen/override/set", emotion)
                if ahead := began + number * SECONDS / COMMANDS - time.monotonic():
                    time.sleep(max(0.0, ahead))
            with contextlib.suppress(RuntimeError):  # the test is over
                client.publish("moodbox/kitchen/override/set", "fear", 1).wait_for_publish(60)
            client.loop_stop()

        thread = threading.Thread(target=send, daemon=True)
        thread.start()
        return thread


@pytest.fixture
def flooded(tmp_path: Path, broker: Broker) -> Iterator[FloodedBox]:
    port = free_port()
    settings = f'[mqtt]\nhost = "127.0.0.1"\nport = {broker.port}\ndevice_id = "kitchen"\n[web]\nport = {port}\n'
    with running_box(tmp_path, "portrait", write_songs(tmp_path / "songs"), settings) as box:
        box.wait(lambda status: status["player"]["state"] == "play")
        box.wait_printed("MQTT: connected")
        yield FloodedBox(box, broker, port)


def took(ask: Callable[[], object]) -> float:
    began = time.monotonic()
    ask()
    return time.monotonic() - began


def test_during_a_flood_of_commands_everything_answers_and_the_last_word_holds(flooded: FloodedBox) -> None:
    box = flooded.box
    asks: dict[str, Callable[[], object]] = {"page": flooded.ask_page, "status": box.status}
    quiet = {name: statistics.median(took(ask) for _ in range(10)) for name, ask in asks.items()}
    flood = flooded.flood()
    during: dict[str, list[float]] = {name: [] for name in asks}
    while flood.is_alive():
        for name, ask in asks.items():
            during[name].append(took(ask))
        time.sleep(0.05)
    for name, times in during.items():
        print(f"{name}: {1000 * quiet[name]:.0f} ms before, at most {1000 * max(times):.0f} ms of {len(times)} times")
        assert statistics.median(times) < max(PROMPT, 10 * quiet[name])
        assert max(times) < AT_MOST
    box.wait(lambda status: status["override"] == "fear")
    assert "passed over for newer ones: Override" in box.printed
    assert box.printed.count("Override: ") < 150


def test_a_flooded_box_stops_when_told_to(flooded: FloodedBox) -> None:
    flooded.flood()
    time.sleep(2)
    began = time.monotonic()
    flooded.box.process.send_signal(signal.SIGTERM)
    flooded.box.process.wait(60)
    print(f"stopped within {time.monotonic() - began:.1f} s")
    assert time.monotonic() - began < 15
