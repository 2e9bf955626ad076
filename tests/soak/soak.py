"""One soak: a box, its floods, and the comparison of its state with what was asked for."""

from __future__ import annotations

import contextlib
import http.client
import json
import multiprocessing
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion

from appliance.core.saved_choices import FILE
from appliance.web.auth.authenticator import COOKIE
from tests.mqtt.broker import Broker, Watcher
from tests.ports import free_port
from tests.running_box import RunningBox, running_box, write_songs
from tests.soak.floods import DEVICE, FLOODS, Target, run
from tests.soak.measure import Watch

PASSWORD = "correct horse"
EVERY, SAMPLED = 1.0, 5.0
"""Seconds from question to question, and from sample to sample."""
LAST = {"override": "fear", "policy": "cheer", "volume": "37", "interval": "45"}
"""What is asked for by MQTT at the end; the interval in minutes."""
SETTLED = 60.0
"""Seconds that the box has for it; MPD may just have been ended."""
STOPPED = 10.0
"""Seconds that its stop may take on a busy machine."""


def ask_page(port: int, method: str, path: str, body: Any = None, **headers: str) -> http.client.HTTPResponse:
    """The page's answer, which has been read: its text is in `text`."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    sent = None if body is None else json.dumps(body).encode()
    origin = f"http://127.0.0.1:{port}"
    connection.request(method, path, sent, {"Origin": origin, "Content-Type": "application/json", **headers})
    answer = connection.getresponse()
    answer.text = answer.read().decode()  # type: ignore[attr-defined]
    connection.close()
    assert answer.status < 400, f"{method} {path}: {answer.status} {answer.text[:200]}"  # type: ignore[attr-defined]
    return answer


def key_of(port: int) -> str:
    """Set the password, and make a key for programs."""
    ask_page(port, "POST", "/api/password", {"password": PASSWORD})
    signed_in = ask_page(port, "POST", "/api/session", {"password": PASSWORD})
    cookies = [value for name, value in signed_in.getheaders() if name == "Set-Cookie"]
    (session,) = [value.partition(";")[0] for value in cookies if value.startswith(COOKIE)]
    made = ask_page(port, "POST", "/api/tokens", {"name": "soak"}, Cookie=session)
    return str(json.loads(made.text)["token"])  # type: ignore[attr-defined]


@contextlib.contextmanager
def flooded(target: Target) -> Iterator[Callable[[], dict[str, int]]]:
    """Every flood at once while the context is open; yields how often each has done what it does."""
    stop = multiprocessing.Event()
    counts = {name: multiprocessing.Value("Q", 0) for name in FLOODS}
    floods = [multiprocessing.Process(target=run, args=(name, target, stop, counts[name])) for name in FLOODS]
    for flood in floods:
        flood.start()
    try:
        yield lambda: {name: count.value for name, count in counts.items()}
    finally:
        stop.set()
        for flood in floods:
            flood.join(30)
            flood.kill()


def soak(folder: Path, seconds: float, log: Path | None = None) -> list[str]:
    """Flood a box for so long; prints the tables and returns what was wrong."""
    broker = Broker(folder)
    broker.start()
    port, songs = free_port(), write_songs(folder / "songs")
    settings = f'[mqtt]\nhost = "127.0.0.1"\nport = {broker.port}\ndevice_id = "{DEVICE}"\n[web]\nport = {port}\n'
    faults: list[str] = []
    try:
        with running_box(folder, "portrait", songs, settings) as box:
            box.wait(lambda status: status["player"]["state"] == "play", 120)
            box.wait_printed("MQTT: connected", 60)
            key = key_of(port)
            target = Target(box.process.pid, folder / "run", songs, port, broker.port, key)
            watch = _watch(box, target, seconds)
            print(watch.report())
            kept = {name: watch.memory[name] for name in ("conductor", "vision")}
            faults += [f"the memory of {name} has grown" for name, samples in kept.items() if not samples.flat]
            faults += [f"{name}: {text}" for name, texts in watch.unanswered.items() for text in texts]
            faults += _compare(box, target)
            began = time.monotonic()
            status = box.stop()
            took = time.monotonic() - began
            print(f"\nstopped with status {status} within {took:.1f} s")
            if status or took > STOPPED:
                faults.append(f"the stop took {took:.1f} s, status {status}")
        choices = json.loads((folder / "state" / FILE).read_bytes())
        if choices["override"] != LAST["override"]:
            faults.append(f"kept is {choices}, asked for was {LAST}")
        if aside := [path.name for path in (folder / "state").rglob("*broken*")]:
            faults.append(f"set aside: {aside}")
    finally:
        broker.kill()
        if log:
            shutil.copy(folder / "printed.txt", log)
    return faults


def _watch(box: RunningBox, target: Target, seconds: float) -> Watch:
    watch, began, sampled, told = Watch(target.pid), time.monotonic(), 0.0, 0.0
    with flooded(target) as done:
        while (gone := time.monotonic() - began) < seconds and box.process.poll() is None:
            watch.ask("status by the socket", box.status)
            watch.ask("status by the page", lambda: status_of_page(target))
            if gone - sampled >= SAMPLED:
                watch.sample()
                sampled = gone
            if gone - told >= 300:
                memory = ", ".join(f"{name} {each.taken[-1][1]:.1f} MB" for name, each in watch.memory.items())
                print(f"{gone / 60:.0f} min: {memory}; {done()}", flush=True)
                told = gone
            time.sleep(EVERY)
        for name, count in done().items():
            print(f"{name:<34} {count:8}")
    print()
    return watch


def status_of_page(target: Target) -> dict[str, Any]:
    """The status as a program with a key sees it."""
    answer = ask_page(target.page, "GET", "/api/status", Authorization=f"Bearer {target.key}")
    return dict(json.loads(answer.text))  # type: ignore[attr-defined]


def _compare(box: RunningBox, target: Target) -> list[str]:
    """Ask for a last state, and return what does not agree with it: status, page, and what the broker was told."""
    client = paho.Client(CallbackAPIVersion.VERSION2)
    client.connect("127.0.0.1", target.broker)
    client.loop_start()
    for what, payload in (*LAST.items(), ("music", "ON")):
        client.publish(f"moodbox/{DEVICE}/{what}/set", payload, 1).wait_for_publish(30)
    client.loop_stop()
    watcher = Watcher(target.broker, f"moodbox/{DEVICE}/#")
    deadline = time.monotonic() + SETTLED
    while time.monotonic() < deadline:
        found = _differences(box.status(), status_of_page(target), watcher.last)
        if not found:
            break
        time.sleep(0.5)
    watcher.close()
    return found


def _differences(status: dict[str, Any], page: dict[str, Any], told: dict[str, bytes]) -> list[str]:
    found = []
    for place, seen in (("the socket", status), ("the page", page)):
        state = {
            "override": seen["override"],
            "policy": seen["policy"],
            "volume": str(seen["player"]["volume"]),
            "interval": f"{seen['interval'] / 60:g}",
        }
        if state != LAST:
            found.append(f"{place} says {state}, asked for was {LAST}")
        if seen["player"]["state"] != "play" or seen["vision"]["camera"] != "open":
            found.append(f"{place} says {seen['player']['state']}, camera {seen['vision']['camera']}")
        if seen["problems"]:
            found.append(f"{place} tells of {seen['problems']}")
    broker = {what: told.get(f"moodbox/{DEVICE}/{what}", b"").decode().removesuffix(".0") for what in LAST}
    if broker != LAST:
        found.append(f"the broker was told {broker}, asked for was {LAST}")
    return found
