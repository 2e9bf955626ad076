"""What can go wrong between two boxes."""

from __future__ import annotations

from appliance.errors import MoodboxError


class PairingError(MoodboxError, ValueError):
    """Two boxes cannot be paired; the text is for the owner."""


class ForgedMessage(MoodboxError, ValueError):
    """A message that the paired box has not written, or has written before."""
