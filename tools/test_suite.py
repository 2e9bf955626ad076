"""Every check that a change must pass: lint, types, tests, and the unit tests on a second Python.

    ./moodbox test [--slow] [-- PYTEST-ARGUMENTS]

Tests run on every core at once; `-- -n 1` keeps to one, and `-- -n 0 -s` shows what they print.
The launcher prepares the environments and names the second Python in MOODBOX_SECOND_PYTHON (empty: none was found).
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SECOND = "MOODBOX_SECOND_PYTHON"
TYPED = (3, 11)
"""The Python whose numpy the annotations are checked against: every other numpy describes its types differently."""

EVERY_CORE = ("-n", "auto", "--dist", "worksteal")
"""A process of tests for each core: each begins with a share of the files in order, so that what a file's tests have
in common is mostly made once, and one that has finished takes over half of what another has left."""

SLOWEST = ("--durations=40", "--durations-min=2")
"""Which tests to look at when all of them take too long."""


@dataclass(frozen=True)
class Check:
    """One command with the name it has in the summary."""

    name: str
    command: tuple[str, ...]


def checks(slow: bool, extra: Sequence[str], second: str) -> list[Check]:
    """What to run, in order: the quick and telling checks first."""
    here = sys.executable
    pytest = ("-m", "pytest", "-q", *EVERY_CORE, *SLOWEST, *(["--slow"] if slow else []))
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    found = [
        Check("lint", (here, "-m", "ruff", "check", ".")),
        Check("format", (here, "-m", "ruff", "format", "--check", ".")),
        *([Check("types", (here, "-m", "mypy"))] if sys.version_info[:2] == TYPED else []),
        Check(f"tests, Python {version}", (here, *pytest, *extra)),
    ]
    if second:
        unit = (second, *pytest, "--unit", "-p", "no:cacheprovider", *extra)
        found.append(Check("unit tests, Python 3.13", unit))
    return found


def run(check: Check) -> tuple[bool, float]:
    """Run one check in the project's root with its output shown; whether it passed, and its seconds."""
    print(f"\n=== {check.name}", flush=True)
    began = time.monotonic()
    passed = subprocess.run(check.command, cwd=ROOT, check=False).returncode == 0
    return passed, time.monotonic() - began


def main(arguments: Sequence[str] | None = None) -> int:
    """Run everything, whatever fails, and sum up; returns the exit status."""
    parser = argparse.ArgumentParser(prog="moodbox test", description="Lint, types and tests.")
    parser.add_argument("--slow", action="store_true", help="also the tests that take minutes or whole machines")
    parser.add_argument("pytest", nargs="*", help="arguments for pytest, after --")
    options = parser.parse_args(arguments)
    second = os.environ.get(SECOND, "")
    results = [(check, *run(check)) for check in checks(options.slow, options.pytest, second)]
    print("\n=== summary")
    for check, passed, seconds in results:
        print(f"{'ok    ' if passed else 'FAILED'}  {check.name}  ({seconds:.0f} s)")
    if not second and sys.version_info < (3, 13):
        print("left out: the unit tests on Python 3.13 (none was found)")
    if sys.version_info[:2] != TYPED:
        print("left out: the types (they are checked on Python 3.11)")
    passed = all(passed for _, passed, _ in results)
    print("All checks passed." if passed else "Some checks failed.", flush=True)
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
