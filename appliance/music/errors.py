"""What can go wrong with the music."""

from __future__ import annotations

from appliance.errors import MoodboxError


class MusicError(MoodboxError):
    """MPD or the songs cannot be used; the text says what would mend it."""


class MpdLost(MusicError, ConnectionError):
    """The connection to MPD is gone or was never made."""


class MpdNonsense(MusicError):
    """MPD gave an answer that makes no sense; the connection has been closed."""


class MpdRefused(MusicError):
    """MPD answered a command with an error."""

    def __init__(self, text: str, missing: bool = False, forbidden: bool = False) -> None:
        super().__init__(text)
        self.missing = missing
        """MPD has no such song or folder."""
        self.forbidden = forbidden
        """MPD does not let us do that, whatever the song."""
