"""Whether a box is well, by what it says of itself."""

import time
from typing import Any

from ..systemd.machine import Machine


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


def main_pid(machine: Machine, unit: str) -> str:
    return machine.done(f"systemctl show -P MainPID {unit}").strip()
