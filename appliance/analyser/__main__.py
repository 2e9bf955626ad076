"""`python -m appliance.analyser`."""

import os
import sys

# One thread, and no second one that a fork would leave behind: read when numpy is loaded.
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[name] = "1"


def start() -> int:
    """Listen until told to stop."""
    from appliance.analyser.process import main

    return main()


sys.exit(start())
