"""The conductor as systemd starts it, with this test in systemd's place."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.control.client import ask
from appliance.control.messages import SOCKET, AskStatus
from appliance.systemd.notify import has_library

pytestmark = pytest.mark.skipif(not has_library(), reason="needs Debian's Python and its python3-systemd")


@pytest.fixture
def systemd(tmp_path: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(str(tmp_path / "notify"))
        listener.settimeout(60)
        yield listener


@pytest.fixture
def unit(tmp_path: Path, systemd: socket.socket) -> Iterator[subprocess.Popen[bytes]]:
    for folder in ("run/vision", "run/mpd", "state", "songs", "config/moodbox"):
        (tmp_path / folder).mkdir(parents=True)
    settings = f'[music]\nhouse_music = false\nsongs = "{tmp_path / "songs"}"\n[camera]\nsorce = "auto"\n'
    (tmp_path / "config/moodbox/moodbox.toml").write_text(settings)
    (tmp_path / "state/settings.last-good.toml").write_text(settings.replace("sorce", "source"))
    environment = os.environ | {
        "NOTIFY_SOCKET": systemd.getsockname(), "WATCHDOG_USEC": "20000000",
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
        "STATE_DIRECTORY": str(tmp_path / "state"), "RUNTIME_DIRECTORY": str(tmp_path / "run"),
    }  # fmt: skip
    process = subprocess.Popen([sys.executable, "-m", "appliance.cli", "run", "--unit"], env=environment)
    yield process
    process.kill()
    process.wait()


def heard(systemd: socket.socket, wanted: str) -> str:
    while wanted not in (message := systemd.recv(4096).decode()):
        pass
    return message


def drain(systemd: socket.socket) -> None:
    systemd.setblocking(False)
    with contextlib.suppress(BlockingIOError):
        while True:
            systemd.recv(4096)


def test_it_is_ready_fed_by_progress_and_stops_in_order(
    unit: subprocess.Popen[bytes], systemd: socket.socket, tmp_path: Path
) -> None:
    assert heard(systemd, "READY=1")
    assert heard(systemd, "WATCHDOG=1").startswith("WATCHDOG_USEC=21000000")
    assert (tmp_path / "run/vision/link.sock").is_socket()
    unit.send_signal(signal.SIGTERM)
    assert heard(systemd, "STOPPING=1")
    assert unit.wait(90) == 0


def test_broken_settings_are_said_to_systemd_and_to_whoever_asks(
    unit: subprocess.Popen[bytes], systemd: socket.socket, tmp_path: Path
) -> None:
    assert "has no key 'sorce'" in heard(systemd, "STATUS=settings:")
    status = ask(tmp_path / "run" / SOCKET, AskStatus())
    assert status["problems"][0].startswith("settings: ")
    assert "running with the settings of the last good start" in status["problems"][0]


def test_it_hangs_and_the_watchdog_is_not_fed(unit: subprocess.Popen[bytes], systemd: socket.socket) -> None:
    heard(systemd, "WATCHDOG=1")
    unit.send_signal(signal.SIGSTOP)
    time.sleep(1)
    drain(systemd)
    systemd.settimeout(6)
    with pytest.raises(TimeoutError):
        systemd.recv(4096)
    unit.send_signal(signal.SIGCONT)
    systemd.settimeout(60)
    assert heard(systemd, "WATCHDOG=1")
