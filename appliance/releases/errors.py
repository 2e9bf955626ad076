"""What can be wrong with a release, and with where it comes from."""

from __future__ import annotations

from appliance.errors import MoodboxError


class ReleaseError(MoodboxError, ValueError):
    """A release file that is damaged, is not signed by anyone trusted, or is not for this box."""


class NotOffered(MoodboxError, OSError):
    """An index or a release that cannot be had; the text names the machine and what it answered."""


class NotPossible(MoodboxError, OSError):
    """This box cannot be updated now: no room, no updater, or somebody else is at it."""
