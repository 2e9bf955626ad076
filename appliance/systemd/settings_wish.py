"""An installed box's settings file, which belongs to root: the box wishes for a change, a unit of systemd makes it."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec
from msgspec import Struct

from appliance.lib import atomic_file
from appliance.settings.base import SettingsError
from appliance.settings.edit import Scalar

FOLDER = "settings"
"""Within the run directory: whoever may write there may change the settings that the page may change."""
WISH = "wish.json"
ANSWER = Path("/run/moodbox-settings/answer.json")
"""What root answers, in a folder where root alone writes."""
LARGEST = 64 * 1024
PATIENCE = 20.0
"""Seconds until the unit must have answered; it takes one or two on a small box."""
_EVERY = 0.05


class SettingsWish(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is wished for: keys with their new values; None for the default."""

    id: str
    changes: dict[str, Scalar | None]


class SettingsAnswer(Struct, frozen=True, kw_only=True):
    """What came of a wish: what the keys were before, or why nothing has changed."""

    id: str
    was: dict[str, Scalar | None] = {}
    error: str = ""


def is_possible(run_dir: Path) -> bool:
    """Whether a unit of this box carries out such wishes."""
    return (run_dir / FOLDER).is_dir()


def wish_for_settings(
    run_dir: Path,
    changes: Mapping[str, Scalar | None],
    answer: Path = ANSWER,
    sleep: Callable[[float], None] = time.sleep,
) -> dict[str, Scalar | None]:
    """Have keys of the settings file changed; blocks until it is done. What they were before is returned.

    Raises SettingsError, and then nothing has changed unless it says that it is not known.
    """
    wish = SettingsWish(id=secrets.token_hex(16), changes=dict(changes))
    data = msgspec.json.encode(wish)
    if len(data) > LARGEST:
        raise SettingsError(f"the change has {len(data)} bytes; it may have {LARGEST}")
    try:
        atomic_file.write(run_dir / FOLDER / WISH, data, 0o640)
    except OSError as error:
        raise SettingsError(f"{run_dir / FOLDER} cannot be written ({error.strerror}); nothing has changed") from error
    for _ in range(round(PATIENCE / _EVERY)):
        if (given := _answered(answer)) and given.id == wish.id:
            if given.error:
                raise SettingsError(given.error)
            return given.was
        sleep(_EVERY)
    raise SettingsError(
        "moodbox-settings.service does not answer, so it is not known whether the settings have changed; "
        "look at: systemctl status moodbox-settings"
    )


def _answered(answer: Path) -> SettingsAnswer | None:
    try:
        return msgspec.json.decode(answer.read_bytes(), type=SettingsAnswer)
    except (OSError, msgspec.DecodeError):
        return None
