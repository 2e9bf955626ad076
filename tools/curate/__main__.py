"""`python -m tools.curate FOLDER`: hears a collection of music, reports on it, and sorts a copy of it by emotion."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from tools.curate.collection import hear_collection, sort_copy
from tools.curate.report import write_report


def main(arguments: Sequence[str] | None = None) -> int:
    """Run it; 1 if no song could be heard."""
    parser = argparse.ArgumentParser(prog="python -m tools.curate", description=__doc__)
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="the music; nothing in it is changed")
    parser.add_argument("--report", type=Path, default=Path("build/curate"), help="the report (build/curate)")
    parser.add_argument("--sort", type=Path, metavar="FOLDER", help="copy the songs into emotion folders there")
    parser.add_argument("--all", action="store_true", help="with --sort, unclear songs too, to the nearest emotion")
    options = parser.parse_args(arguments)
    collection = hear_collection(options.folder, lambda name: print(name.encode(errors="replace").decode(), flush=True))
    print(f"report: {write_report(collection, options.report)}")
    if options.sort:
        print(f"copied {sort_copy(collection, options.sort, options.all)} songs to {options.sort}")
    return 0 if collection.files else 1


if __name__ == "__main__":
    sys.exit(main())
