"""How fast a command that comes over MQTT reaches MPD, and how fast what happens reaches the broker."""

from __future__ import annotations

import asyncio
import itertools
import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import mpd
import msgspec
import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion

from appliance.core.conductor import Conductor
from appliance.core.inbox import BURST, WINDOW
from appliance.core.saved_choices import SavedChoices
from appliance.core.status import describe_status
from appliance.domain import commands
from appliance.domain.emotions import EMOTIONS
from appliance.errors import MoodboxError
from appliance.lib.clock import SystemClock
from appliance.lib.supervise import supervise
from appliance.mqtt.bridge import MqttBridge
from appliance.mqtt.client import no_delay
from appliance.mqtt.identity import identify
from appliance.settings.mqtt import MqttSettings
from appliance.settings.settings import Settings, as_toml, override_with

ROUNDS = 200
_START = 60.0  # seconds a box may take until it is online
_ANSWER = 10.0  # seconds after which a reaction will not come any more
_PAUSE = WINDOW / BURST  # seconds between two commands: what comes more quickly is a flood to the box
_BASE = "moodbox/bench"
_PLACES = f"{os.environ.get('PATH', os.defpath)}:/usr/sbin"


def measure_reaction(settings: Settings, rounds: int = ROUNDS) -> dict[str, Any]:
    """Median and 99th percentile in milliseconds over `rounds`, with a private Mosquitto on this machine.

    `command_to_mpd`: from the publishing of a volume to MPD's word that it has changed, in a box that looks and plays.
    `event_to_state`: from an event to the state's arrival at another client, as Home Assistant is one.
    """
    program = shutil.which("mosquitto", path=_PLACES)
    if program is None:
        return {"left_out": "there is no program `mosquitto`; install it: sudo apt install mosquitto"}
    with tempfile.TemporaryDirectory(prefix="moodbox-reaction-") as folder, _broker(program, Path(folder)) as port:
        ours = msgspec.structs.replace(settings, mqtt=MqttSettings(host="127.0.0.1", port=port, device_id="bench"))
        return {
            "rounds": rounds,
            "command_to_mpd": _figures(_command_to_mpd(ours, Path(folder), rounds)),
            "event_to_state": _figures(asyncio.run(_event_to_state(ours, rounds))),
        }


def _figures(seconds: list[float]) -> dict[str, float]:
    ordered = sorted(seconds)
    return {
        "median_ms": round(statistics.median(ordered) * 1000, 2),
        "p99_ms": round(ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))] * 1000, 2),
    }


@contextmanager
def _broker(program: str, folder: Path) -> Iterator[int]:
    """A broker on a free loopback port, which is given."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
    file = folder / "mosquitto.conf"
    file.write_text(f"listener {port} 127.0.0.1\nallow_anonymous true\nset_tcp_nodelay true\npersistence false\n")
    with subprocess.Popen([program, "-c", str(file)], stderr=subprocess.DEVNULL) as process:
        try:
            yield port
        finally:
            process.terminate()


class _StateListener:
    """Another client of the broker; knows the last payload of every topic of the box."""

    def __init__(self, port: int) -> None:
        self._news = threading.Condition()
        self._last: dict[str, str] = {}
        self._client = paho.Client(CallbackAPIVersion.VERSION2)
        self._client.on_connect = lambda client, *_: client.subscribe(f"{_BASE}/#", 1)
        self._client.on_message = lambda _client, _data, message: self._hear(message)
        self._client.on_socket_open = no_delay
        self._client.connect_async("127.0.0.1", port)
        self._client.loop_start()

    def _hear(self, message: paho.MQTTMessage) -> None:
        with self._news:
            self._last[message.topic] = message.payload.decode()
            self._news.notify_all()

    def wait(self, key: str, payload: str, seconds: float = _ANSWER) -> None:
        """Wait until the topic says this. Raises MoodboxError if it does not come."""
        with self._news:
            if not self._news.wait_for(lambda: self._last.get(f"{_BASE}/{key}") == payload, seconds):
                raise MoodboxError(
                    f"{_BASE}/{key} is not {payload} after {seconds:.0f} s; `moodbox doctor` may tell why"
                )

    def say(self, key: str, payload: str) -> None:
        self._client.publish(f"{_BASE}/{key}/set", payload, 1)

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()


def _command_to_mpd(settings: Settings, folder: Path, rounds: int) -> list[float]:
    changes = {
        "camera.source": "portrait",
        "music.output": "null",
        "music.mpd": "",
        "music.port": 0,
        "music.songs": str(settings.songs_dir),
        "paths.state": f"{folder}/state",
        "paths.run": f"{folder}/run",
    }
    file = folder / "settings.toml"
    file.write_text(as_toml(override_with(settings, changes)))
    low = settings.music.volume_floor
    command = [sys.executable, "-m", "appliance.cli", "--settings", str(file), "run"]
    listener = _StateListener(settings.mqtt.port)
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as box:
        try:
            listener.wait("availability", "online", _START)
            listener.wait("music", "ON", _START)
            client = mpd.MPDClient()
            client.timeout = _ANSWER
            client.connect(str(folder / "run" / "mpd.sock"))

            def change(number: int) -> None:
                listener.say("volume", str(low + number % 2))
                client.idle("mixer")

            change(0)
            return _time(change, rounds)
        finally:
            listener.close()
            box.send_signal(signal.SIGTERM)


def _time(act: Callable[[int], None], rounds: int) -> list[float]:
    took = []
    for number in range(1, rounds + 1):
        began = time.perf_counter()
        act(number)
        took.append(time.perf_counter() - began)
        time.sleep(_PAUSE)
    return took


async def _event_to_state(settings: Settings, rounds: int) -> list[float]:
    clock = SystemClock()
    conductor = Conductor(settings, clock, SavedChoices())
    # States are throttled to one a second; a clock that leaps lets every round through.
    leaps = itertools.count(step=2)
    mqtt = MqttBridge(settings.mqtt, lambda _: None, identify(settings.mqtt), monotonic=lambda: next(leaps))
    listener = _StateListener(settings.mqtt.port)
    took = []
    async with supervise("mqtt", mqtt.run):
        mqtt.update(describe_status(conductor, clock))
        await asyncio.to_thread(listener.wait, "availability", "online")
        await asyncio.to_thread(listener.wait, "override", "auto")
        for number in range(rounds):
            emotion = EMOTIONS[number % len(EMOTIONS)]
            heard = asyncio.create_task(asyncio.to_thread(listener.wait, "override", emotion))
            await asyncio.sleep(0.01)
            began = time.perf_counter()
            conductor.handle(commands.Override(emotion, "bench"))
            mqtt.update(describe_status(conductor, clock))
            await heard
            took.append(time.perf_counter() - began)
    listener.close()
    return took
