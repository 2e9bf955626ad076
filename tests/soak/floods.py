"""The floods of the soak: each is a process of its own that goes on until it is stopped, at a rate declared here."""

from __future__ import annotations

import contextlib
import http.client
import itertools
import json
import os
import random
import select
import signal
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing.sharedctypes import Synchronized
from multiprocessing.synchronize import Event
from pathlib import Path

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion

from appliance.domain.emotions import EMOTIONS
from tests.damage import damaged
from tests.fuzz.link import made_up, timed

DEVICE = "kitchen"
COMMANDS = 100
"""MQTT commands a second: a tenth of the flood of ten seconds in tests/mqtt/test_flood.py, but without an end."""
REQUESTS = 20
"""HTTP requests a second of somebody who is not signed in; every fourth guesses a password."""
UPLOADS = 4
"""Uploads at a time that send `DRIP` bytes a second, slower than is allowed."""
DRIP = 500
LIES = 0.2
"""Vision processes a second that lie; each takes the honest one's place, which comes back."""
DEATHS = 1 / 25
"""Times a second that MPD is killed, ended or frozen for some seconds."""
SONGS = 0.5
"""Damaged songs a second that are put into the folders, by hand or by an upload; as many are taken away again."""


@dataclass(frozen=True)
class Target:
    """The box that is flooded."""

    pid: int
    run_dir: Path
    songs: Path
    page: int
    """Its port."""
    broker: int
    """The broker's port."""
    key: str
    """A key for programs."""


Count = Callable[[], None]


def run(name: str, target: Target, stop: Event, done: Synchronized[int]) -> None:
    """Flood, politely to the other programs of this machine, until `stop`; `done` counts."""
    os.nice(10)
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    def count() -> None:
        with done.get_lock():
            done.value += 1

    FLOODS[name](target, stop, count)


def _paced(rate: float, stop: Event) -> Iterator[int]:
    """Count, `rate` times a second; what was missed is not made up for."""
    due = time.monotonic()
    for number in itertools.count():
        if stop.wait(max(0.0, due - time.monotonic())):
            return
        due = max(due + 1 / rate, time.monotonic() - 1)
        yield number


def _commands(target: Target, stop: Event, count: Count) -> None:
    client = paho.Client(CallbackAPIVersion.VERSION2)
    client.connect("127.0.0.1", target.broker)
    client.loop_start()
    chance = random.Random(1)
    for number in _paced(COMMANDS, stop):
        what, payload = chance.choice((
            ("override", chance.choice((*EMOTIONS, "auto"))),
            ("volume", str(chance.randrange(101))),
            ("policy", chance.choice(("match", "cheer", "lift"))),
            ("skip", "PRESS"),
            ("judge_now", "PRESS"),
            ("music", chance.choice(("ON", "OFF"))),
            ("interval", str(chance.randrange(5, 600))),
            ("override", f"nonsense {number}"),
        ))  # fmt: skip
        client.publish(f"moodbox/{DEVICE}/{what}/set", payload)
        count()
    client.loop_stop()


def _ask(port: int, method: str, path: str, body: bytes | None = None, **headers: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        answer.read()
        return answer.status
    finally:
        connection.close()


def _requests(target: Target, stop: Event, count: Count) -> None:
    for number in _paced(REQUESTS, stop):
        with contextlib.suppress(OSError, http.client.HTTPException):
            if number % 4 == 0:
                guess = json.dumps({"password": f"guess {number}"}).encode()
                origin = f"http://127.0.0.1:{target.page}"
                _ask(target.page, "POST", "/api/session", guess, Origin=origin, **{"Content-Type": "application/json"})
            else:
                _ask(target.page, "GET", ("/", "/api/status", f"/nothing/{number}")[number % 3])
        count()


def _uploads(target: Target, stop: Event, count: Count) -> None:
    """Slow uploads by somebody who has a key, and connections on which nothing is ever said."""
    open_ones: list[socket.socket] = []
    for number in _paced(UPLOADS, stop):
        with contextlib.suppress(OSError):
            if len(open_ones) < UPLOADS + 40:
                connection = socket.create_connection(("127.0.0.1", target.page), 10)
                open_ones.append(connection)
                if len(open_ones) <= UPLOADS:
                    name = f"slow {number}.flac"
                    connection.sendall(
                        f"PUT /api/songs/sad/{name.replace(' ', '%20')} HTTP/1.1\r\nHost: 127.0.0.1:{target.page}\r\n"
                        f"Authorization: Bearer {target.key}\r\nContent-Length: 9000000\r\n\r\nfLaC".encode()
                    )
                count()
        for connection in list(open_ones[:UPLOADS]):
            try:
                connection.sendall(bytes(DRIP // UPLOADS))
            except OSError:  # it was given up
                open_ones.remove(connection)
                connection.close()
        for connection in select.select(open_ones, [], [], 0)[0]:  # answered, or given up
            with contextlib.suppress(OSError):
                connection.recv(4096)
            open_ones.remove(connection)
            connection.close()


def _lies(target: Target, stop: Event, count: Count) -> None:
    chance = random.Random(3)
    for _ in _paced(LIES, stop):
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as link:
            link.settimeout(5)
            link.connect(str(target.run_dir / "link.sock"))
            link.sendall(timed(made_up(chance)))
            stop.wait(0.5)
        count()


def _deaths(target: Target, stop: Event, count: Count) -> None:
    chance = random.Random(4)
    for _ in _paced(DEATHS, stop):
        with contextlib.suppress(OSError):
            mpd = dict(processes(target.pid)).get("mpd")
            if mpd is None:  # it is being started again
                continue
            way = chance.choice((signal.SIGTERM, signal.SIGKILL, signal.SIGSTOP))
            os.kill(mpd, way)
            if way == signal.SIGSTOP:
                stop.wait(7)
                os.kill(mpd, signal.SIGCONT)
        count()


def _songs(target: Target, stop: Event, count: Count) -> None:
    whole = next(target.songs.glob("*/*.flac")).read_bytes()
    put: list[Path] = []
    for number in _paced(SONGS, stop):
        emotion = EMOTIONS[number % len(EMOTIONS)]
        content = damaged(whole, number)
        path = target.songs / emotion / f"damaged {number}.flac"
        with contextlib.suppress(OSError, http.client.HTTPException):
            if number % 2:
                path.write_bytes(content)
            else:
                place = f"/api/songs/{emotion}/damaged%20{number}.flac"
                _ask(target.page, "PUT", place, content, Authorization=f"Bearer {target.key}")
        put.append(path)
        if len(put) > 20:
            put.pop(0).unlink(missing_ok=True)
        count()
    for path in put:
        path.unlink(missing_ok=True)


FLOODS: dict[str, Callable[[Target, Event, Count], None]] = {
    "MQTT commands": _commands,
    "HTTP requests and guesses": _requests,
    "slow uploads and idle connections": _uploads,
    "lies on the link": _lies,
    "ends of MPD": _deaths,
    "damaged songs": _songs,
}


def processes(box: int) -> Iterator[tuple[str, int]]:
    """The box's processes: what each is, and its id."""
    yield "conductor", box
    for child in Path(f"/proc/{box}/task/{box}/children").read_text().split():
        with contextlib.suppress(OSError):
            command = Path(f"/proc/{child}/cmdline").read_bytes()
            if b"appliance.vision" in command:
                yield "vision", int(child)
            elif b"mpd.conf" in command:
                yield "mpd", int(child)
