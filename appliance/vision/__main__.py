"""`python -m appliance.vision`."""

import sys

from appliance.vision.confinement import confine


def start() -> int:
    """Confine this process; only then load, and run, what holds frames."""
    confine()
    from appliance.vision.process import main

    return main()


sys.exit(start())
