"""How the box is arranged under systemd: vision and MPD are units of their own, and the conductor connects to them."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

from appliance import durable
from appliance.clock import Clock
from appliance.display import summary
from appliance.journal import Journal
from appliance.notify import Notifier
from appliance.settings import Settings, SettingsError, as_toml, load, override_with

log = logging.getLogger(__name__)

INSTALLED = Path("/etc/systemd/system/moodbox.service")
"""A link, on a box that is installed for good."""
LINK = Path("vision") / "link.sock"
"""Within the run directory: the conductor's socket for the vision unit, in a folder that the two alone may enter."""
MPD = Path("mpd") / "mpd.sock"
"""Within the run directory: MPD's socket, in a folder that the vision unit may not enter."""
LAST_GOOD = "settings.last-good.toml"
"""In the state directory: the settings of the last good start."""


def arranged(settings: Settings) -> Settings:
    """The settings with MPD where its unit listens, unless the owner has named an MPD of another's."""
    return settings if settings.music.mpd else override_with(settings, {"music.mpd": str(settings.run_dir / MPD)})


def safely(file: Path | None = None) -> tuple[Settings, str]:
    """The settings; if they are broken those of the last good start, else the defaults, and what is wrong in words.

    The first item never holds the owner's mistake, so the box starts; the second is empty when all is well.
    """
    try:
        return load(file), ""
    except SettingsError as error:
        problem = str(error)
    kept = Settings().state_dir / LAST_GOOD
    try:
        return load(kept), f"{problem}; running with the settings of the last good start"
    except SettingsError:
        return Settings(), f"{problem}; running with the defaults"


def remember(settings: Settings) -> None:
    """Keep settings that the box has started with. Written only when they have changed; trouble is a warning."""
    file = settings.state_dir / LAST_GOOD
    text = as_toml(settings)
    try:
        if not file.exists() or file.read_text() != text:
            durable.write(file, text.encode(), 0o644)  # the vision unit reads it too
    except (OSError, UnicodeDecodeError) as error:
        log.warning("%s: cannot be written (%s); there is nothing to fall back on", file, error)


class UnitDisplay:
    """In the terminal display's place: lines go to the journal, the live line to `systemctl status`."""

    def __init__(self, clock: Clock, journal: Journal, notifier: Notifier) -> None:
        self._clock, self._journal, self._notifier = clock, journal, notifier

    def say(self, text: str) -> None:
        """Write one line, which belongs to the conductor."""
        self._journal.write(text)

    def live(self, status: dict[str, Any]) -> None:
        """Show mood, track and trouble; not what changes every second, for systemd would be woken for it."""
        self._journal.mood = status["mood"]["mood"]
        steady = status | {"next_judgement": None, "player": status["player"] | {"elapsed": 0}}
        steady["vision"] = status["vision"] | {"faces": []}
        words = summary(steady, self._clock.now()).removeprefix("nobody in sight · ").replace(" 0:00", "")
        self._notifier.status(" · ".join([*status["problems"], words]))

    def close(self) -> None:
        """Let the journal go."""
        self._journal.close()
