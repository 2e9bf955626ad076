"""A real Mosquitto on a free port, and clients that watch what goes over it."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from tests.ports import free_port

MOSQUITTO = shutil.which("mosquitto") or "/usr/sbin/mosquitto"


class Broker:
    """A Mosquitto that keeps nothing on disk: what is retained is lost when it is killed."""

    def __init__(self, folder: Path, *lines: str, anonymous: bool = True) -> None:
        self.port = free_port()
        self.log = folder / "mosquitto.log"
        self._config = folder / "mosquitto.conf"
        user = "user root\n" if os.geteuid() == 0 else ""
        self._config.write_text(
            f"{user}persistence false\nlog_dest file {self.log}\nlog_type all\nlistener {self.port} 127.0.0.1\n"
            f"allow_anonymous {str(anonymous).lower()}\n" + "".join(f"{line}\n" for line in lines)
        )
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._process = subprocess.Popen([MOSQUITTO, "-c", str(self._config)], stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 40
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
            except OSError:
                assert self._process.poll() is None, self.log.read_text() if self.log.exists() else "no mosquitto"
                assert time.monotonic() < deadline, "mosquitto does not listen"
                time.sleep(0.02)
            else:
                return

    @property
    def pid(self) -> int:
        """Of its process."""
        assert self._process
        return self._process.pid

    def refuse_strangers(self) -> None:
        """From the next start on a name and a password are wanted."""
        self._config.write_text(self._config.read_text().replace("allow_anonymous true", "allow_anonymous false"))

    def freeze(self) -> None:
        """It takes what is sent, as far as buffers go, and answers nothing."""
        assert self._process
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """It goes on."""
        assert self._process
        self._process.send_signal(signal.SIGCONT)

    def kill(self) -> None:
        """kill -9."""
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None


class Watcher:
    """A client that hears everything from its making on, and may say something."""

    def __init__(self, port: int, topics: str = "#", **options: Any) -> None:
        self.heard: list[paho.MQTTMessage] = []
        self.last: dict[str, bytes] = {}
        self._client = paho.Client(CallbackAPIVersion.VERSION2, protocol=MQTTProtocolVersion.MQTTv5)
        if "user" in options:
            self._client.username_pw_set(options["user"], options["password"])
        subscribed = threading.Event()
        self._client.on_connect = lambda client, *_: client.subscribe(topics, 1)
        self._client.on_subscribe = lambda *_: subscribed.set()
        self._client.on_message = lambda _client, _data, message: self._hear(message)
        self._client.reconnect_delay_set(1, 1)
        self._client.connect("127.0.0.1", port)
        self._client.loop_start()
        assert subscribed.wait(40), "the broker does not take the subscription"

    def _hear(self, message: paho.MQTTMessage) -> None:
        self.last[message.topic] = message.payload
        self.heard.append(message)

    def payloads(self, topic: str) -> list[bytes]:
        return [message.payload for message in list(self.heard) if message.topic == topic]

    def say(self, topic: str, payload: str | bytes, retain: bool = False) -> None:
        self._client.publish(topic, payload, 1, retain).wait_for_publish(40)

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()


async def until(condition: Callable[[], Any], seconds: float = 40.0, what: str = "") -> None:
    """Wait for something that happens elsewhere; fails if it has not come after so many seconds."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds} s: {what or condition}"
        await asyncio.sleep(0.02)
