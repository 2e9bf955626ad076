"""What can go wrong with the loudspeakers."""

from __future__ import annotations

from appliance.errors import MoodboxError


class SpeakerError(MoodboxError, ValueError):
    """A loudspeaker that there is not, or that cannot be steered now."""
