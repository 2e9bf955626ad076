"""What cannot be begun with a fleet; what goes wrong on one box is that box's outcome."""

from __future__ import annotations

from appliance.errors import MoodboxError


class FleetError(MoodboxError, ValueError):
    """A file of a fleet, or something that is to be sent, that cannot be used; the text says what would be right."""
