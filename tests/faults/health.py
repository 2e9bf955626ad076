"""Whether a box is well, by what it says of itself; and whether it is again after a hard stop."""

import random
import time
from typing import Any

from tests.machines.machine import Machine


def well(machine: Machine, problems: tuple[str, ...] = ()) -> bool:
    """Plays, sees, and says nothing of trouble but what begins with one of `problems`."""
    status = machine.status()
    return status is not None and fine(status, problems)


def fine(status: dict[str, Any], problems: tuple[str, ...]) -> bool:
    said = status["problems"]
    return (
        status["player"]["state"] == "play"
        and status["vision"]["camera"] == "open"
        and all(text.startswith(problems) for text in said)
        and all(any(text.startswith(start) for text in said) for start in problems)
    )


def until_well(machine: Machine, patience: float = 120, problems: tuple[str, ...] = ()) -> float | None:
    """Seconds until the box is well, None if it is not within the patience."""
    began = time.monotonic()
    while time.monotonic() - began < patience:
        if well(machine, problems):
            return time.monotonic() - began
        time.sleep(0.1)
    return None


def tells(machine: Machine, start: str, patience: float = 60) -> bool:
    """Whether the box says within the patience that something is wrong, in words that begin so."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        if any(text.startswith(start) for text in (machine.status() or {}).get("problems", ())):
            return True
        time.sleep(0.5)
    return False


def main_pid(machine: Machine, unit: str) -> str:
    return machine.done(f"systemctl show -P MainPID {unit}").strip()


def well_after_a_crash(machine: Machine, earliest: float, latest: float) -> float | None:
    """Stop the whole machine at a random moment between so many seconds from now, and power it on again.

    Seconds from power-on until the box is well, None if it does not become so.
    """
    time.sleep(random.uniform(earliest, latest))
    machine.crash()
    began = time.monotonic()
    machine.boot(settled=False)
    return None if until_well(machine) is None else time.monotonic() - began
