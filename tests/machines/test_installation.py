"""A fresh machine: installed, installed again, rebooted, updated, updated with a broken release, and clean again."""

import os
import time
from pathlib import Path

import pytest

from appliance.history.schema import MIGRATIONS
from tests.machines.machine import NEEDS, Machine, install, install_again, installer

pytestmark = [pytest.mark.slow, pytest.mark.needs(*NEEDS), pytest.mark.timeout(3600)]

# What every machine changes by itself, and what dpkg keeps of packages that were there for a while.
NOT_OURS = ("/proc", "/sys", "/run", "/tmp", "/dev", "/var/log", "/var/cache", "/var/lib/apt", "/var/lib/dpkg",
            "/var/lib/systemd", "/var/tmp",
            "/opt/source", "/opt/next", "/etc/ld.so.cache", "/etc/ssl/certs")  # fmt: skip

# Its conductor adds to the history; its eyes do not open.
BROKEN = """
echo 'MIGRATIONS += ("ALTER TABLE plays ADD COLUMN volume INTEGER;",)' >>appliance/history/schema.py
echo 'raise SystemExit(9)' >appliance/vision/__main__.py
"""
TABLES = """python3 -c '
import sqlite3
print(sqlite3.connect("/var/lib/moodbox/history.sqlite").execute("PRAGMA user_version").fetchone()[0])'"""


def files(machine: Machine) -> set[str]:
    pruned = " -o ".join(f"-path {path}" for path in NOT_OURS)
    return set(machine.done(f"find / -xdev \\( {pruned} \\) -prune -o ! -name '*.pyc' -print").splitlines())


def packages(machine: Machine) -> set[str]:
    listed = machine.done("dpkg-query -W -f '${db:Status-Status} ${Package}\\n'").splitlines()
    return {line.removeprefix("installed ") for line in listed if line.startswith("installed ")}


def plays(machine: Machine) -> bool:
    status = machine.status()
    return status is not None and status["player"]["state"] == "play"


def next_release(machine: Machine, version: str, change: str = "true") -> str:
    """Put the project in as another version; the update's command."""
    machine.copy_project("/opt/next")
    machine.done(
        f"cd /opt/next; sed -i 's/^__version__ = .*/__version__ = \"{version}\"/' appliance/__init__.py; {change}"
    )
    wheels = os.environ.get("MOODBOX_WHEELS")
    return f"sh /opt/next/provisioning/update.sh {f'--offline {wheels}' if wheels else ''}"


def current(machine: Machine) -> str:
    return machine.done("basename $(readlink -f /opt/moodbox/current)").strip()


def test_a_box_from_its_first_day_to_its_last(bare: Machine) -> None:
    before = files(bare)

    said = install(bare)
    print(said)
    assert plays(bare)
    bare.done("mkdir /opt/moodbox/releases/0.0.1 /opt/moodbox/venvs/of-long-ago")
    assert "Nothing had to be changed." in install_again(bare)
    assert bare.done("ls /opt/moodbox/releases /opt/moodbox/venvs | wc -w").strip() == "4"

    bare.off()
    began = time.monotonic()
    bare.boot()
    while not plays(bare):
        assert time.monotonic() - began < 15
        time.sleep(0.1)
    print(f"plays {time.monotonic() - began:.1f} s after power-on")
    assert bare.done("systemctl --failed --no-legend --plain").strip() == ""
    for _ in range(60):
        if (doctor := bare.run("moodbox doctor")).returncode == 0:
            break
        time.sleep(1)
    assert doctor.returncode == 0, doctor.stdout
    print(doctor.stdout)

    assert bare.done("timeout 20 avahi-resolve -4 -n moodbox.local").startswith("moodbox.local")

    bare.done(
        next_release(bare, "8.0.0", "sed -i 's/^# Moodbox.s settings/& of a year/' appliance/settings/reference.py")
    )
    assert current(bare) == "8.0.0"
    assert plays(bare)
    assert "of a year" in bare.done("head -n 1 /etc/moodbox/moodbox.toml.all-keys")
    assert "of a year" not in bare.done("head -n 1 /etc/moodbox/moodbox.toml")

    broken = next_release(bare, "8.1.0", BROKEN)
    began = time.monotonic()
    assert bare.run(broken).returncode == 1
    print(f"a broken release is taken back after {time.monotonic() - began:.1f} s")
    assert current(bare) == "8.0.0"
    assert plays(bare)
    assert "the last update was not taken" in bare.run("moodbox doctor").stdout
    assert int(bare.done(TABLES)) == len(MIGRATIONS) + 1
    assert bare.run("ls /var/lib/moodbox | grep broken").stdout == ""

    # what `systemctl edit` leaves
    bare.done("cd /etc/systemd/system; mkdir moodbox.service.d; echo '[Service]' >moodbox.service.d/override.conf")
    print(bare.done("sh /opt/moodbox/current/provisioning/uninstall.sh --purge"))
    left = files(bare) - before
    print("\n".join(sorted(left)))
    assert [path for path in left if "moodbox" in path] == []
    assert bare.done("getent passwd; getent group").count("moodbox") == 0
    # "not-found" is a name that systemd still remembers and no unit
    known = (
        "systemctl list-unit-files --all | grep moodbox; systemctl list-units --all | grep moodbox | grep -v not-found"
    )
    assert bare.run(known).stdout == ""
    assert bare.run("pgrep -u moodbox,moodbox-vision").stdout == ""
    assert before <= files(bare)


@pytest.mark.parametrize("suite", ["bookworm", "trixie"])
def test_an_installation_that_was_cut_off_is_finished_by_the_next(suite: str, tmp_path: Path) -> None:
    machine = Machine(suite, tmp_path)
    try:
        machine.boot()
        before = packages(machine)
        machine.copy_project("/opt/source")
        for moment in ("Setting up ", "Python environment"):
            machine.run(f"setsid {installer()} >/dev/null 2>&1 &")
            end = time.monotonic() + 900
            while moment not in machine.run("cat /var/log/moodbox-install.log").stdout:
                assert time.monotonic() < end
                time.sleep(0.5)
            machine.crash()
            machine.boot()
        print(install_again(machine))
        assert plays(machine)
        assert "Nothing had to be changed." in install_again(machine)
        print(machine.done("sh /opt/moodbox/current/provisioning/uninstall.sh --purge"))
        assert packages(machine) == before
    finally:
        machine.close()
