"""Why a list cannot be read, fetched or found."""

from __future__ import annotations

from appliance.errors import MoodboxError


class ListError(MoodboxError):
    """Something about a list; the text says what was found and what would be right."""


class NotAList(ListError, ValueError):
    """The content is none of the formats that are read."""


class NoSuchList(ListError, LookupError):
    """The box keeps no list of this name."""


class NotFetched(ListError, OSError):
    """A service or server did not give the list; the text says what it answered, and it is tried again next time."""


class NotSignedIn(ListError, PermissionError):
    """A service wants the owner to sign in first."""
