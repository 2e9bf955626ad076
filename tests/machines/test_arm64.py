"""A Raspberry Pi's processor, emulated: installed, it sees, plays, shows its page, takes a model and updates."""

import re
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.machines import test_model_push
from tests.machines.machine import NEEDS, Machine, install
from tests.machines.test_installation import BROKEN, current, next_release, plays
from tests.machines.test_model_push import push

EMULATOR = Path("/proc/sys/fs/binfmt_misc/qemu-aarch64")
PATIENCE = 1200
"""Seconds for what takes some on a Pi: emulated, a program needs ten to thirty times as long as here."""

desktop = test_model_push.desktop


def no_emulator() -> str:
    """Why an arm64 machine cannot be emulated here; empty if it can."""
    if not EMULATOR.exists():
        return "needs qemu-user with binfmt-support for aarch64: not on this machine"
    interpreter = EMULATOR.read_text().split("interpreter ")[1].split()[0]
    said = subprocess.run([interpreter, "--version"], capture_output=True, text=True, check=False).stdout
    version = re.search(r"version (\d+)", said)
    # an older one shows programs the processor of this machine in /proc/cpuinfo, of which ai-edge-litert dies
    if not version or int(version[1]) < 9:
        return f"needs qemu-user 9 or newer: {interpreter} is {version[1] if version else 'none'}"
    return ""


pytestmark = [
    pytest.mark.slow,
    pytest.mark.needs(*NEEDS, "ssh", "ssh-keygen"),
    pytest.mark.timeout(7200),
    pytest.mark.skipif(bool(no_emulator()), reason=no_emulator()),
]


@pytest.fixture(scope="module", params=["bookworm", "trixie"])
def installed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    machine = Machine(request.param, tmp_path_factory.mktemp("arm64"), "arm64")
    try:
        machine.boot(patience=PATIENCE)
        assert machine.done("uname -m").strip() == "aarch64"
        assert machine.done("systemctl --failed --no-legend --plain").strip() == ""
        began = time.monotonic()
        print(install(machine))
        print(f"{request.param}: installed and playing after {time.monotonic() - began:.0f} s")
        yield machine
    finally:
        machine.close()


def until(machine: Machine, ready: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    end = time.monotonic() + PATIENCE
    while not ((status := machine.status()) and ready(status)):
        assert time.monotonic() < end, status
        time.sleep(2)
    return status


def test_the_portrait_brings_happy_music(installed: Machine) -> None:
    status = until(installed, lambda status: status["player"]["state"] == "play" and bool(status["vision"]["faces"]))
    assert status["vision"]["camera"] == "open"
    until(installed, lambda status: (status["mood"] or {}).get("mood") == "happy")


def test_the_page_opens(installed: Machine) -> None:
    with urllib.request.urlopen(f"http://{installed.network.there}/", timeout=120) as answer:
        assert b"Moodbox" in answer.read()


def test_a_pushed_model_is_the_one_that_looks(installed: Machine, desktop: Path) -> None:
    status, said = push(desktop, "99.0.0", desktop / "signer")
    assert status == 0, said
    until(installed, lambda status: status["vision"]["model"] == "moodbox-edge 99.0.0")


def test_an_update_is_kept_and_a_broken_one_taken_back(installed: Machine) -> None:
    installed.done(next_release(installed, "8.0.0"))
    assert current(installed) == "8.0.0"
    assert plays(installed)
    assert installed.run(next_release(installed, "8.1.0", BROKEN)).returncode == 1
    assert current(installed) == "8.0.0"
    assert plays(installed)
