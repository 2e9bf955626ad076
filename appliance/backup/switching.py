"""The state's half of putting a backup back: before the box opens a file of it, at each of its starts.

Files are renamed in two passes, one away and one in, each of which may be cut off anywhere and done again. What was
before is put back if the box does not run well with the new.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from appliance.backup import plan as plans
from appliance.backup.contents import DATABASE
from appliance.backup.plan import (
    FOLDER,
    NEW,
    OLD,
    REJECTED,
    RestorePlan,
    Stage,
    helper_state,
    read_opened,
    read_plan,
    write_plan,
)
from appliance.backup.settings_files import settle
from appliance.history import erase
from appliance.lib import atomic_file

log = logging.getLogger(__name__)

WELL_AFTER = 30.0
"""Seconds that the box must run with what was put back, before what was there before is given up."""
STARTS = 3
"""Starts that may end before that."""
_BESIDE = ("", "-wal", "-shm")  # what SQLite keeps beside a database belongs to it
_STAYS = ".lock"  # in the folder of models; whoever changes them holds it


@dataclass(frozen=True, slots=True)
class Resumed:
    """What a start has found."""

    changed: bool = False
    """The state and the settings are others now: they are to be read again."""
    wait: bool = False
    """End, and be started again: the unit that may change the settings has work to do."""
    problem: str = ""
    """What the owner should know, in words."""


def resume(state: Path, run_dir: Path) -> Resumed:
    """Go on with what is under way, if there is anything. Never raises.

    For whoever has the run directory for itself, before any file of the state folder is opened.
    """
    try:
        plan = read_plan(state)
    except (OSError, ValueError) as error:
        return Resumed(problem=f"restore: {state / FOLDER} cannot be understood ({error}); nothing was put back")
    if plan is None:
        _tidy(state / FOLDER)
        return Resumed()
    try:
        return _go_on(state, run_dir, plan)
    except OSError as error:
        return Resumed(True, problem=f"restore: {error.filename or state}: {error.strerror}; tried again at each start")


def _tidy(folder: Path) -> None:
    """Remove what was taken in or opened, and never confirmed."""
    with contextlib.suppress(OSError):
        if folder.is_dir():
            shutil.rmtree(folder)


def _go_on(state: Path, run_dir: Path, plan: RestorePlan) -> Resumed:
    before = plan.stage
    if plan.stage == "ready":
        if why := _hindrance(state, plan):
            return _given_up(state, plan, why)
        plan = _reached(state, plan, "cleared")
    if plan.stage == "cleared":
        _move(state / FOLDER / NEW, plan.targets, state)
        _forget_in_memory(run_dir)
        plan = _reached(state, plan, "switched")
    elif plan.stage == "switched":
        plan = _counted(state, plan)
    if plan.stage == "returning":
        _move(state, plan.targets, state / FOLDER / REJECTED)
        plan = _reached(state, plan, "emptied")
    if plan.stage == "emptied":
        _move(state / FOLDER / OLD, plan.targets, state)
        _forget_in_memory(run_dir)
        plan = _reached(state, plan, "undone")
    return _ended(state, plan, plan.stage != before)


def _hindrance(state: Path, plan: RestorePlan) -> str:
    """Put the old away; why that cannot be, and then nothing of the state has changed."""
    if read_opened(state) != plan.opened:
        return "what was opened is not there any more; open it again"
    if not plan.helper:
        settle(state, plan)
    if plan.settings and (done := helper_state(state)) != "forward":
        return f"the settings cannot be put back ({done or 'the unit moodbox-restore has not run; install again'})"
    try:
        _move(state, plan.targets, state / FOLDER / OLD)
    except OSError as error:
        _move(state / FOLDER / OLD, plan.targets, state)
        return f"{error.filename}: {error.strerror}"
    return ""


def _counted(state: Path, plan: RestorePlan) -> RestorePlan:
    """One more start with the new state; with too many of them the way back begins."""
    plan = msgspec.structs.replace(plan, starts=plan.starts + 1)
    if plan.starts <= STARTS:
        return _reached(state, plan, "switched")
    reason = f"the box did not run for {WELL_AFTER:.0f} s at any of several starts"
    return _reached(state, msgspec.structs.replace(plan, reason=reason), "returning")


def _forget_in_memory(run_dir: Path) -> None:
    """Remove a history that is kept in memory, which would count for more than the one on the disk."""
    for suffix in _BESIDE:
        (run_dir / (erase.FILE + suffix)).unlink(missing_ok=True)


def _given_up(state: Path, plan: RestorePlan, reason: str) -> Resumed:
    """Nothing of the state has changed yet; what has of the settings is put back."""
    plan = _reached(state, msgspec.structs.replace(plan, reason=reason), "undone")
    return _ended(state, plan, True)


def _ended(state: Path, plan: RestorePlan, changed: bool) -> Resumed:
    if plan.stage != "undone":
        return Resumed(changed)
    if not plan.helper:
        changed = settle(state, plan) or changed
    elif helper_state(state) == "forward" and not plan.waited:
        write_plan(state, msgspec.structs.replace(plan, waited=True))
        return Resumed(changed, wait=True)
    problem = f"restore: {plan.about} was not put back: {plan.reason}; all is as it was before"
    if helper_state(state) == "forward":
        problem = (
            f"restore: {plan.about} was not put back: {plan.reason}; the settings are still the backup's, all else is "
            "as it was before"
        )
    return Resumed(changed, problem=problem)


def _reached(state: Path, plan: RestorePlan, stage: Stage) -> RestorePlan:
    plan = msgspec.structs.replace(plan, stage=stage)
    write_plan(state, plan)
    return plan


def _move(source: Path, targets: Sequence[str], to: Path) -> None:
    """Rename what there is of the targets; of a folder all that is in it. Raises OSError."""
    touched: set[Path] = set()
    for target in targets:
        place = source / target
        if target.endswith("/"):
            names = [f"{target}{name}" for name in _names(place) if name != _STAYS]
        else:
            names = [target + suffix for suffix in (_BESIDE if target.endswith(DATABASE) else ("",))]
        for name in names:
            if os.path.lexists(source / name):
                atomic_file.make_folder((to / name).parent, 0o700 if name.startswith(".") else 0o755)
                os.rename(source / name, to / name)  # noqa: PTH104 - of folders and links too
                touched |= {(source / name).parent, (to / name).parent}
    for folder in touched:
        atomic_file.sync_folder(folder)


def _names(folder: Path) -> list[str]:
    try:
        return sorted(os.listdir(folder))  # noqa: PTH208 - names
    except FileNotFoundError:
        return []


class RestoreWatch:
    """`run` it from when the box runs: once it has run long enough, what was before is given up."""

    def __init__(self, state: Path) -> None:
        self._state = state

    async def run(self) -> None:
        """Wait, and give up what was before, if there is anything."""
        try:
            await asyncio.sleep(WELL_AFTER)
        except asyncio.CancelledError:
            self._stopped()
            raise
        await asyncio.to_thread(self.finish)

    def finish(self) -> None:
        """The box has run well. A plan that is still to be carried out stays."""
        try:
            plan = read_plan(self._state)
            if plan is None or plan.stage not in {"switched", "undone"}:
                return
            if plan.stage == "undone" and helper_state(self._state) == "forward":
                return
            plans.discard(self._state)
            if plan.stage == "switched":
                log.info("Put back: %s. The box runs well with it.", plan.about)
        except (OSError, ValueError) as error:
            log.warning("%s cannot be removed: %s", self._state / FOLDER, error)

    def _stopped(self) -> None:
        """Stopped in order, it has run well for as long as it was wanted: the start counts for nothing."""
        with contextlib.suppress(OSError, ValueError):
            if (plan := read_plan(self._state)) and plan.starts:
                write_plan(self._state, msgspec.structs.replace(plan, starts=0))
