"""The settings of the last good start, which a box with a mistake in its file goes on with."""

from __future__ import annotations

import logging
from pathlib import Path

from appliance.lib import atomic_file
from appliance.settings.base import SettingsError
from appliance.settings.settings import Settings, as_toml, load_settings

log = logging.getLogger(__name__)
LAST_GOOD = "settings.last-good.toml"
"""In the state directory: the settings of the last good start."""


def load_or_last_good(file: Path | None = None) -> tuple[Settings, str]:
    """The settings; if they are broken those of the last good start, else the defaults, and what is wrong in words.

    The first item never holds the owner's mistake, so the box starts; the second is empty when all is well.
    """
    try:
        return load_settings(file), ""
    except SettingsError as error:
        problem = str(error)
    kept = Settings().state_dir / LAST_GOOD
    try:
        return load_settings(kept), f"{problem}; running with the settings of the last good start"
    except SettingsError:
        return Settings(), f"{problem}; running with the defaults"


def remember_last_good(settings: Settings) -> None:
    """Keep settings that the box has started with. Written only when they have changed; trouble is a warning."""
    file = settings.state_dir / LAST_GOOD
    content = as_toml(settings).encode()
    try:
        if not file.exists() or file.read_bytes() != content:
            atomic_file.write(file, content, 0o644)  # the vision unit reads it too
    except OSError as error:
        log.warning("%s: cannot be written (%s); there is nothing to fall back on", file, error)
