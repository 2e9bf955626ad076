"""`moodbox bench`: how fast Moodbox sees and chooses on this machine, and how much memory each process takes."""

from __future__ import annotations

import os
import platform
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from appliance import __version__
from appliance.bench.box import SETTLE_SECONDS, sizes, wait_until_it_looks
from appliance.control.messages import SOCKET
from appliance.settings.settings import Settings, as_toml, override_with

_UNITS = {
    "median": "median, ms",
    "p95": "95th percentile, ms",
    "median_ms": "median, ms",
    "p99_ms": "99th percentile, ms",
    "without_mb": "without the page, MB",
    "idle_mb": "with it, MB",
    "three_live_mb": "three pages live, MB",
    "crowd_mb": "a thousand streams asked for, MB",
    "peak_mb": "peak, MB",
    "indexing_s": "indexing by MPD, s",
    "rss_mb": "RSS, MB",
    "pss_mb": "PSS, MB",
}


def measure_all(settings: Settings) -> dict[str, Any]:
    """All figures: `machine`; `vision`, `music`, `buttons`, `reaction` (ms); `memory` (MB a process); `page`."""
    from appliance.bench.buttons import measure_buttons as bench_buttons
    from appliance.bench.music import measure_music as bench_music
    from appliance.bench.page import measure_page as bench_page
    from appliance.bench.reaction import measure_reaction as bench_reaction
    from appliance.bench.vision import measure_vision as bench_vision

    return {
        "machine": machine(),
        "vision": bench_vision(),
        "music": bench_music(),
        "buttons": bench_buttons(),
        "reaction": bench_reaction(settings),
        "memory": memory(settings),
        "page": bench_page(settings),
    }


def machine() -> dict[str, Any]:
    """What the figures were measured on."""
    cpus = Path("/proc/cpuinfo").read_text().splitlines()
    model = next(
        (line.split(":", 1)[1].strip() for line in cpus if line.startswith(("model name", "Model"))), "unknown"
    )
    return {
        "moodbox": __version__,
        "processor": model,
        "architecture": platform.machine(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
    }


def memory(settings: Settings) -> dict[str, dict[str, float]]:
    """Megabytes of RSS and PSS of the conductor, the vision process and MPD in a box that looks and plays.

    PSS divides what processes share among them, so that PSS may be added up. Raises MoodboxError if the box does not
    come up within a minute.
    """
    with tempfile.TemporaryDirectory(prefix="moodbox-bench-") as folder:
        changes = {
            "camera.source": "portrait",
            "music.output": "null",
            "music.port": 0,
            "paths.state": f"{folder}/state",
            "paths.run": f"{folder}/run",
            "music.songs": str(settings.songs_dir),
        }
        file = Path(folder) / "settings.toml"
        file.write_text(as_toml(override_with(settings, changes)))
        command = [sys.executable, "-m", "appliance.cli", "--settings", str(file), "run"]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as box:
            try:
                wait_until_it_looks(Path(folder) / "run" / SOCKET)
                time.sleep(SETTLE_SECONDS)
                return _memory_of(box.pid)
            finally:
                box.send_signal(signal.SIGTERM)


def _memory_of(conductor: int) -> dict[str, dict[str, float]]:
    pids = {"conductor": conductor}
    for child in Path(f"/proc/{conductor}/task/{conductor}/children").read_text().split():
        command = Path(f"/proc/{child}/cmdline").read_bytes()
        if b"appliance.vision" in command:
            pids["vision"] = int(child)
        elif b"mpd" in command.split(b"\0")[0]:
            pids["mpd"] = int(child)
    return {name: sizes(pid) for name, pid in pids.items()}


def figures_table(figures: dict[str, Any]) -> str:
    """The figures as a Markdown table, one row a figure."""
    rows = [f"| {' · '.join(_UNITS.get(key, key) for key in path)} | {value} |" for path, value in _leaves(figures, ())]
    return "\n".join(["| what | figure |", "|---|---|", *rows])


def _leaves(value: Any, path: tuple[str, ...]) -> list[tuple[tuple[str, ...], Any]]:
    if not isinstance(value, dict):
        return [(path, value)]
    return [leaf for key, inner in value.items() for leaf in _leaves(inner, (*path, str(key)))]
