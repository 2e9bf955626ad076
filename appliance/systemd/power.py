"""Power-off, and restart of the machine or of Moodbox's units: wished for here; path units carry out just these."""

from __future__ import annotations

import logging
from pathlib import Path

from appliance.errors import MoodboxError

log = logging.getLogger(__name__)

FOLDER = "power"
"""Within the run directory: a file named after a verb is the wish. Whoever may write there may turn the machine off."""


class PowerError(MoodboxError, OSError):
    """The machine cannot be turned off from here."""


def is_possible(run_dir: Path) -> bool:
    """Whether the units that carry out a wish are there."""
    return (run_dir / FOLDER).is_dir()


def check(run_dir: Path) -> None:
    """Raises PowerError unless the units that carry out a wish are there."""
    if not is_possible(run_dir):
        raise PowerError(f"{run_dir / FOLDER} is not there: only a Moodbox installed for good turns its machine off")


def wish(run_dir: Path, verb: str) -> None:
    """Wish for `off`, `restart` or `units` (Moodbox's own, restarted); a wish that cannot be told is a warning."""
    try:
        (run_dir / FOLDER / verb).touch()
    except OSError as error:
        log.warning("the machine cannot be turned off from here: %s", error)
