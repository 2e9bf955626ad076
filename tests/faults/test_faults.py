"""What a box must survive, provoked on a machine with its own systemd; prints one table.

MOODBOX_FAULTS=0.1 tries each a tenth as often; MOODBOX_FAULTS_ONLY=kill,disk only those named by one of the words.
"""

import math
import os
from collections.abc import Iterable, Iterator

import pytest

from tests.faults.faults import HEAD, Outcome, Step, power_cuts, steps
from tests.faults.health import until_well
from tests.faults.power_cut import NEEDS as POWER_NEEDS
from tests.faults.power_cut import PoweredMachine
from tests.machines.machine import NEEDS, Machine, install

pytestmark = [pytest.mark.slow, pytest.mark.needs(*NEEDS), pytest.mark.timeout(4 * 3600)]

WHEELS = os.environ.get("MOODBOX_WHEELS")
UPDATE_OPTIONS = f"--offline {WHEELS}" if WHEELS else ""


@pytest.fixture(params=["bookworm", "trixie"])
def machine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    made = Machine(request.param, tmp_path_factory.mktemp("faults"))
    try:
        prepare(made)
        yield made
    finally:
        made.close()


@pytest.fixture(params=["bookworm", "trixie"])
def powered(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PoweredMachine]:
    made = PoweredMachine(request.param, tmp_path_factory.mktemp("power"))
    try:
        prepare(made)
        yield made
    finally:
        made.close()


def prepare(machine: Machine) -> None:
    machine.boot()
    install(machine)
    machine.copy_project("/opt/next")
    machine.done("echo the owner wrote this >/srv/moodbox/songs/sad/mine.txt; sync")
    assert until_well(machine) is not None


def try_all(machine: Machine, rows: Iterable[tuple[str, int, Step]]) -> None:
    """Try each as often as it says, and print the table."""
    share = float(os.environ.get("MOODBOX_FAULTS", "1"))
    only = os.environ.get("MOODBOX_FAULTS_ONLY", "").split(",")
    table: dict[str, Outcome] = {}
    print(f"\n{HEAD}", flush=True)
    for name, times, step in rows:
        if not any(word in name for word in only):
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


def test_every_fault_heals_by_itself(machine: Machine) -> None:
    try_all(machine, steps(UPDATE_OPTIONS))


@pytest.mark.needs(*POWER_NEEDS)
def test_a_power_cut_that_loses_what_was_not_on_the_disk_heals_by_itself(powered: PoweredMachine) -> None:
    try_all(powered, power_cuts(UPDATE_OPTIONS))
