"""An unsorted library dropped into an installed box: heard unattended, by a unit that is locked in."""

import json
import os
import shutil
import time
from pathlib import Path
from typing import Any

import pytest

from tests.analyser.test_analyser import tune
from tests.machines.machine import NEEDS, Machine

pytestmark = [pytest.mark.slow, pytest.mark.needs(*NEEDS), pytest.mark.timeout(7200)]

SONGS = int(os.environ.get("MOODBOX_SONGS", "200"))
JUNK = 5
LIBRARY = "srv/moodbox/songs/library"


def catalogue(machine: Machine) -> dict[str, Any]:
    status = machine.status() or {}
    return status.get("catalogue") or {"songs": 0, "heard": 0, "broken": 0, "waiting": None}


def until_heard(machine: Machine, songs: int, seconds: float) -> float:
    """Wait until all songs have been listened to; how long that took."""
    began = time.monotonic()
    while (now := catalogue(machine)) and now["heard"] + now["broken"] < songs:
        assert time.monotonic() - began < seconds, (now, machine.run("journalctl -u moodbox-analyser -n 20").stdout)
        time.sleep(2)
    return time.monotonic() - began


def test_the_ears_run_locked_in(installed: Machine) -> None:
    installed.done('until [ "$(systemctl show -P SubState moodbox-analyser)" = running ]; do sleep 0.5; done', 120)
    pid = installed.done("systemctl show -P MainPID moodbox-analyser").strip()
    status = dict(
        line.split(":\t", 1) for line in installed.done(f"cat /proc/{pid}/status").splitlines() if ":\t" in line
    )
    assert status["Uid"].split()[0] != "0"
    assert (status["NoNewPrivs"], status["Seccomp"], int(status["CapEff"], 16)) == ("1", "2", 0)
    assert [line.split()[1] for line in installed.done(f"nsenter -t {pid} -n ip -o link").splitlines()] == ["lo:"]
    seen = installed.done(f"nsenter -t {pid} -m ls /run/moodbox").split()
    assert seen == ["analyser"]
    assert installed.done(f"ps -o cls= -p {pid}").split() == ["IDL"]


def test_a_library_is_heard_unattended_and_after_a_power_cut(installed: Machine, tmp_path: Path) -> None:
    until_heard(installed, catalogue(installed)["songs"], 1800)  # house pieces, as far as they are there
    new = tmp_path / "new"
    for number in range(SONGS):
        tune(new / f"Artist {number % 20}" / f"song {number}.flac", number, 20.0)
    for number in range(JUNK):
        (new / f"junk {number}.mp3").write_bytes(os.urandom(20_000))
    shutil.copytree(new, installed.root / LIBRARY / "new")
    installed.done("chown -R moodbox:moodbox /srv/moodbox/songs/library/new")
    end = time.monotonic() + 600
    while catalogue(installed)["heard"] < SONGS // 4:
        assert time.monotonic() < end, catalogue(installed)
        time.sleep(1)
    installed.crash()
    installed.boot()
    installed.done("until moodbox status >/dev/null 2>&1; do sleep 1; done", 120)
    end = time.monotonic() + 120
    while catalogue(installed)["songs"] < SONGS:
        assert time.monotonic() < end, catalogue(installed)
        time.sleep(1)
    assert catalogue(installed)["heard"] >= SONGS // 4 - 3
    seconds = until_heard(installed, catalogue(installed)["songs"], 3600)
    now = catalogue(installed)
    print(json.dumps(now), f"{seconds:.0f} s")
    said = installed.done("journalctl -b -u moodbox -o cat --no-pager | grep -c 'cannot be listened to' || true")
    assert int(said) <= JUNK
    playing = installed.status()
    assert playing is not None
    assert playing["player"]["state"] == "play"
