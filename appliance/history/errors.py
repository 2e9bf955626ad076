"""What can go wrong where the owner waits for an answer of the history's."""

from __future__ import annotations

from appliance.errors import MoodboxError


class HistoryError(MoodboxError, OSError):
    """The history cannot be read or erased; the text says why, and what would help."""
