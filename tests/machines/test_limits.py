"""The limits of memory and tasks: there on every unit, and a unit that runs into them is ended and started again.

Where the testing machine's control groups are of version 1 (so that a container's systemd gets none of version 2 with
memory in them), Bookworm's systemd is started with version 1, which it can still use; Trixie's cannot.
"""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.machines.machine import NEEDS, Machine

pytestmark = [pytest.mark.slow, pytest.mark.needs(*NEEDS), pytest.mark.timeout(3600)]

VERSION_1 = Path("/sys/fs/cgroup/memory")
GREEDY = "/opt/moodbox/current/appliance/vision/__main__.py"
EATS = """
import threading, time
from pathlib import Path
def eat():
    kept = []
    while True:
        if Path("/etc/moodbox/greedy").exists():
            kept.append(b"x" * 20_000_000)
        time.sleep(0.1)
threading.Thread(target=eat, daemon=True).start()
"""


@pytest.mark.parametrize("unit", ["moodbox", "moodbox-vision", "moodbox-mpd", "moodbox-name"])
def test_every_unit_has_limits(installed: Machine, unit: str) -> None:
    said = installed.done(f"systemctl show -P MemoryMax -P TasksMax {unit}.service").split()
    assert len(said) == 2
    assert all(int(limit) < 400 * 2**20 for limit in said)


@pytest.fixture
def limited(installed: Machine) -> Iterator[Machine]:
    """The machine with control groups that really limit memory."""
    if not VERSION_1.is_dir():
        yield installed
        return
    if installed.done(". /etc/os-release; echo $VERSION_CODENAME").strip() != "bookworm":
        pytest.skip("this machine has control groups of version 1, which Trixie's systemd does not use")
    installed.off()
    installed.boot(SYSTEMD_NSPAWN_UNIFIED_HIERARCHY="0")
    # systemd-nspawn shows them read-only
    installed.done("mount -o remount,bind,rw /sys/fs/cgroup/memory")
    installed.done("systemctl daemon-reexec; systemctl restart moodbox.target")
    yield installed
    installed.off()
    installed.boot()


def test_a_unit_that_eats_memory_is_ended_and_started_again_while_the_music_plays_on(limited: Machine) -> None:
    code = limited.root / limited.done(f"readlink -f {GREEDY}").strip().lstrip("/")
    before = code.read_text()
    try:
        code.write_text(EATS + before)
        limited.done("systemctl restart moodbox-vision")
        restarts = restarted(limited)
        limited.done("touch /etc/moodbox/greedy")
        end = time.monotonic() + 120
        while restarted(limited) == restarts:
            assert time.monotonic() < end
            status = limited.status()
            assert status is not None
            assert status["player"]["state"] == "play"
            time.sleep(0.5)
        limited.done("rm /etc/moodbox/greedy")
        said = limited.done("journalctl -b --no-pager -u moodbox-vision | grep -i -E 'oom|killed|signal'")
        print(said[-600:])
        while (status := limited.status()) is None or status["vision"]["camera"] != "open":
            assert time.monotonic() < end + 60
            time.sleep(0.5)
    finally:
        code.write_text(before)
        limited.run("rm -f /etc/moodbox/greedy; systemctl restart moodbox-vision")


def restarted(machine: Machine) -> int:
    return int(machine.done("systemctl show -P NRestarts moodbox-vision"))
