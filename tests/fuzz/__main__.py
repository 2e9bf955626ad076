"""`python -m tests.fuzz NAME|all [--minutes N] [--seed N]`: tries made-up input for so long.

Exit status 1 when something was found; its case is kept in tests/fuzz/corpus and tried first from then on.
"""

from __future__ import annotations

import argparse
import logging
import sys
import tempfile
import time
from pathlib import Path

from tests.fuzz.fuzz import ROOT, keep, run
from tests.fuzz.targets import TARGETS


def main() -> int:
    """Fuzz one part, or each for so long."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description="Try made-up input.")
    parser.add_argument("name", choices=[*TARGETS, "all"])
    parser.add_argument("--minutes", type=float, default=1.0, metavar="N", help="for each part; 1 unless given")
    parser.add_argument("--seed", type=int, default=time.time_ns() % 10**9, metavar="N", help="the same cases again")
    options = parser.parse_args()
    logging.getLogger().addHandler(logging.NullHandler())
    found = 0
    for name in TARGETS if options.name == "all" else (options.name,):
        with tempfile.TemporaryDirectory(prefix="moodbox-fuzz-") as folder:
            report = run(name, TARGETS[name], Path(folder), seed=options.seed, seconds=60 * options.minutes)
        rate = report.cases / report.seconds
        print(
            f"{name}: {report.cases} cases in {report.seconds:.0f} s ({rate:.0f} a second), seed {options.seed}, "
            f"{len(report.findings)} findings",
            flush=True,
        )
        for finding, file in zip(report.findings.values(), keep(name, report), strict=True):
            print(f"\n{finding.name}, {finding.count} times; first by {finding.came}, kept as {file.relative_to(ROOT)}")
            print(finding.trace)
        found += len(report.findings)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
