"""What the owner's page costs the conductor: memory, and patience when a thousand pages are opened at once."""

from __future__ import annotations

import contextlib
import http.client
import json
import secrets
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from appliance.bench.box import sizes, wait_until_it_looks
from appliance.control.client import ask
from appliance.control.messages import SOCKET, AskStatus
from appliance.settings.settings import Settings, as_toml, override_with

OWNERS, CROWD = 3, 1000
"""Live pages of a household, and of somebody who means no good."""
_ROUNDS = 100
_SETTLE = 10.0  # seconds of looking and playing before memory is read
_COOKIE = "moodbox_session"


def measure_page(settings: Settings) -> dict[str, Any]:
    """`memory`: the conductor's RSS in megabytes without the page, with it, with three live pages and
    with a crowd, and the most that it ever had.

    `answer`: how long the conductor takes to tell its status over the control socket, alone and beside the crowd.
    `crowd`: of a thousand streams opened at once, how many are served and how many are refused.
    """
    with _box(settings, {"web.enabled": False}) as (pid, _, _):
        without = sizes(pid)["rss_mb"]
    port = _free_port()
    with _box(settings, {"web.port": port, "web.listen": "127.0.0.1"}) as (pid, control, stack):
        idle, alone = sizes(pid)["rss_mb"], _answers(control)
        cookie = _set_password(port)
        for path in ("/", "/api/status", "/api/box", "/api/openapi.json"):
            _get(port, path, cookie)
        for _ in range(OWNERS):
            _stream(stack, port, cookie)
        time.sleep(_SETTLE)
        live = sizes(pid)["rss_mb"]
        answers = [_stream(stack, port, cookie) for _ in range(CROWD)]
        beside = _answers(control)
        crowded, peak = sizes(pid)["rss_mb"], _peak(pid)
    return {
        "memory": {
            "without_mb": without,
            "idle_mb": idle,
            "three_live_mb": live,
            "crowd_mb": crowded,
            "peak_mb": peak,
        },
        "answer": {"alone": alone, "beside_the_crowd": beside},
        "crowd": {"opened": CROWD, "served": answers.count(200), "refused": answers.count(503)},
    }


@contextmanager
def _box(settings: Settings, changes: dict[str, Any]) -> Iterator[tuple[int, Path, ExitStack]]:
    """A box that looks at the portrait and plays: its process, its control socket, and what is closed before it."""
    with tempfile.TemporaryDirectory(prefix="moodbox-page-") as folder:
        places = {
            "camera.source": "portrait",
            "music.output": "null",
            "music.port": 0,
            "music.house_music": False,
            "paths.state": f"{folder}/state",
            "paths.run": f"{folder}/run",
            "music.songs": str(settings.songs_dir),
        }
        file = Path(folder) / "settings.toml"
        file.write_text(as_toml(override_with(settings, places | changes)))
        command = [sys.executable, "-m", "appliance.cli", "--settings", str(file), "run"]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as box:
            try:
                control = Path(folder) / "run" / SOCKET
                wait_until_it_looks(control)
                time.sleep(_SETTLE)
                with ExitStack() as stack:
                    yield box.pid, control, stack
            finally:
                box.send_signal(signal.SIGTERM)


def _peak(pid: int) -> float:
    """The most memory that a process ever had, in megabytes: signing in takes some for a moment."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return round(next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) / 1024, 1)


def _answers(control: Path) -> dict[str, float]:
    taken = []
    for _ in range(_ROUNDS):
        began = time.perf_counter()
        ask(control, AskStatus())
        taken.append((time.perf_counter() - began) * 1000)
        time.sleep(0.02)
    return {"median_ms": round(statistics.median(taken), 2), "p99_ms": round(statistics.quantiles(taken, n=100)[98], 2)}


def _set_password(port: int) -> str:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    body = json.dumps({"password": secrets.token_hex()})
    connection.request("POST", "/api/password", body, {"Content-Type": "application/json"})
    words = connection.getresponse().headers["Set-Cookie"]
    connection.close()
    return words.partition(";")[0].removeprefix(f"{_COOKIE}=")


def _get(port: int, path: str, cookie: str) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", path, headers={"Cookie": f"{_COOKIE}={cookie}"})
    connection.getresponse().read()
    connection.close()


def _stream(stack: ExitStack, port: int, cookie: str) -> int:
    """Open a stream, leave it open and never read it; the status that was answered, 0 for none."""
    connection = stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=30))
    with contextlib.suppress(OSError):
        request = f"GET /api/stream HTTP/1.1\r\nHost: localhost\r\nCookie: {_COOKIE}={cookie}\r\n\r\n"
        connection.sendall(request.encode())
        return int(connection.recv(12).split()[1])
    return 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
