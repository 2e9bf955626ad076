"""A wall clock that jumps. A container cannot have one of its own, so libfaketime stands between the units and theirs.

Debian's libfaketime is preloaded into all three units and told to leave CLOCK_MONOTONIC alone, as a real jump does; the
offset stands in a file that may change at any time. Not covered by it: systemd's and the kernel's own view of the time.
"""

import time
from datetime import datetime, timedelta

from tests.faults.health import until_well
from tests.machines.machine import Machine

UNITS = ("moodbox", "moodbox-vision", "moodbox-mpd")
OFFSET = "/etc/moodbox-clock"
DROP_IN = f"""[Service]
Environment=LD_PRELOAD=$library FAKETIME_TIMESTAMP_FILE={OFFSET} FAKETIME_CACHE_DURATION=1
Environment=FAKETIME_DONT_FAKE_MONOTONIC=1 DONT_FAKE_MONOTONIC=1 FAKETIME_DISABLE_SHM=1
"""
DAY = timedelta(days=1)
WATCHED = 15.0  # seconds for which the box is watched after the jump


def clock_jumps(machine: Machine, days: int) -> float | None:
    """Seconds until the box tells the new time; None if a process died, the music stopped, or trouble was told."""
    _between(machine)
    try:
        before = _pids(machine)
        machine.done(f"echo {days:+d}d >{OFFSET}")
        began, told = time.monotonic(), None
        while time.monotonic() - began < WATCHED:
            status = machine.status()
            if status is None or status["problems"] or status["player"]["state"] != "play":
                return None
            # what happened at a monotonic moment is told by today's clock
            jumped = datetime.fromisoformat(status["mood"]["since"]) - datetime.now().astimezone()
            if told is None and abs(jumped - days * DAY) < DAY / 2:
                told = time.monotonic() - began
            time.sleep(0.3)
        machine.done("moodbox override sad; moodbox skip; moodbox override auto")
        return told if _pids(machine) == before else None
    finally:
        _away(machine)


def _pids(machine: Machine) -> str:
    return machine.done(f"systemctl show -P MainPID {' '.join(UNITS)}")


def _between(machine: Machine) -> None:
    """Put libfaketime between the units and the clock, with no offset yet."""
    machine.done(
        f"""set -e; dpkg -s libfaketime >/dev/null 2>&1 ||
            (apt-get -qq update; apt-get -qq -y --no-install-recommends install libfaketime) >/dev/null 2>&1
        library=$(dpkg -L libfaketime | grep '/libfaketime.so.1$'); echo +0d >{OFFSET}
        for unit in {" ".join(UNITS)}; do
            mkdir -p /run/systemd/system/$unit.service.d
            cat >/run/systemd/system/$unit.service.d/clock.conf <<CONF
{DROP_IN}CONF
        done
        systemctl daemon-reload; systemctl restart moodbox.target"""
    )
    assert until_well(machine) is not None


def _away(machine: Machine) -> None:
    machine.done(
        f"""rm -f {OFFSET} /run/systemd/system/moodbox*.service.d/clock.conf
        systemctl daemon-reload; systemctl restart moodbox.target"""
    )
    assert until_well(machine) is not None
