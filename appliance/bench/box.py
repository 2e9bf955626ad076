"""A whole box that is started to be measured: when it looks, and how large its processes are."""

from __future__ import annotations

import resource
import time
from pathlib import Path

from appliance.control.client import ask
from appliance.control.messages import AskStatus, NotRunning
from appliance.errors import MoodboxError

START_SECONDS = 60.0  # seconds a box may take until it looks and plays
SETTLE_SECONDS = 10.0  # seconds of looking and playing before its memory is read


def wait_until_it_looks(socket: Path) -> None:
    """Wait for a box to see something. Raises MoodboxError if it does not within a minute."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            if ask(socket, AskStatus())["vision"]["camera"] == "open":
                return
        except NotRunning:
            pass
        time.sleep(0.2)
    raise MoodboxError(f"no look within {START_SECONDS:.0f} s; `moodbox doctor` tells what is wrong")


def sizes(pid: int) -> dict[str, float]:
    """Megabytes of memory of a process: `rss_mb` and `pss_mb`; the first alone of vision, unless root asks."""
    try:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except PermissionError:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
        return {"rss_mb": round(pages * resource.getpagesize() / 1024**2, 1)}
    kib = {line.split(":")[0]: int(line.split()[1]) for line in rollup if line.startswith(("Rss:", "Pss:"))}
    return {"rss_mb": round(kib["Rss"] / 1024, 1), "pss_mb": round(kib["Pss"] / 1024, 1)}
