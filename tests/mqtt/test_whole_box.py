"""`moodbox run` with a broker: the composition root's part in it."""

from __future__ import annotations

import json
import signal
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from appliance.domain.emotions import EMOTIONS
from appliance.vision import assets
from tests.mqtt.broker import Broker, Watcher
from tests.ports import free_port
from tests.running_box import RunningBox, running_box, write_songs
from tests.web.test_whole_box import Owner

pytestmark = [
    pytest.mark.slow,
    pytest.mark.needs("mosquitto", "mpd"),
    pytest.mark.skipif(
        not (assets.assets_folder() / assets.PORTRAIT).exists(), reason="needs the installed face detector"
    ),
]


@pytest.fixture
def box(tmp_path: Path, broker: Broker, watcher: Watcher) -> Iterator[RunningBox]:
    mqtt = f'[mqtt]\nhost = "127.0.0.1"\nport = {broker.port}\ndevice_id = "kitchen"\n'
    # Whatever the model reads in the portrait shall be the mood.
    mood = (
        "[mood]\nfirst_after = 2\nevaluate_every = 5\nmin_looks = 3\nmin_confidence = 0\nmin_lead = 0\nhysteresis = 0\n"
    )
    with running_box(tmp_path, "portrait", write_songs(tmp_path / "songs"), mqtt + mood) as box:
        yield box


def wait(condition: Callable[[], Any], what: str, seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        time.sleep(0.05)


def shows(watcher: Watcher, key: str, value: bytes) -> None:
    topic = f"moodbox/kitchen/{key}"
    wait(lambda: watcher.last.get(topic) == value, f"{key} {value!r}, it is {watcher.last.get(topic)!r}")


def test_a_real_box_shows_its_mood_obeys_and_takes_its_leave(box: RunningBox, watcher: Watcher) -> None:
    shows(watcher, "availability", b"online")
    wait(lambda: watcher.last.get("moodbox/kitchen/mood", b"").decode() in EMOTIONS, "a mood")
    wait(lambda: watcher.last["moodbox/kitchen/mood"].decode() == box.status()["mood"]["mood"], "the same mood")
    shows(watcher, "presence", b"ON")
    shows(watcher, "music", b"ON")
    watcher.say("moodbox/kitchen/override/set", "sad")
    box.wait(lambda status: status["player"]["emotion"] == "sad")
    shows(watcher, "override", b"sad")
    watcher.say("moodbox/kitchen/volume/set", "25")
    shows(watcher, "volume", b"25")
    watcher.say("moodbox/kitchen/music/set", "OFF")
    box.wait(lambda status: status["player"]["state"] == "pause")
    shows(watcher, "music", b"OFF")
    watcher.say("moodbox/kitchen/camera/set", "OFF")
    shows(watcher, "camera_state", b"off")
    shows(watcher, "presence", b"None")
    assert box.stop(signal.SIGTERM) == 0
    shows(watcher, "availability", b"offline")


def test_a_restart_brings_the_same_box_back_with_what_its_owner_chose(box: RunningBox, watcher: Watcher) -> None:
    shows(watcher, "availability", b"online")
    watcher.say("moodbox/kitchen/interval/set", "7")
    shows(watcher, "interval", b"7.0")
    watcher.say("moodbox/kitchen/restart/set", "PRESS")
    shows(watcher, "availability", b"offline")
    shows(watcher, "availability", b"online")
    shows(watcher, "interval", b"7.0")
    assert box.process.poll() is None
    box.wait(lambda status: status["uptime"] < 30 and status["interval"] == 420)


def test_home_assistant_is_told_where_the_page_is(tmp_path: Path, broker: Broker, watcher: Watcher) -> None:
    port = free_port()
    settings = (
        f'[mqtt]\nhost = "127.0.0.1"\nport = {broker.port}\ndevice_id = "kitchen"\n[web]\nlisten = "*"\nport = {port}\n'
    )
    with running_box(tmp_path, "portrait", write_songs(tmp_path / "songs"), settings):
        shows(watcher, "availability", b"online")
        device = json.loads(watcher.last["homeassistant/device/kitchen/config"])["device"]
        assert device["configuration_url"] == f"http://{socket.gethostname().partition('.')[0]}.local:{port}/"


def test_home_assistant_is_told_where_the_page_is_when_its_port_was_taken(
    tmp_path: Path, broker: Broker, watcher: Watcher
) -> None:
    port = free_port()
    settings = (
        f'[mqtt]\nhost = "127.0.0.1"\nport = {broker.port}\ndevice_id = "hall"\n[web]\nlisten = "*"\nport = {port}\n'
    )
    songs = write_songs(tmp_path / "songs", seconds=1)
    with (
        socket.create_server(("", port)),
        running_box(tmp_path, "portrait", songs, settings) as box,
    ):
        topic = "homeassistant/device/hall/config"
        wait(lambda: watcher.last.get(topic), "the description")
        told = json.loads(watcher.last[topic])["device"]["configuration_url"]
        assert f"The page is at {told}" in box.printed
        assert not told.endswith(f":{port}/")


def test_what_was_set_aside_is_told_by_status_page_broker_and_terminal_alike(
    tmp_path: Path, broker: Broker, watcher: Watcher
) -> None:
    (tmp_path / "state").mkdir()
    for name in ("history", "catalogue"):
        (tmp_path / f"state/{name}.sqlite").write_bytes(b"no database" * 1000)
    port = free_port()
    settings = (
        f'[mqtt]\nhost = "127.0.0.1"\nport = {broker.port}\ndevice_id = "kitchen"\n'
        f'[web]\nlisten = "127.0.0.1"\nport = {port}\n'
    )
    with running_box(tmp_path, "portrait", write_songs(tmp_path / "songs"), settings) as box:
        box.wait_printed("The page is at")
        owner = Owner(port)

        def aside(problems: list[str]) -> list[str]:
            return sorted(each.partition(" was broken")[0] for each in problems if " is set aside as " in each)

        both = ["catalogue: catalogue.sqlite", "history: history.sqlite"]
        box.wait(lambda status: aside(status["problems"]) == both)
        assert aside(owner.ask("GET", "/api/status")[1]["problems"]) == both
        topic = "moodbox/kitchen/problem/attributes"
        wait(lambda: aside(json.loads(watcher.last.get(topic, b"{}")).get("problems", [])) == both, "both problems")
        shows(watcher, "problem", b"ON")
        for name in ("history", "catalogue"):
            box.wait_printed(f"{name}.sqlite.broken-")
