"""How the box is arranged under systemd: vision and MPD are units of their own, and the conductor connects to them."""

from __future__ import annotations

import logging
from pathlib import Path

from appliance.settings.settings import Settings, override_with

log = logging.getLogger(__name__)

INSTALLED = Path("/etc/systemd/system/moodbox.service")
"""A link, on a box that is installed for good."""
LINK = Path("vision") / "link.sock"
"""Within the run directory: the conductor's socket for the vision unit, in a folder that the two alone may enter."""
ANALYSER = Path("analyser") / "work.sock"
"""Within the run directory: the conductor's socket for the analyser, in a folder that the two alone may enter."""
MPD = Path("mpd") / "mpd.sock"
"""Within the run directory: MPD's socket, in a folder that the vision unit may not enter."""


def arranged(settings: Settings) -> Settings:
    """The settings with MPD where its unit listens, unless the owner has named an MPD of another's."""
    return settings if settings.music.mpd else override_with(settings, {"music.mpd": str(settings.run_dir / MPD)})
