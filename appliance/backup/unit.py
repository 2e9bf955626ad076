"""What the unit `moodbox-restore` runs before each start of the box: the settings of a backup that is being put back.

It is user 0 without any right of root's, and of the box's group; it writes in the settings' folder alone.
"""

from __future__ import annotations

import subprocess
import sys

from appliance.backup.plan import read_plan
from appliance.backup.settings_files import settle
from appliance.settings.paths import SYSTEM_FILE
from appliance.settings.settings import Settings

_OTHERS = ("moodbox-vision.service", "moodbox-mpd.service")


def main() -> int:
    """Do what is to be done; 0 also where the box goes on without it, and says why."""
    state = Settings().state_dir
    try:
        plan = read_plan(state)
        changed = plan is not None and plan.helper and settle(state, plan, SYSTEM_FILE.parent)
    except (OSError, ValueError) as error:
        print(f"moodbox-restore: {error}", file=sys.stderr)
        return 0
    if changed:
        print("moodbox-restore: the settings have changed")
        # they read the settings at their start; those that do not run now are left alone
        subprocess.run(["systemctl", "--no-block", "try-restart", *_OTHERS], check=False)
    return 0


if __name__ == "__main__":
    sys.exit(main())
