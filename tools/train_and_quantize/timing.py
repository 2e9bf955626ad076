"""How long one face takes: several models in turn in the same run, so that a busy moment is shared by all.

Times are the process's own processor time. With one thread that is what a quiet machine's clock would show; on a busy
one the clock would count against slow models the turns of other programs, and hardly against fast ones.
"""

from __future__ import annotations

import platform
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

_BURST = 5
"""Calls in a row, as a model's data leave the caches while others run."""


def medians(calls: Mapping[str, Callable[[], Any]], rounds: int = 200) -> dict[str, float]:
    """Median milliseconds of each call, over `rounds` calls of each after a first one that does not count."""
    times: dict[str, list[float]] = {name: [] for name in calls}
    for call in calls.values():
        call()
    for _ in range(-(-rounds // _BURST)):
        for name, call in calls.items():
            for _ in range(_BURST):
                start = time.process_time()
                call()
                times[name].append(time.process_time() - start)
    return {name: round(1000 * float(np.median(found)), 3) for name, found in times.items()}


def machine() -> str:
    """What the times were taken on: processor, one thread, Python."""
    return f"{_processor()}, one thread, Python {platform.python_version()}"


def _processor() -> str:
    """The processor's name where Linux tells it (x86), the architecture otherwise."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return f"{platform.machine()} {names[0]}" if names and names[0] else platform.machine()
