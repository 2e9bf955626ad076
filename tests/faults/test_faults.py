"""What a box must survive, provoked on a machine with its own systemd; prints one table.

MOODBOX_FAULTS=0.1 tries each a tenth as often; MOODBOX_FAULTS_ONLY=kill only those whose name contains the word.
"""

import math
import os
from collections.abc import Iterator

import pytest

from ..systemd.machine import NEEDS, Machine, install
from .faults import HEAD, Outcome, steps, until_well

pytestmark = [pytest.mark.slow, pytest.mark.needs(*NEEDS), pytest.mark.timeout(4 * 3600)]


@pytest.fixture(params=["bookworm", "trixie"])
def machine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    made = Machine(request.param, tmp_path_factory.mktemp("faults"))
    try:
        made.boot()
        install(made)
        made.copy_project("/opt/next")
        made.done("echo the owner wrote this >/srv/moodbox/songs/sad/mine.txt")
        assert until_well(made) is not None
        yield made
    finally:
        made.close()


def test_every_fault_heals_by_itself(machine: Machine) -> None:
    share, only = float(os.environ.get("MOODBOX_FAULTS", "1")), os.environ.get("MOODBOX_FAULTS_ONLY", "")
    wheels = os.environ.get("MOODBOX_WHEELS")
    table: dict[str, Outcome] = {}
    print(f"\n{HEAD}", flush=True)
    for name, times, step in steps(f"--offline {wheels}" if wheels else ""):
        if only not in name:
            continue
        outcome = table.setdefault(name, Outcome(name))
        machine.run("systemctl reset-failed 'moodbox*'")
        for _ in range(math.ceil(times * share)):
            seconds = step(machine)
            outcome.add(seconds)
            if seconds is None:
                print(machine.run("journalctl -b -n 40 --no-pager; systemctl --failed").stdout, flush=True)
                machine.run("systemctl restart moodbox.target")
                until_well(machine)
        print(outcome.row(), flush=True)
    print("\n".join(["", HEAD, *(outcome.row() for outcome in table.values())]), flush=True)
    assert [outcome.fault for outcome in table.values() if outcome.healed != outcome.tried] == []
