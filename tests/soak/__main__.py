"""`python -m tests.soak [--minutes N]`: a whole box under every flood at once, and what has become of it afterwards.

Needs MPD and Mosquitto. Exit status 1 if the memory of conductor or vision has grown, something that was asked was not
answered, or the box is not in the state that was asked for last.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import tempfile
from pathlib import Path

from tests.soak.soak import soak


def main() -> int:
    """Soak a box, and print the tables."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description="A box under every flood at once.")
    parser.add_argument("--minutes", type=float, default=60.0, metavar="N", help="60 unless given")
    parser.add_argument("--log", type=Path, metavar="FILE", help="keep what the box printed here")
    options = parser.parse_args()
    multiprocessing.set_start_method("spawn")
    with tempfile.TemporaryDirectory(prefix="moodbox-soak-") as folder:
        faults = soak(Path(folder), 60 * options.minutes, options.log)
    print("\n" + "\n".join([f"WRONG: {fault}" for fault in faults] or ["all is well"]), flush=True)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
