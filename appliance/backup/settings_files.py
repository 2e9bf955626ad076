"""The settings' half of putting a backup back: the new files in place of the former ones, or the other way round.

On an installed box they belong to root, and the unit `moodbox-restore` does this; elsewhere the box itself does.
"""

from __future__ import annotations

import logging
import os
import shutil
import stat
from collections.abc import Sequence
from pathlib import Path

from appliance.backup.contents import SETTINGS_FILES
from appliance.backup.making import FILE
from appliance.backup.plan import FOLDER, OLD_SETTINGS, SETTINGS, NewSettings, RestorePlan, helper_state, note_helper
from appliance.errors import MoodboxError
from appliance.lib import atomic_file
from appliance.lib.plain_file import read_plain
from appliance.settings.settings import parse_settings

log = logging.getLogger(__name__)

LARGEST = 1024 * 1024
"""Bytes of a file of the settings."""
KEPT = "kept"
"""Noted once the former files are copied: what stands in their place may be new from then on."""
_NAMES = {FILE, *(named.key for named in SETTINGS_FILES)}


def wanted(plan: RestorePlan, done: str) -> str:
    """What is to be done to them: `forward`, `back`, or nothing; `done` is what was noted of it."""
    if plan.stage == "ready" and plan.settings and done in {"", KEPT}:
        return "forward"
    return "back" if plan.stage in {"returning", "emptied", "undone"} and done == "forward" else ""


def put_forward(state: Path, files: Sequence[NewSettings], only_in: Path | None = None) -> None:
    """Put the new files in place, and note it; what was there is kept in `old-settings`.

    With `only_in` nothing is written outside of that folder. Raises OSError or MoodboxError, and then all is as before.
    """
    new, old = state / FOLDER / SETTINGS, state / FOLDER / OLD_SETTINGS
    contents = []
    for file in files:
        target = Path(file.target)
        if file.name not in _NAMES or (only_in and target.parent != only_in) or "\0" in file.target:
            raise MoodboxError(f"{file.target} is no place for {file.name}")
        contents.append((target, read_own(new / file.name), file.mode & 0o644))
        if file.name == FILE:
            parse_settings(contents[-1][1].decode("utf-8-sig"))
    if helper_state(state) != KEPT:
        _keep(old, [target for target, _, _ in contents])
        note_helper(state, KEPT)
    try:
        for target, content, mode in contents:
            target.parent.mkdir(parents=True, exist_ok=True)
            atomic_file.write(target, content, mode)
        note_helper(state, "forward")
    except OSError:
        _write_back(old, files)
        raise


def _keep(old: Path, targets: Sequence[Path]) -> None:
    """Copy what is there."""
    shutil.rmtree(old, ignore_errors=True)
    old.mkdir()
    old.chmod(0o770)
    for number, target in enumerate(targets):
        if os.path.lexists(target):
            atomic_file.write(old / str(number), target.read_bytes(), 0o640)
            atomic_file.write(old / f"{number}.mode", f"{stat.S_IMODE(target.stat().st_mode):o}".encode(), 0o640)


def put_back(state: Path, files: Sequence[NewSettings], only_in: Path | None = None) -> None:
    """Put the former files back, and note it. Raises OSError or MoodboxError."""
    for file in files:
        if only_in and Path(file.target).parent != only_in:
            raise MoodboxError(f"{file.target} is no place for {file.name}")
    _write_back(state / FOLDER / OLD_SETTINGS, files)
    note_helper(state, "back")


def _write_back(old: Path, files: Sequence[NewSettings]) -> None:
    for number, file in enumerate(files):
        kept, target = old / str(number), Path(file.target)
        if kept.exists():
            mode = int(read_own(old / f"{number}.mode"), 8) & 0o664
            atomic_file.write(target, read_own(kept), mode)
        elif os.path.lexists(target):
            atomic_file.remove(target)


def read_own(file: Path) -> bytes:
    """A file's content, but never through a link. Raises OSError or MoodboxError."""
    try:
        return read_plain(file, LARGEST)
    except ValueError as error:
        raise MoodboxError(f"{file} is no file of at most {LARGEST} bytes") from error


def settle(state: Path, plan: RestorePlan, only_in: Path | None = None) -> bool:
    """Do what the plan wants; whether a file has changed. Raises OSError if not even a note can be made.

    Where the new files cannot be put in place, nothing changes and the reason is noted. Where the former ones cannot be
    put back, that is logged and tried again the next time.
    """
    what = wanted(plan, helper_state(state))
    try:
        if what == "forward":
            put_forward(state, plan.settings, only_in)
        elif what == "back":
            put_back(state, plan.settings, only_in)
    except (OSError, MoodboxError, ValueError) as error:
        words = f"{error.filename}: {error.strerror}" if isinstance(error, OSError) and error.filename else str(error)
        if what == "back":
            log.warning("the former settings cannot be put back: %s", words)
        else:
            note_helper(state, words.replace("\n", " "))
        return False
    return bool(what)
