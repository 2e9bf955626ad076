"""What can go wrong with the loudspeakers."""

from __future__ import annotations

from appliance.errors import MoodboxError


class LeaderError(MoodboxError, OSError):
    """The box whose music is to be heard here is not found, or serves none; the text is for the owner."""


class SpeakerError(MoodboxError, ValueError):
    """A loudspeaker that there is not, or that cannot be steered now."""
