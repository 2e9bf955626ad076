"""How the box asks for an update, which root alone can make, and how root tells how far it is."""

from __future__ import annotations

import contextlib
import re
import secrets
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from appliance.lib import atomic_file
from appliance.lib.plain_file import read_plain
from appliance.releases.container import release_name
from appliance.releases.errors import NotPossible
from appliance.releases.manifest import VERSION
from appliance.releases.places import FOLDER

WISH = "wish.json"
LARGEST_WISH = 1_000
"""Bytes."""
BEGUN = 60.0
"""Seconds after a wish in which systemd has started the unit, on a box that is busy."""
_LARGEST_PROGRESS = 10_000

Stage = Literal["checking", "unpacking", "installing", "done", "refused"]


class UpdateWish(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which file in the box's update folder is to be installed."""

    id: Annotated[str, Meta(pattern="^[0-9a-f]{32}$")]
    file: Annotated[str, Meta(pattern=f"^{re.escape(release_name('V')).replace('V', VERSION)}$")]


class UpdateProgress(Struct, frozen=True, kw_only=True):
    """How far root is with a wish."""

    id: str
    stage: Stage
    version: str = ""
    text: str = ""
    """While it is installed what the installer says last; if it was refused why."""


def is_possible(run_dir: Path) -> bool:
    """Whether a unit of this box carries out such wishes."""
    return (run_dir / FOLDER).is_dir()


def check_possible(run_dir: Path) -> None:
    """Raises NotPossible unless a unit of this box carries out such wishes."""
    if not is_possible(run_dir):
        raise NotPossible(
            f"{run_dir / FOLDER} is not there: only a Moodbox installed for good is updated so; a clone by `git pull`"
        )


def wish_for_update(run_dir: Path, file: str) -> str:
    """Have a release file in the update folder installed; the wish's id. Raises NotPossible."""
    check_possible(run_dir)
    wish = UpdateWish(id=secrets.token_hex(16), file=file)
    try:
        atomic_file.write(run_dir / FOLDER / WISH, msgspec.json.encode(wish), 0o640)
    except OSError as error:
        raise NotPossible(f"{run_dir / FOLDER} cannot be written ({error.strerror}); try the same with sudo") from error
    return wish.id


def not_begun() -> NotPossible:
    """What is wrong when systemd has not started the unit within `BEGUN`."""
    return NotPossible("moodbox-update.service does not begin; look at: systemctl status moodbox-update")


def take_wish(file: Path) -> UpdateWish:
    """The wish, which is then gone. Raises OSError, or ValueError for what is none."""
    try:
        data = read_plain(file, LARGEST_WISH)
    finally:
        file.unlink(missing_ok=True)
    try:
        return msgspec.json.decode(data, type=UpdateWish)
    except RecursionError as error:
        raise ValueError("it has far too many brackets within brackets") from error


def read_progress(file: Path) -> UpdateProgress | None:
    """What root told last; None if nothing."""
    with contextlib.suppress(OSError, ValueError, RecursionError):
        return msgspec.json.decode(read_plain(file, _LARGEST_PROGRESS), type=UpdateProgress)
    return None


def write_progress(file: Path, progress: UpdateProgress) -> None:
    """Tell it to everyone on the box. Raises OSError."""
    atomic_file.write(file, msgspec.json.encode(progress), 0o644)
