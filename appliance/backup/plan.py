"""What is under way of putting a backup back: one small file that says how far it is, whatever happens in between.

restore/                in the state folder
  incoming              the sealed file, as the page takes it in
  new/, settings/       what was in it, checked
  opened                a word by which the plan knows it again
  plan.json             from when the owner has confirmed; before it nothing counts
  helper                what the unit that may change the settings has done
  old/, old-settings/   what was before, until the box has run well with the new
  rejected/             what was taken back
"""

from __future__ import annotations

import contextlib
import shutil
from pathlib import Path
from typing import Literal

import msgspec

from appliance.lib import atomic_file

FOLDER = "restore"
"""Within the state folder."""
PLAN, HELPER, OPENED = "plan.json", "helper", "opened"
NEW, OLD, REJECTED, SETTINGS, OLD_SETTINGS = "new", "old", "rejected", "settings", "old-settings"
_LARGEST = 1024 * 1024  # bytes of a plan

Stage = Literal["ready", "cleared", "switched", "returning", "emptied", "undone"]
"""How far it is: confirmed; the old put away; the new in place; the new to be put away; put away; the old in place."""


class NewSettings(msgspec.Struct, frozen=True):
    """A file that belongs to the settings: its name in `SETTINGS`, and where it goes."""

    name: str
    target: str
    mode: int


class RestorePlan(msgspec.Struct, frozen=True, kw_only=True):
    """All that is known of it."""

    about: str
    """The backup, in words: from which machine and when."""
    opened: str
    """What stands in `OPENED` while what was opened is there; another backup that is opened has another word."""
    targets: tuple[str, ...]
    """Paths within the state folder that are replaced, or removed where the backup has none; with a slash a folder."""
    settings: tuple[NewSettings, ...]
    helper: bool
    """The settings' files are root's: the unit `moodbox-restore` puts them in place."""
    stage: Stage = "ready"
    starts: int = 0
    """Starts of the box with the new state that have not yet gone well."""
    waited: bool = False
    """The box has ended once so that the unit puts the former settings back."""
    reason: str = ""
    """Why it was taken back."""


def read_plan(state: Path) -> RestorePlan | None:
    """The plan; None if there is none. Raises OSError or ValueError."""
    try:
        with (state / FOLDER / PLAN).open("rb") as file:
            return msgspec.json.decode(file.read(_LARGEST), type=RestorePlan)
    except FileNotFoundError:
        return None


def write_plan(state: Path, plan: RestorePlan) -> None:
    """Keep the plan. Raises OSError."""
    atomic_file.write(state / FOLDER / PLAN, msgspec.json.encode(plan), 0o640)


def helper_state(state: Path) -> str:
    """What was done to the settings' files: nothing, `kept`, `forward`, `back`, or why nothing could be done."""
    with contextlib.suppress(OSError, UnicodeDecodeError):
        return (state / FOLDER / HELPER).read_text().strip()
    return ""


def read_opened(state: Path) -> str:
    """The word of what has been opened and is there, whole; empty if nothing is."""
    with contextlib.suppress(OSError, UnicodeDecodeError):
        return (state / FOLDER / OPENED).read_text()
    return ""


def note_helper(state: Path, text: str) -> None:
    """Note what was done to them. Raises OSError."""
    atomic_file.write(state / FOLDER / HELPER, text.encode() + b"\n", 0o640)


def discard(state: Path) -> None:
    """Forget it: the plan first, so that a halved removal is none that would be taken back. Raises OSError."""
    folder = state / FOLDER
    if folder.is_dir():
        atomic_file.remove(folder / PLAN)
        shutil.rmtree(folder)
