"""`python -m tools.train_and_quantize`: from pictures to the bundle that Moodbox runs."""

from __future__ import annotations

import sys

from tools.train_and_quantize.commands import main

if __name__ == "__main__":
    sys.exit(main())
