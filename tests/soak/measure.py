"""What is watched during the soak: memory, open files and threads of each process, and how long answers take."""

from __future__ import annotations

import contextlib
import re
import statistics
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.soak.floods import processes

_OWN = re.compile(r"^Anonymous: +(\d+) kB$", re.MULTILINE)
GROWTH, LEAST = 1.10, 4.0
"""Memory is flat if the last sixth's median is at most so many times the second sixth's, or so many MB above it."""


@dataclass
class Samples:
    """One process's: seconds since the beginning, MB (10^6 bytes) that no file stands behind, open files, threads."""

    taken: list[tuple[float, float, int, int]] = field(default_factory=list)

    def part(self, begin: float, end: float) -> float:
        """The median of the memory between two shares of the time."""
        last = self.taken[-1][0]
        inside = [memory for at, memory, *_ in self.taken if begin * last <= at <= end * last]
        return statistics.median(inside or [self.taken[-1][1]])

    @property
    def flat(self) -> bool:
        """Whether the memory did not grow from the second sixth of the time to the last."""
        early, late = self.part(1 / 6, 2 / 6), self.part(5 / 6, 1)
        return late <= max(GROWTH * early, early + LEAST)

    def row(self, name: str) -> str:
        early, late = self.part(1 / 6, 2 / 6), self.part(5 / 6, 1)
        most = max(memory for _, memory, *_ in self.taken)
        files, threads = max(each[2] for each in self.taken), max(each[3] for each in self.taken)
        return f"{name:<12} {len(self.taken):7} {early:10.1f} {late:9.1f} {most:8.1f} {files:10} {threads:8}"


HEAD = f"{'process':<12} {'samples':>7} {'2nd sixth':>10} {'last':>9} {'most MB':>8} {'open files':>10} {'threads':>8}"


class Watch:
    """`sample` every few seconds."""

    def __init__(self, box: int) -> None:
        self._box, self._began = box, time.monotonic()
        self.memory: defaultdict[str, Samples] = defaultdict(Samples)
        self.answers: defaultdict[str, list[float]] = defaultdict(list)
        self.unanswered: defaultdict[str, list[str]] = defaultdict(list)

    def sample(self) -> None:
        """Look at every process of the box."""
        for name, pid in processes(self._box):
            with contextlib.suppress(OSError, IndexError):  # it has just ended
                rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
                # Neither Pss nor what is private: both grow when other programs that share libraries end.
                memory = 1024 * int(_OWN.findall(rollup)[0]) / 1e6
                files = sum(1 for _ in Path(f"/proc/{pid}/fd").iterdir())
                threads = sum(1 for _ in Path(f"/proc/{pid}/task").iterdir())
                self.memory[name].taken.append((time.monotonic() - self._began, memory, files, threads))

    def ask(self, name: str, question: Callable[[], object]) -> None:
        """Note how long an answer takes, or that none came."""
        began = time.monotonic()
        try:
            question()
        except Exception as error:  # noqa: BLE001 - whatever it is, it is told at the end
            self.unanswered[name].append(f"{time.monotonic() - self._began:.0f} s: {type(error).__name__}: {error}")
        else:
            self.answers[name].append(time.monotonic() - began)

    def report(self) -> str:
        """Both tables."""
        lines = [HEAD, *(samples.row(name) for name, samples in self.memory.items()), ""]
        lines.append(f"{'asked':<24} {'answers':>7} {'none':>5} {'median ms':>10} {'p99 ms':>8} {'most ms':>8}")
        for name, times in self.answers.items():
            ordered = sorted(1000 * each for each in times)
            p99 = ordered[min(len(ordered) - 1, int(0.99 * len(ordered)))]
            none = self.unanswered[name]
            median = statistics.median(ordered)
            lines.append(f"{name:<24} {len(ordered):7} {len(none):5} {median:10.0f} {p99:8.0f} {ordered[-1]:8.0f}")
            lines += [f"    {text}" for text in none[:5]]
        return "\n".join(lines)
