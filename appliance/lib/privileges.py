"""A command that root gives: what it writes must belong to the box itself, which has to be able to change it."""

from __future__ import annotations

import contextlib
import os
import pwd
from collections.abc import Iterator
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


@contextlib.contextmanager
def as_owner_of(folder: Path) -> Iterator[None]:
    """Have the files that are made meanwhile belong to the user whom an existing folder belongs to.

    For the whole process, so for a program of one thread. Raises NotTheOwner as `become_owner` does.
    """
    owner = folder.stat().st_uid
    if os.geteuid() != 0 or owner == 0:
        if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
            raise NotTheOwner(f"{folder}: belongs to another user; try the same with sudo")
        yield
        return
    user, group, groups = pwd.getpwuid(owner), os.getegid(), os.getgroups()
    os.initgroups(user.pw_name, user.pw_gid)
    os.setegid(user.pw_gid)
    os.seteuid(owner)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(group)
        os.setgroups(groups)
