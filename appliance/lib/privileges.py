"""A command that root gives: what it writes must belong to the box itself, which has to be able to change it."""

from __future__ import annotations

import os
import pwd
from pathlib import Path

from appliance.errors import MoodboxError


class NotTheOwner(MoodboxError, PermissionError):
    """Somebody else's folder."""


def become_owner(folder: Path) -> None:
    """Become the user whom an existing folder belongs to, for good; never write into another user's folder as root.

    Raises NotTheOwner for a user who is neither that one nor root.
    """
    owner = folder.stat().st_uid
    if os.geteuid() == 0 and owner != 0:
        user = pwd.getpwuid(owner)
        os.initgroups(user.pw_name, user.pw_gid)
        os.setgid(user.pw_gid)
        os.setuid(owner)
        os.environ["HOME"] = user.pw_dir
    elif not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        raise NotTheOwner(f"{folder}: belongs to another user; try the same with sudo")
