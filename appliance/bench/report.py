"""`moodbox bench`: how fast Moodbox sees and chooses on this machine, and how much memory each process takes."""

from __future__ import annotations

import os
import platform
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from appliance import __version__
from appliance.bench.box import SETTLE_SECONDS, sizes, wait_until_it_looks
from appliance.control.messages import SOCKET
from appliance.lib.text import columns_of, padded
from appliance.settings.settings import Settings, as_toml, override_with
from appliance.words.speaking import t

_LEVELS = frozenset({"backends"})
"""Keys that only hold others together, and are not named."""


def _said(key: str, value: object) -> str:
    """A figure, by its key."""
    words = {
        "processor": str(value),
        "architecture": str(value),
        "cores": t("{value} cores", value=value),
        "python": t("Python {value}", value=value),
        "model": str(value),
        "median": t("median {value} ms", value=value),
        "p95": t("95 % within {value} ms", value=value),
        "runtime": str(value),
        "times_detect": t("{value} times detect on average", value=value),
        "median_ms": t("median {value} ms", value=value),
        "p99_ms": t("99 % within {value} ms", value=value),
        "files": t("{value} files", value=value),
        "rounds": t("{value} rounds", value=value),
        "indexing_s": t("MPD indexes in {value} s", value=value),
        "without_mb": t("{value} MB without the page", value=value),
        "idle_mb": t("{value} with it", value=value),
        "three_live_mb": t("{value} with three open", value=value),
        "crowd_mb": t("{value} in a crowd", value=value),
        "peak_mb": t("peak {value}", value=value),
        "opened": t("{value} pages opened at once", value=value),
        "served": t("{value} served", value=value),
        "refused": t("{value} refused", value=value),
        "cpu_s_minute": t("{value} CPU s a minute of sound", value=value),
        "ffmpeg_s_minute": t("ffmpeg {value} to decode it", value=value),
        "times_ffmpeg": t("{value} times as much", value=value),
        "songs": t("{value} songs", value=value),
        "build_ms": t("built in {value} ms", value=value),
        "nearest_ms": t("the 50 nearest in {value} ms", value=value),
        "rss_mb": t("RSS {value} MB", value=value),
        "pss_mb": t("PSS {value} MB", value=value),
    }
    return words.get(key) or f"{key} {value}"


def measure_all(settings: Settings) -> dict[str, Any]:
    """All figures: `machine`; `vision`, `music`, `hearing`, `buttons`, `reaction` (ms); `memory` (MB), `page`."""
    from appliance.bench.buttons import measure_buttons as bench_buttons
    from appliance.bench.hearing import measure_hearing as bench_hearing
    from appliance.bench.music import measure_music as bench_music
    from appliance.bench.page import measure_page as bench_page
    from appliance.bench.reaction import measure_reaction as bench_reaction
    from appliance.bench.vision import measure_vision as bench_vision

    return {
        "machine": machine(),
        "vision": bench_vision(),
        "music": bench_music(),
        "hearing": bench_hearing(),
        "buttons": bench_buttons(),
        "reaction": bench_reaction(settings),
        "memory": memory(settings),
        "page": bench_page(settings),
    }


def measure_for_music() -> dict[str, Any]:
    """Only `machine`, `music` and `hearing` of those figures."""
    from appliance.bench.hearing import measure_hearing as bench_hearing
    from appliance.bench.music import measure_music as bench_music

    return {"machine": machine(), "music": bench_music(), "hearing": bench_hearing()}


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
    """The figures as one Markdown table with its columns aligned: a row for whatever was measured, by part."""
    rows = [(t("part"), t("what"), t("figures"))]
    for part, values in figures.items():
        for number, (what, said) in enumerate(_rows(values, ())):
            rows.append(("" if number else part, what, said))
    widths = [max(map(columns_of, column)) for column in zip(*rows, strict=True)]
    lines = ["| " + " | ".join(map(padded, row, widths)) + " |" for row in rows]
    return "\n".join([lines[0], f"|{'|'.join('-' * (width + 2) for width in widths)}|", *lines[1:]])


def _rows(values: dict[str, Any], path: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """What was measured, and its figures in words: those of a level first, then those of the levels below it."""
    figures = [_said(key, value) for key, value in values.items() if not isinstance(value, dict)]
    if figures:
        yield ", ".join(path), ", ".join(figures)
    for key, value in values.items():
        if isinstance(value, dict):
            yield from _rows(value, path if key in _LEVELS else (*path, key.replace("_", " ")))
