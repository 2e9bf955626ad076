"""Settings of where Moodbox keeps its files, and where the settings file is looked for."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

from msgspec import Meta

from appliance.settings.base import BY_HAND, Section

SYSTEM_FILE = Path("/etc/moodbox/moodbox.toml")


class PathsSettings(Section, frozen=True):
    """`[paths]`: where Moodbox keeps what it must remember; empty for the place's default."""

    state: Annotated[
        str, Meta(description="Where the box keeps what it must remember; empty for the default of the place."), BY_HAND
    ] = ""
    run: Annotated[
        str,
        Meta(description="Where sockets and what may vanish at a restart lie; empty for the default of the place."),
        BY_HAND,
    ] = ""
    history_in_ram: Annotated[
        bool,
        Meta(description="Keep the history in memory and put it on the disk every six hours and at the end."),
        BY_HAND,
    ] = False


def default_file() -> Path | None:
    """The settings file in force when none is named: the system's, else the user's, else none."""
    for file in (SYSTEM_FILE, user_file()):
        if _exists(file):
            return file
    return None


def user_file() -> Path:
    """The user's own settings file, whether it is there or not."""
    config = os.environ.get("XDG_CONFIG_HOME") or "~/.config"
    return Path(config).expanduser() / "moodbox" / "moodbox.toml"


def system_signers() -> Path | None:
    """The installed box's list of trusted signers; None where there is none."""
    file = SYSTEM_FILE.with_name("allowed_signers")
    return file if _exists(file) else None


def _exists(file: Path) -> bool:
    """Whether there is anything of that name, be it unreadable or a folder: then it is to be complained of."""
    try:
        file.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True
    return True
